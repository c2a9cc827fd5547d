/** Longest text that reaches a log or an audit record. */
export const MAX_SAFE_TEXT = 512;

/**
 * Makes a text of unknown origin fit for logs and terminals: everything outside printable ASCII becomes a
 * `\u{…}` escape, and what is longer than 512 characters is cut.
 */
export function safeText(text: string, maxLength: number = MAX_SAFE_TEXT): string {
  const cut = text.length > maxLength ? text.slice(0, maxLength) : text;
  const escaped = cut.replace(
    /[^\x20-\x7e]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return escaped.length > maxLength || cut !== text
    ? `${escaped.slice(0, maxLength - 1)}~`
    : escaped;
}
