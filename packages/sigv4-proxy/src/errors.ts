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

/** Why a request was refused, or which option is unusable. The list is closed; the README says what each one means. */
export type SigV4ProxyErrorCode = (typeof CODES_BY_KIND)[SigV4ProxyErrorKind][number];

const BRAND = Symbol.for('@postern/sigv4-proxy:SigV4ProxyError');

/** What an error can carry besides code and message. Nothing of it may be a secret. */
export interface SigV4ProxyErrorOptions {
  /** The exception of a library or of the platform that led here. */
  readonly cause?: unknown;
  /** Which chunk of an aws-chunked body failed, from 0. */
  readonly chunkIndex?: number | undefined;
}

/**
 * The one error of this package. Its message names no secret, signature or token; it may quote header names, key ids and
 * hosts as the client sent them. What has been verified when it is thrown stands at each function.
 */
export class SigV4ProxyError extends Error {
  override readonly name = 'SigV4ProxyError';
  /** Why, as a stable word to switch on. */
  readonly code: SigV4ProxyErrorCode;
  /** Which chunk failed, from 0; only with errors about a chunk. */
  readonly chunkIndex?: number | undefined;

  /**
   * Makes the error.
   *
   * @param code why
   * @param message one sentence with the place and the fix
   * @param options cause and position
   */
  constructor(code: SigV4ProxyErrorCode, message: string, options: SigV4ProxyErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    if (options.chunkIndex !== undefined) this.chunkIndex = options.chunkIndex;
  }

  /** What the refusal looks like to an AWS client; follows from the code. */
  get kind(): SigV4ProxyErrorKind {
    return errorKindOf(this.code);
  }

  /** Marks errors of every copy of this package (ESM and CJS), so that `instanceof` holds across them. */
  get [BRAND](): true {
    return true;
  }

  /** Holds for the errors of every copy of this package, and for no other error. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

/**
 * The kind a code belongs to.
 *
 * @param code a code of this package
 */
export function errorKindOf(code: SigV4ProxyErrorCode): SigV4ProxyErrorKind {
  let kind: keyof typeof CODES_BY_KIND;
  for (kind in CODES_BY_KIND) {
    const codes: readonly string[] = CODES_BY_KIND[kind];
    if (codes.includes(code)) return kind;
  }
  return 'internal';
}
