/** Fields whose value must not be shown, however deep they stand. */
const SECRET_FIELD =
  /(["']?)\b((?:[a-z0-9_-]*(?:secret|password|passwd|private_key|privateKey|auth_?token|token_?name|bearer|credential)[a-z0-9_-]*|(?:signing|assertion)_key_pair))\1[ \t]*:/i;

/**
 * Replaces the values of secret fields by stars of the same length, so that places in a line stay right. Works on
 * lines, not on the parsed document: a text with a syntax error must be safe to show, too. It rather masks too much.
 */
export function maskSecrets(text: string): string {
  const hideNames =
    /["']?kind["']?[ \t]*:[ \t]*["']?token\b/.test(text) && !isProvenElsewhere(text);
  let hiddenBelow: number | undefined;
  return text
    .split('\n')
    .map((line) => {
      const indent = line.length - line.trimStart().length;
      if (hiddenBelow !== undefined && (line.trim() === '' || indent > hiddenBelow))
        return stars(line, 0);
      hiddenBelow = undefined;
      const field =
        SECRET_FIELD.exec(line) ?? (hideNames ? /["']?\bname["']?[ \t]*:/.exec(line) : null);
      if (!field) return line;
      const after = field.index + field[0].length;
      // A value on the next lines: everything that is indented deeper belongs to it. A list item counts from its dash.
      hiddenBelow = indent;
      return stars(line, after);
    })
    .join('\n');
}

/** With any method but `token` the name of a token proves nothing. */
function isProvenElsewhere(text: string): boolean {
  const methods = [...text.matchAll(/join_method["']?[ \t]*:[ \t]*["']?([a-z0-9_]+)/g)];
  const tokens = [...text.matchAll(/["']?kind["']?[ \t]*:[ \t]*["']?token\b/g)];
  return methods.length === tokens.length && methods.every(([, method]) => method !== 'token');
}

function stars(line: string, from: number): string {
  return line.slice(0, from) + line.slice(from).replace(/[^\s]/gu, '*');
}
