import {
  type ConditionContext,
  type ConditionResult,
  demands,
  evaluateCondition,
} from './evaluate-condition.js';
import { jsonFix, type RoleFinding } from './finding.js';
import {
  coversAction,
  fitPrincipals,
  includesCaller,
  type PrincipalFit,
} from './match-statement.js';
import type { PolicyDocument, PolicyStatement } from './types.js';

/** Who wants to assume, and how. */
export interface TrustExpectation {
  /** ARN of a role, or of an OIDC provider. */
  readonly caller: string;
  readonly type: 'AWS' | 'Federated';
  readonly action: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity';
  /** What is known of the call. */
  readonly context: ConditionContext;
  /** The statement that the guides ask for. */
  readonly wanted: PolicyStatement;
}

/** A statement of the trust policy that is about the action. */
export interface TrustStatement {
  readonly statement: PolicyStatement;
  readonly fits: readonly PrincipalFit[];
  readonly condition: ConditionResult;
}

/** The statements that name the caller, and what is wrong with the trust policy in general. */
export interface TrustResult {
  /** Those that name the caller, whether or not their condition holds. */
  readonly naming: readonly TrustStatement[];
  /** Those of them whose condition holds or may hold. */
  readonly granting: readonly TrustStatement[];
  readonly findings: readonly RoleFinding[];
}

/** Checks that a trust policy names the caller and nobody who should not get in, in its own partition. */
export function checkTrust(document: PolicyDocument, q: TrustExpectation): TrustResult {
  const relevant = document.Statement.filter((statement) => coversAction(statement, q.action)).map(
    (statement) => ({
      statement,
      fits: fitPrincipals(statement, q.type, q.caller),
      condition: evaluateCondition(statement, q.context),
    }),
  );
  const allowing = relevant.filter(({ statement }) => statement.Effect === 'Allow');
  const naming = allowing.filter(({ fits }) => includesCaller(fits));
  const granting = naming.filter(({ condition }) => condition.outcome !== 'unmet');
  return {
    naming,
    granting,
    findings: [
      ...(naming.length === 0 ? [missing(relevant, q)] : []),
      ...wideFindings(document, q),
      ...denyFindings(relevant),
      ...conditional(granting),
    ],
  };
}

function missing(relevant: readonly TrustStatement[], q: TrustExpectation): RoleFinding {
  const elsewhere = relevant.some(({ fits }) => fits.includes('other-partition'));
  return {
    code: elsewhere ? 'trust-wrong-partition' : 'trust-missing',
    severity: 'error',
    message: elsewhere
      ? 'The trust policy names the caller with the ARN of another partition; no such principal exists here.'
      : 'No statement of the trust policy lets the caller assume the role.',
    fix: jsonFix('trust-policy', q.wanted),
  };
}

const WAYS_IN = ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'];
/** Keys that say who calls; with one of them `*` is not everybody. */
const CALLER_KEY = /^aws:(?:principal(?:arn|account|orgid|orgpaths|tag\/.+)|userid)$/;
/** The same for one account. */
const NARROW_KEY = /^aws:(?:principal(?:arn|tag\/.+)|userid)$/;

/** Every principal of every statement that lets somebody in, not only of those that name the caller. */
function wideFindings(document: PolicyDocument, q: TrustExpectation): readonly RoleFinding[] {
  const allows = document.Statement.filter(
    (statement) =>
      statement.Effect === 'Allow' && WAYS_IN.some((action) => coversAction(statement, action)),
  );
  const open = new Set(
    allows.flatMap((statement) => {
      if (demands(statement, (key) => NARROW_KEY.test(key))) return [];
      const fits = fitPrincipals(statement, q.type, q.caller);
      if (demands(statement, (key) => CALLER_KEY.test(key))) {
        return fits.filter((fit) => fit === 'account');
      }
      // A role for an identity provider is as open when any AWS principal gets in beside it.
      const beside = fitPrincipals(statement, 'AWS', q.caller).filter((fit) => fit === 'anyone');
      return [...fits, ...beside];
    }),
  );
  const finding = (severity: RoleFinding['severity'], message: string): RoleFinding => ({
    code: 'trust-too-wide',
    severity,
    message,
    fix: jsonFix('trust-policy', q.wanted),
  });
  if (open.has('anyone')) {
    const everybody = 'The trust policy lets every AWS principal of every account assume the role.';
    return [finding('error', everybody)];
  }
  return [
    ...(open.has('account') ? [finding('warning', WHOLE_ACCOUNT)] : []),
    ...(open.has('other-account') ? [finding('warning', OTHER_ACCOUNT)] : []),
  ];
}

const WHOLE_ACCOUNT =
  'The trust policy names the whole account, so every principal there with the permission gets in: name the role.';
const OTHER_ACCOUNT =
  'The trust policy also names another whole account, so every principal there with the permission gets in: name a role.';

function denyFindings(relevant: readonly TrustStatement[]): readonly RoleFinding[] {
  const denies = relevant.filter(
    ({ statement, fits }) => statement.Effect === 'Deny' && includesCaller(fits),
  );
  if (denies.some(({ condition }) => condition.outcome === 'met')) {
    return [
      {
        code: 'trust-denied',
        severity: 'error',
        message:
          'A Deny statement of the trust policy refuses the caller; it wins over every Allow.',
      },
    ];
  }
  const keys = denies.flatMap(({ condition }) => condition.openKeys);
  return keys.length === 0 ? [] : [conditionalFinding('A Deny of the trust policy', keys)];
}

function conditional(granting: readonly TrustStatement[]): readonly RoleFinding[] {
  if (granting.length === 0 || granting.some(({ condition }) => condition.outcome === 'met')) {
    return [];
  }
  const keys = granting.flatMap(({ condition }) => condition.openKeys);
  return [conditionalFinding('The trust', keys)];
}

function conditionalFinding(what: string, keys: readonly string[]): RoleFinding {
  return {
    code: 'trust-conditional',
    severity: 'warning',
    message: `${what} depends on conditions that cannot be judged from here: ${[...new Set(keys)].join(', ')}.`,
  };
}
