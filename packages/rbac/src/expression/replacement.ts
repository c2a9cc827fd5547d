/** A replacement text by the rules of Go, taken apart once. */
export interface Replacement {
  /** The text as written. */
  readonly text: string;
  /** Literal texts and references to groups, in their order. */
  readonly parts: readonly (string | GroupReference)[];
}

/** `$1`, `${1}`, `$name` or `${name}`. */
export interface GroupReference {
  /** Number of the group; undefined when it goes by name. */
  readonly index: number | undefined;
  readonly name: string;
}

/**
 * Takes a replacement text apart: the longest run of letters, digits and underscores is the name, `$0` is the whole match, `$$` a
 * dollar, and a dollar before anything else stays.
 *
 * @see https://pkg.go.dev/regexp#Regexp.Expand
 */
export function compileReplacement(text: string): Replacement {
  const parts: (string | GroupReference)[] = [];
  let copied = 0;
  for (const match of text.matchAll(/\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu)) {
    const [all, plain, braced] = match;
    if (match.index > copied) parts.push(text.slice(copied, match.index));
    const name = plain ?? braced;
    parts.push(name === undefined ? '$' : { index: indexOf(name), name });
    copied = match.index + all.length;
  }
  if (copied < text.length) parts.push(text.slice(copied));
  return { text, parts };
}

/** Digits without a leading zero are a number; everything else is a name. */
function indexOf(name: string): number | undefined {
  return /^(?:0|[1-9][0-9]{0,8})$/.test(name) ? Number(name) : undefined;
}
