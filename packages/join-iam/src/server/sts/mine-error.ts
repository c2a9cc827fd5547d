/** How much of an error body is looked at. */
const MAX_ERROR_BYTES = 4_096;

/** How much of what STS wrote is quoted. */
const MAX_QUOTE = 160;

/** Anything that could be a signature, a session token or a challenge: a long run of digits of hex or base64. */
const SECRET_LIKE = /[A-Za-z0-9+/=_%-]{32,}/g;

/** Ends of a line, also in the spellings of JSON and XML. */
const LINE_END = /[\r\n]|\\[rnu]|&#/;

/** Searches the start of an error body for its code and message. No entity or escape is decoded. */
export function mineError(body: Uint8Array): { readonly code: string; readonly message: string } {
  const text = Buffer.from(body.subarray(0, MAX_ERROR_BYTES)).toString('latin1');
  // The first character tells XML from JSON: a message in either may quote the other.
  const find = text.trimStart().startsWith('<') ? elementOf : memberOf;
  return { code: find(text, 'Code').trim(), message: find(text, 'Message').trim() };
}

/**
 * What may be shown of a text of STS: the start of its first line. A refused signature makes STS repeat the
 * request, with everything in it.
 *
 * @param secrets - texts that must not be shown, whatever they look like
 */
export function quote(text: string, secrets: readonly string[]): string {
  const [line = ''] = text.split(LINE_END, 1);
  const known = secrets
    .filter((secret) => secret !== '')
    .reduce((quoted, secret) => quoted.replaceAll(secret, '***'), line);
  const blanked = known.replace(SECRET_LIKE, '***');
  return blanked.length > MAX_QUOTE ? `${blanked.slice(0, MAX_QUOTE - 1)}~` : blanked;
}

function elementOf(text: string, name: string): string {
  return upTo(text, text.indexOf(`<${name}>`), name.length + 2, '<');
}

function memberOf(text: string, name: string): string {
  const quoted = `"${name}"`;
  const at = text.indexOf(quoted);
  const value = at < 0 ? null : /^\s*:\s*"/.exec(text.slice(at + quoted.length));
  return value ? upTo(text, at, quoted.length + value[0].length, '"') : '';
}

function upTo(text: string, at: number, skipped: number, mark: string): string {
  if (at < 0) return '';
  const start = at + skipped;
  const end = text.indexOf(mark, start);
  return text.slice(start, end < 0 ? undefined : end);
}
