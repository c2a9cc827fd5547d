/** Everything this package refuses. Stable: codes are only added, never renamed. */
export type FederationErrorCode =
  | 'aborted'
  | 'credentials-invalidated'
  | 'credentials-unavailable'
  | 'cyclic-role-chain'
  | 'destination-not-allowed'
  | 'destination-too-long'
  | 'duration-too-long'
  | 'duration-too-short'
  | 'expired-credentials'
  | 'expired-web-identity-token'
  | 'federation-rejected'
  | 'federation-unavailable'
  | 'federation-unreachable'
  | 'fips-not-available'
  | 'identity-expires-too-soon'
  | 'identity-provider-unreachable'
  | 'invalid-account-id'
  | 'invalid-argument'
  | 'invalid-audience'
  | 'invalid-duration'
  | 'invalid-external-id'
  | 'invalid-issuer'
  | 'invalid-issuer-s3-uri'
  | 'invalid-login-url'
  | 'invalid-policy'
  | 'invalid-region'
  | 'invalid-response'
  | 'invalid-session-name'
  | 'invalid-session-policy'
  | 'invalid-signing-key'
  | 'invalid-source-identity'
  | 'invalid-tag'
  | 'invalid-username'
  | 'invalid-web-identity-token'
  | 'long-term-credentials'
  | 'long-term-credentials-required'
  | 'malformed-arn'
  | 'missing-audience'
  | 'missing-credentials'
  | 'missing-resources'
  | 'missing-signin-token'
  | 'missing-subject'
  | 'missing-username'
  | 'no-certificates'
  | 'no-signing-key'
  | 'not-a-role-arn'
  | 'partition-mismatch'
  | 'response-too-large'
  | 'role-chain-too-long'
  | 'service-not-in-partition'
  | 'signing-failed'
  | 'sts-access-denied'
  | 'sts-rejected'
  | 'sts-throttled'
  | 'sts-unavailable'
  | 'token-too-long'
  | 'ttl-too-long'
  | 'unknown-partition'
  | 'unknown-service'
  | 'unsafe-credentials'
  | 'unsupported-key-type'
  | 'web-identity-token-unavailable'
  | 'wildcard-principal';

const brand: unique symbol = Symbol.for('@postern/federation/FederationError');

/** What a {@link FederationError} is made of. No member may hold a secret. */
export interface FederationErrorInit {
  /** The stable code. */
  readonly code: FederationErrorCode;
  /** One sentence: what is wrong, where, and what to do. */
  readonly message: string;
  /** HTTP status of the answer, when there was one. Default: none. */
  readonly status?: number | undefined;
  /** For `federation-rejected`: whether the same call without SessionDuration may pass. Default: none. */
  readonly retryWithoutDuration?: boolean | undefined;
  /** For `unknown-service`: near names, the nearest first. Default: none. */
  readonly suggestions?: readonly string[] | undefined;
  /** The error code of STS, such as `AccessDenied`, and its request id. Default: none. */
  readonly sts?: StsFailure | undefined;
  /** The error behind this one, already free of secrets. Default: none. */
  readonly cause?: unknown;
}

/** What STS said about a refused call. */
export interface StsFailure {
  /** For example `AccessDenied`. */
  readonly code: string;
  /** The id AWS support asks for; undefined when there was none. */
  readonly requestId?: string | undefined;
}

/**
 * The one error class of this package. No member, message or cause ever holds credentials, sign-in tokens or
 * web identity tokens, so an instance may be logged as it is.
 *
 * `instanceof` also holds between the ESM and the CJS copy of this package.
 */
export class FederationError extends Error {
  /** The stable code. */
  readonly code: FederationErrorCode;
  /** HTTP status of the answer, when there was one. */
  declare readonly status?: number | undefined;
  /** For `federation-rejected`: whether the same call without SessionDuration may pass. */
  declare readonly retryWithoutDuration?: boolean | undefined;
  /** For `unknown-service`: near names, the nearest first. */
  declare readonly suggestions?: readonly string[] | undefined;
  /** For the `sts-…` codes and their kin: what STS said. */
  declare readonly sts?: StsFailure | undefined;

  /**
   * Makes the error.
   *
   * @param init - code, sentence, and what else is known; no secret
   */
  constructor(init: FederationErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    Object.defineProperty(this, brand, { value: true });
    this.name = 'FederationError';
    this.code = init.code;
    if (init.status !== undefined) this.status = init.status;
    if (init.retryWithoutDuration !== undefined) {
      this.retryWithoutDuration = init.retryWithoutDuration;
    }
    if (init.suggestions !== undefined) this.suggestions = init.suggestions;
    if (init.sts !== undefined) this.sts = init.sts;
  }

  /** Holds for the errors of every copy of this package, and for no other error. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
