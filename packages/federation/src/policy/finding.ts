/** What the doctor may say. Stable: codes are only added. */
export type RoleFindingCode =
  | 'trust-missing'
  | 'trust-too-wide'
  | 'trust-wrong-partition'
  | 'trust-denied'
  | 'trust-conditional'
  | 'external-id-mismatch'
  | 'external-id-not-required'
  | 'external-id-not-sent'
  | 'session-tags-not-allowed'
  | 'source-identity-not-allowed'
  | 'audience-mismatch'
  | 'subject-missing'
  | 'permission-missing'
  | 'permission-too-wide'
  | 'permission-wrong-partition'
  | 'permission-denied'
  | 'permission-conditional'
  | 'tag-missing'
  | 'tag-is-ownership'
  | 'ownership-tag-missing';

/** One observation on a role. */
export interface RoleFinding {
  /** The stable code. */
  readonly code: RoleFindingCode;
  /** `error`: the session cannot be had, or anybody can have it. `warning`: it works, but deserves a look. */
  readonly severity: 'error' | 'warning';
  /** One sentence: what is wrong and why it matters. */
  readonly message: string;
  /** What to change; absent where only a human can tell. */
  readonly fix?: RoleFix | undefined;
}

/** A repair as text that can be pasted. */
export interface RoleFix {
  /** Where the text belongs; `app` is the app resource of the gateway. */
  readonly where: 'trust-policy' | 'caller-policy' | 'role-tags' | 'app';
  /** A whole statement as JSON, a tag as JSON, or a line of YAML. */
  readonly text: string;
}

/** The result of a check. */
export interface RoleReport {
  /** No finding of severity `error`. */
  readonly ok: boolean;
  /** Errors first; empty when all is well. */
  readonly findings: readonly RoleFinding[];
}

/** Sorts and sums up. */
export function reportOf(findings: readonly RoleFinding[]): RoleReport {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  return { ok: errors.length === 0, findings: [...errors, ...warnings] };
}

/** A fix that is JSON. */
export function jsonFix(where: RoleFix['where'], value: unknown): RoleFix {
  return { where, text: JSON.stringify(value, null, 2) };
}
