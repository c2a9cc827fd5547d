/** Error kinds: what a refusal looks like to an AWS client. `formatErrorResponse` turns a kind into a wire format. */
export type SigV4ProxyErrorKind =
  | 'missing-auth'
  | 'malformed-auth'
  | 'unknown-key'
  | 'signature-mismatch'
  | 'skew'
  | 'payload-mismatch'
  | 'denied'
  | 'session-expired'
  | 'endpoint'
  | 'too-large'
  | 'credentials'
  | 'upstream'
  | 'internal';

const CODES_BY_KIND = {
  'missing-auth': ['missing-auth'],
  'malformed-auth': [
    'malformed-auth',
    'multiple-auth',
    'unsupported-algorithm',
    'duplicate-header',
    'duplicate-parameter',
    'missing-date',
    'scope-mismatch',
    'missing-signed-header',
    'unsigned-header',
    'missing-payload-hash',
    'payload-mode-not-allowed',
    'expires-out-of-range',
  ],
  'unknown-key': ['unknown-key', 'token-mismatch'],
  'signature-mismatch': ['signature-mismatch'],
  skew: ['skew', 'expired'],
  'payload-mismatch': [
    'payload-mismatch',
    'malformed-chunk',
    'chunk-signature-mismatch',
    'trailer-signature-mismatch',
    'truncated',
    'decoded-length-mismatch',
    'undeclared-trailer',
    'missing-trailer',
  ],
  denied: ['denied', 'invalid-username'],
  'session-expired': ['session-expired', 'identity-expires-too-soon'],
  endpoint: [
    'bad-host',
    'bad-scope',
    'bad-region',
    'not-aws-host',
    'not-api-host',
    'port-not-allowed',
    'blocked-address',
    'host-mismatch',
    'scope-host-mismatch',
    'region-mismatch',
    'ambiguous-endpoint',
    'missing-forwarded-host',
    'not-allowed',
    'bad-target',
    'bad-encoding',
    'bad-framing',
    'bad-connection-header',
    'malformed-body',
  ],
  'too-large': ['too-large', 'chunk-too-large'],
  credentials: ['credentials'],
  upstream: ['upstream'],
  internal: ['internal', 'invalid-option', 'port-in-use'],
} as const satisfies Record<SigV4ProxyErrorKind, readonly string[]>;

/** The codes of the table: all there are. */
export type ListedErrorCode = (typeof CODES_BY_KIND)[SigV4ProxyErrorKind][number];

/**
 * What the refusal with a code looks like to an AWS client.
 *
 * @param code of an error of this package
 *
 * @example
 * ```ts
 * errorKindOf('expired'); // 'skew': SDKs set their clock and try again
 * ```
 */
export function errorKindOf(code: ListedErrorCode): SigV4ProxyErrorKind {
  let kind: keyof typeof CODES_BY_KIND;
  for (kind in CODES_BY_KIND) {
    const codes: readonly string[] = CODES_BY_KIND[kind];
    if (codes.includes(code)) return kind;
  }
  return 'internal';
}
