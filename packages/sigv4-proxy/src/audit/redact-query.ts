const SECRET_PARAMETERS = new Set([
  'x-amz-signature',
  'x-amz-security-token',
  'x-amz-s3session-token',
  'x-amz-credential',
]);
const NEEDS_LOOK = /x-amz|%/i;

/**
 * Replaces the values of signatures, tokens and credential scopes in a raw query, so that it can be logged.
 *
 * @param query raw query without the question mark; attacker-controlled
 */
export function redactQuery(query: string): string {
  if (!NEEDS_LOOK.test(query)) return query;
  return query
    .split('&')
    .map((piece) => {
      const equals = piece.indexOf('=');
      const name = equals < 0 ? piece : piece.slice(0, equals);
      return SECRET_PARAMETERS.has(decoded(name).toLowerCase()) ? `${name}=REDACTED` : piece;
    })
    .join('&');
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
