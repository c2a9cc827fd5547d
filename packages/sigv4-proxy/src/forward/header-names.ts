/** Headers of one connection, in both directions. */
const PER_CONNECTION: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
];

/** What a signature is about, and the proxy writes anew when it makes its own. */
const REWRITTEN: ReadonlySet<string> = new Set([
  'host',
  'authorization',
  'date',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-s3session-token',
  'x-amz-content-sha256',
  'content-length',
]);

/** Headers that belong to one connection, and the ones that the proxy writes anew or keeps from AWS. */
const DROPPED: ReadonlySet<string> = new Set([
  ...PER_CONNECTION,
  'trailer',
  'via',
  'forwarded',
  'x-real-ip',
  'cookie',
  ...REWRITTEN,
]);

const DROPPED_PREFIXES: readonly string[] = ['x-forwarded-', 'x-sigv4-proxy-'];

/** Whether a request header of the client is not copied, whatever it says. `name` is in lower case. */
export function isDroppedRequestHeader(name: string): boolean {
  return DROPPED.has(name) || DROPPED_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** Whether a header is needed as it is by a signature that stays the client's. `name` is in lower case. */
export function isRewrittenRequestHeader(name: string): boolean {
  return REWRITTEN.has(name);
}

const HOP_BY_HOP_RESPONSE: ReadonlySet<string> = new Set(PER_CONNECTION);

/** Whether a response header ends at the proxy. `name` is in lower case. */
export function isDroppedResponseHeader(name: string): boolean {
  return HOP_BY_HOP_RESPONSE.has(name) || name.startsWith('x-sigv4-proxy-');
}

/** Headers that hops rewrite, so that a signature over them breaks on the way. The AWS SDKs keep the same list. */
const NEVER_SIGNED: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
]);

const ALWAYS_SIGNED: ReadonlySet<string> = new Set(['host', 'content-type', 'content-md5']);

/**
 * Whether an outgoing header is signed: what AWS asks for, and what the client chose to sign. More would break clients whose
 * hops add headers.
 *
 * @param name in lower case
 * @param clientSigned names that the client signed, in lower case
 */
export function isSignedHeader(name: string, clientSigned: ReadonlySet<string>): boolean {
  if (NEVER_SIGNED.has(name)) return false;
  return ALWAYS_SIGNED.has(name) || name.startsWith('x-amz-') || clientSigned.has(name);
}

/** Whether a Connection header may name this one. Dropping a header that AWS reads would change what the client signed. */
export function mayBeConnectionHeader(name: string, clientSigned: ReadonlySet<string>): boolean {
  if (name === 'content-length' || name === 'authorization') return false;
  return !ALWAYS_SIGNED.has(name) && !name.startsWith('x-amz-') && !clientSigned.has(name);
}
