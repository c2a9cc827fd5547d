/** Fields whose value must not be shown, however deep they stand. */
const SECRET_FIELD =
  /(["']?)\b((?:[a-z0-9_-]*(?:secret|password|passwd|private_key|privateKey|auth_?token|token_?name|bearer|credential)[a-z0-9_-]*|(?:signing|assertion)_key_pair))\1[ \t]*:/i;

/** The name of a token. */
const NAME_FIELD = /["']?\bname["']?[ \t]*:/;

/**
 * Replaces the values of secret fields by stars of the same length, so that places in a line stay right. Works on
 * lines, not on the parsed document: a text with a syntax error must be safe to show, too. It rather masks too much.
 */
export function maskSecrets(text: string): string {
  const hideNames =
    /["']?kind["']?[ \t]*:[ \t]*["']?token\b/.test(text) && !isProvenElsewhere(text);
  let hiddenBelow: number | undefined;
  let openQuote: string | undefined;
  let isPending = false;
  return text
    .split('\n')
    .map((line) => {
      const indent = line.length - line.trimStart().length;
      const isBlank = line.trim() === '';
      if (openQuote !== undefined) {
        if (line.includes(openQuote)) openQuote = undefined;
        return stars(line, 0);
      }
      if (hiddenBelow !== undefined && (isBlank || isPending || indent > hiddenBelow)) {
        if (!isBlank) isPending = false;
        return stars(line, 0);
      }
      hiddenBelow = undefined;
      const field = SECRET_FIELD.exec(line) ?? (hideNames ? NAME_FIELD.exec(line) : null);
      if (!field) return line;
      const after = field.index + field[0].length;
      const value = line.slice(after).trim();
      // The value may go on: what is indented deeper belongs to it, in any case the next line after a bare colon, and
      // everything up to the closing quote.
      hiddenBelow = indent;
      isPending = value === '';
      const quote = /^["']/.exec(value)?.[0];
      openQuote = quote !== undefined && !value.slice(1).includes(quote) ? quote : undefined;
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
