import { jsonFix, type RoleFinding } from './finding.js';
import {
  conditionValues,
  coversAction,
  fitPrincipal,
  otherConditionKeys,
  type PrincipalFit,
} from './match-statement.js';
import type { PolicyDocument, PolicyStatement } from './types.js';

/** Who wants to assume, and how. */
export interface TrustExpectation {
  /** ARN of a role, or of an OIDC provider. */
  readonly caller: string;
  readonly type: 'AWS' | 'Federated';
  readonly action: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity';
  /** The statement that the guides ask for. */
  readonly wanted: PolicyStatement;
  /** Condition keys that other checks look at. */
  readonly knownConditionKeys: readonly string[];
}

/** The statements that let the caller in, and what is wrong with the trust policy in general. */
export interface TrustResult {
  readonly granting: readonly PolicyStatement[];
  readonly findings: readonly RoleFinding[];
}

/** Checks that a trust policy names the caller, exactly and in its own partition. */
export function checkTrust(document: PolicyDocument, q: TrustExpectation): TrustResult {
  const relevant = document.Statement.filter((statement) => coversAction(statement, q.action)).map(
    (statement) => ({ statement, fit: fitPrincipal(statement, q.type, q.caller) }),
  );
  const isGrant = ({ statement, fit }: { statement: PolicyStatement; fit: PrincipalFit }) =>
    statement.Effect === 'Allow' && ['exact', 'account', 'anyone'].includes(fit);
  const granting = relevant.filter(isGrant);
  const findings: RoleFinding[] = [];
  if (granting.length === 0) findings.push(missing(relevant, q));
  for (const { fit } of granting) {
    const wide = wideFinding(fit, q);
    if (wide && !findings.some(({ severity }) => severity === wide.severity)) findings.push(wide);
  }
  const denies = relevant.some(
    ({ statement, fit }) =>
      statement.Effect === 'Deny' &&
      statement.Condition === undefined &&
      !['none', 'other-partition'].includes(fit),
  );
  if (denies) {
    findings.push({
      code: 'trust-denied',
      severity: 'error',
      message: 'A Deny statement of the trust policy refuses the caller; it wins over every Allow.',
    });
  }
  findings.push(...conditional(granting, q));
  return { granting: granting.map(({ statement }) => statement), findings };
}

function missing(
  relevant: readonly { readonly statement: PolicyStatement; readonly fit: PrincipalFit }[],
  q: TrustExpectation,
): RoleFinding {
  const elsewhere = relevant.some(({ fit }) => fit === 'other-partition');
  return {
    code: elsewhere ? 'trust-wrong-partition' : 'trust-missing',
    severity: 'error',
    message: elsewhere
      ? 'The trust policy names the caller with the ARN of another partition; no such principal exists here.'
      : 'No statement of the trust policy lets the caller assume the role.',
    fix: jsonFix('trust-policy', q.wanted),
  };
}

function wideFinding(fit: PrincipalFit, q: TrustExpectation): RoleFinding | undefined {
  if (fit === 'anyone') {
    return {
      code: 'trust-too-wide',
      severity: 'error',
      message: 'The trust policy lets every AWS principal of every account assume the role.',
      fix: jsonFix('trust-policy', q.wanted),
    };
  }
  if (fit !== 'account') return undefined;
  return {
    code: 'trust-too-wide',
    severity: 'warning',
    message:
      'The trust policy names the whole account, so every principal there with the permission gets in: name the role.',
    fix: jsonFix('trust-policy', q.wanted),
  };
}

function conditional(
  granting: readonly { readonly statement: PolicyStatement }[],
  q: TrustExpectation,
): readonly RoleFinding[] {
  const keys = granting.map(({ statement }) => otherConditionKeys(statement, q.knownConditionKeys));
  if (keys.length === 0 || keys.some((list) => list.length === 0)) return [];
  return [
    {
      code: 'trust-conditional',
      severity: 'warning',
      message: `The trust depends on conditions that cannot be judged from here: ${[...new Set(keys.flat())].join(', ')}.`,
    },
  ];
}

/** Whether one of the statements that let the caller in has this value for a condition key, or has no such key. */
export function fitCondition(
  granting: readonly PolicyStatement[],
  key: string,
  value: string | undefined,
): 'fits' | 'not-asked' | 'differs' {
  const asked = granting.map((statement) => conditionValues(statement, key));
  if (value !== undefined && asked.some((values) => values?.includes(value))) return 'fits';
  return asked.some((values) => values === undefined) ? 'not-asked' : 'differs';
}
