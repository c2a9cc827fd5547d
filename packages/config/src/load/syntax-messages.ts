/**
 * What to say for the codes of the YAML library. Its own messages quote the text, which may hold a secret,
 * so they are not used.
 */
export const SYNTAX_MESSAGES: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'An alias has no name that YAML allows.',
  BAD_DIRECTIVE: 'The directive (the line that begins with %) is not known.',
  BAD_DQ_ESCAPE: 'The backslash begins an escape that double-quoted texts do not know.',
  BAD_INDENT: 'The indentation does not fit the lines above.',
  BAD_PROP_ORDER: 'An anchor or a tag must stand directly before its value.',
  BAD_SCALAR_START: 'A text without quotes cannot begin with this character: put quotes around it.',
  BLOCK_AS_IMPLICIT_KEY:
    'A key cannot stand inside a text: the next line is indented too far, or a text with ": " in it needs quotes.',
  BLOCK_IN_FLOW: 'Indented lists and maps cannot stand inside brackets or braces.',
  DUPLICATE_KEY: 'The key stands twice in the map.',
  IMPOSSIBLE: 'The text is not YAML here.',
  KEY_OVER_1024_CHARS: 'A key is longer than 1024 characters.',
  MISSING_CHAR: 'A comma, a closing bracket or a closing quote is missing.',
  MULTILINE_IMPLICIT_KEY: 'A key must stand on one line and be followed by a colon.',
  MULTIPLE_ANCHORS: 'A value has two anchors.',
  MULTIPLE_DOCS: 'A second document begins here.',
  MULTIPLE_TAGS: 'A value has two tags.',
  NON_STRING_KEY: 'A key must be a text.',
  TAB_AS_INDENT: 'A tab is used for indentation: use blanks.',
  UNEXPECTED_TOKEN:
    'This does not belong here: a colon, a comma, a quote or the right indentation may be missing.',
};
