import { errorFacts } from './data/error-facts.js';
import { causeName } from './wire/cause-name.js';
import { safeText } from './wire/safe-text.js';

/** Everything this package refuses or fails with. Stable: codes are only added, never renamed. */
export type JoinIamErrorCode =
  // token
  | 'token-not-found'
  | 'token-expired'
  | 'wrong-join-method'
  | 'role-not-allowed'
  | 'token-invalid'
  // challenge
  | 'challenge-unknown'
  | 'challenge-expired'
  | 'challenge-reused'
  | 'challenge-missing'
  | 'challenge-unsigned'
  | 'challenge-mismatch'
  | 'challenge-limit'
  // request
  | 'request-too-large'
  | 'request-malformed'
  | 'http-version'
  | 'method-not-allowed'
  | 'target-not-allowed'
  | 'header-duplicate'
  | 'transfer-encoding'
  | 'content-length'
  | 'trailing-data'
  | 'body-mismatch'
  | 'header-not-allowed'
  | 'header-missing'
  | 'host-not-allowed'
  | 'fips-required'
  | 'algorithm-not-allowed'
  | 'authorization-malformed'
  | 'credential-malformed'
  | 'signature-malformed'
  | 'service-mismatch'
  | 'region-mismatch'
  | 'signed-headers-malformed'
  | 'signed-header-not-allowed'
  | 'signed-header-absent'
  | 'header-unsigned'
  | 'content-type'
  | 'accept-not-allowed'
  | 'payload-hash-mismatch'
  | 'session-token-missing'
  | 'session-token-unexpected'
  | 'session-token-malformed'
  | 'access-key-mismatch'
  | 'date-malformed'
  | 'date-scope-mismatch'
  | 'clock-skew'
  | 'audience-missing'
  | 'audience-mismatch'
  | 'binding-missing'
  | 'binding-mismatch'
  // sts
  | 'sts-unavailable'
  | 'sts-timeout'
  | 'sts-throttled'
  | 'sts-busy'
  | 'sts-redirect'
  | 'sts-denied'
  | 'sts-unexpected-status'
  | 'sts-unexpected-content-type'
  | 'sts-oversize'
  | 'sts-malformed'
  | 'aborted'
  // identity
  | 'identity-malformed'
  | 'identity-inconsistent'
  | 'partition-mismatch'
  // rules
  | 'no-rule-matched'
  // client
  | 'joiner-gave-up'
  | 'credentials-missing'
  | 'credentials-expiring'
  | 'region-unknown'
  | 'fips-unavailable'
  | 'server-not-authenticated'
  | 'metadata-unavailable'
  // the embedder's own arguments and callbacks
  | 'invalid-option'
  | 'callback-failed'
  | 'audit-failed';

/** Groups of codes that mean the same kind of fault. */
export type JoinIamErrorClass =
  | 'token'
  | 'challenge'
  | 'size'
  | 'syntax'
  | 'target'
  | 'framing'
  | 'body'
  | 'headers'
  | 'host'
  | 'authorization'
  | 'scope'
  | 'credentials'
  | 'time'
  | 'binding'
  | 'sts'
  | 'identity'
  | 'rules'
  | 'client'
  | 'configuration';

/** How far an attempt had come. Nothing of the joiner's claims is proven before `rules`. */
export type JoinIamErrorStage =
  | 'token'
  | 'challenge'
  | 'request'
  | 'sts'
  | 'identity'
  | 'rules'
  | 'client'
  | 'configuration';

/** Why STS refused, as far as its answer tells. */
export type StsDeniedReason =
  | 'clock-skew'
  | 'region'
  | 'signature'
  | 'unknown-credentials'
  | 'expired-credentials'
  | 'region-disabled'
  | 'other';

/** Why one allow rule did not admit the identity. */
export type RuleReasonCode =
  | 'invalid-rule'
  | 'account-mismatch'
  | 'arn-mismatch'
  | 'organization-mismatch'
  | 'organization-unavailable'
  | 'user-id-mismatch';

/** The refusal of one allow rule. For operators: hints say how the rules look. */
export interface RuleReason {
  /** Index of the rule in the token. */
  readonly rule: number;
  readonly code: RuleReasonCode;
  /** How the rule was probably meant. */
  readonly hint?: string | undefined;
}

/** What a {@link JoinIamError} is made of, besides its code. */
export interface JoinIamErrorInit {
  /** One sentence that may be shown to the joiner. Never holds a secret or a rule. */
  readonly message: string;
  /** For operators only: cut to 512 characters, control characters replaced. Default: none. */
  readonly detail?: string | undefined;
  /** What the operator may do about it. Default: none. */
  readonly hint?: string | undefined;
  /** With `sts-denied`. */
  readonly reason?: StsDeniedReason | undefined;
  /** With `no-rule-matched`: one entry for each rule. */
  readonly reasons?: readonly RuleReason[] | undefined;
  /** With `no-rule-matched`: what STS proved. */
  readonly identity?: { readonly account: string; readonly arn: string } | undefined;
  /** With `token-invalid`: where and why. */
  readonly issues?: readonly { readonly path: string; readonly code: string }[] | undefined;
  /** The foreign error behind this one. Default: none. */
  readonly cause?: unknown;
}

const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom');

const brand: unique symbol = Symbol.for('@postern/join-iam/JoinIamError');

/**
 * The one error class of this package.
 *
 * `message`, `code`, `class`, `stage`, `retryable`, `reason` and `identity` may be shown to the joiner (for the
 * codes of stage `token` use `describeRefusal`, which hides whether a token exists). `detail`, `hint`,
 * `reasons` and `issues` are for operators; they are not enumerable, so JSON does not carry them.
 *
 * `instanceof` also holds between the ESM and the CJS copy of this package.
 */
export class JoinIamError extends Error {
  /** The stable code. */
  readonly code: JoinIamErrorCode;
  /** The group of the code. */
  readonly class: JoinIamErrorClass;
  /** How far the attempt had come. */
  readonly stage: JoinIamErrorStage;
  /** Whether the same signed request may be sent again. False for every refusal. */
  readonly retryable: boolean;
  /** Why STS refused; only with `sts-denied`. */
  readonly reason: StsDeniedReason | undefined;
  /** The proven account and ARN; only with `no-rule-matched`. */
  readonly identity: { readonly account: string; readonly arn: string } | undefined;
  /** For operators only. */
  declare readonly detail: string | undefined;
  /** For operators only. */
  declare readonly hint: string | undefined;
  /** For operators only: why each rule did not match. */
  declare readonly reasons: readonly RuleReason[] | undefined;
  /** For operators only: what is wrong with the token resource. */
  declare readonly issues: JoinIamErrorInit['issues'];
  /** Marks instances across module copies. */
  declare readonly [brand]: true;

  /**
   * Makes the error.
   *
   * @param code - the stable code
   * @param init - sentence, and what else is known; no secret
   */
  constructor(code: JoinIamErrorCode, init: JoinIamErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    const [errorClass, stage, retryable] = errorFacts[code];
    this.code = code;
    this.class = errorClass;
    this.stage = stage;
    this.retryable = retryable ?? false;
    this.reason = init.reason;
    this.identity = init.identity;
    const hidden = {
      name: 'JoinIamError',
      detail: init.detail === undefined ? undefined : safeText(init.detail),
      hint: init.hint === undefined ? undefined : safeText(init.hint),
      reasons: init.reasons,
      issues: init.issues,
      [brand]: true,
    };
    for (const key of Reflect.ownKeys(hidden)) {
      Object.defineProperty(this, key, { value: Reflect.get(hidden, key), enumerable: false });
    }
  }

  /** The printed form names the cause only: foreign errors carry requests and connection texts. */
  [INSPECT](_depth: number, options: object, print: (value: object, options: object) => string) {
    const cause = this.cause === undefined ? {} : { cause: causeName(this.cause) };
    return `${this.stack} ${print({ ...this, ...cause }, options)}`;
  }

  /** Holds for the errors of every copy of this package, and for no other error. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
