import type { Asked, DecisionSource } from './decision-source.js';

/** Why access is denied. Closed and stable. */
export type DenyCode =
  | 'no-allow'
  | 'explicit-deny'
  | 'mfa-required'
  | 'device-required'
  | 'bad-role'
  | 'resource-not-listed'
  | 'locked';

/** What spoke: a part of a role, or a check that needs no role. */
export type ReasonCondition =
  | 'granted'
  | 'app-labels'
  | 'app-labels-expression'
  | 'aws-role-arns'
  | 'rules'
  | 'substitution'
  | 'session-mfa'
  | 'cluster-mfa'
  | 'trusted-device'
  | 'resource-list'
  | 'lock'
  | 'stale-locks';

/** One thing that decided. */
export interface Reason {
  readonly effect: 'allow' | 'deny';
  /** Name of the role that spoke; empty when no role did (locks, cluster MFA, the list of resources). */
  readonly role: string;
  readonly condition: ReasonCondition;
  /** One sentence for an administrator. */
  readonly message: string;
}

/**
 * The answer to a question of access. A denial without reasons means that no role allows it;
 * `explainDecision` then says what each role lacked.
 */
export type AccessDecision =
  | {
      readonly decision: 'allow';
      readonly code: 'granted';
      readonly reasons: readonly [Reason, ...Reason[]];
    }
  | { readonly decision: 'deny'; readonly code: DenyCode; readonly reasons: readonly Reason[] };

/** Where a decision keeps its question; the ESM and the CJS copy of this package explain each other's decisions. */
const SOURCE: unique symbol = Symbol.for('@postern/rbac:Decision.source');

/** A decision that remembers the question, for explanations. */
class Decision<D, C, R> {
  readonly decision: D;
  readonly code: C;
  readonly reasons: R;
  // In two parts, because decisions about the same app have the first one in common.
  readonly #asked: Asked;
  readonly #roleArn: string | undefined;

  constructor(decision: D, code: C, reasons: R, asked: Asked, roleArn: string | undefined) {
    this.decision = decision;
    this.code = code;
    this.reasons = reasons;
    this.#asked = asked;
    this.#roleArn = roleArn;
    // Decisions are kept and handed out again, so nobody may change one.
    Object.freeze(this);
  }

  /** Not a field, so that it shows in no copy and no log. */
  get [SOURCE](): DecisionSource {
    return { ...this.#asked, roleArn: this.#roleArn };
  }
}

const NO_REASONS: readonly Reason[] = Object.freeze([]);

/** Makes a frozen permission. */
export function allow(reason: readonly [Reason], asked: Asked, roleArn?: string): AccessDecision {
  return new Decision('allow', 'granted', reason, asked, roleArn);
}

/** Makes a frozen denial. */
export function deny(
  code: DenyCode,
  reason: readonly Reason[] | undefined,
  asked: Asked,
  roleArn?: string,
): AccessDecision {
  return new Decision('deny', code, reason ?? NO_REASONS, asked, roleArn);
}

/** Makes a frozen list of the one reason there is. */
export function only(
  effect: Reason['effect'],
  role: string,
  condition: ReasonCondition,
  message: string,
): readonly [Reason] {
  return Object.freeze([Object.freeze({ effect, role, condition, message })]);
}

/** The question behind a decision; undefined for copies and for decisions made elsewhere. */
export function sourceOf(decision: AccessDecision): DecisionSource | undefined {
  return hasSource(decision) ? decision[SOURCE] : undefined;
}

function hasSource(value: object): value is { readonly [SOURCE]: DecisionSource } {
  return SOURCE in value;
}
