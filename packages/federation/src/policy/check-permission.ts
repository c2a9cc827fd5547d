import { type ConditionContext, demands, evaluateCondition } from './evaluate-condition.js';
import { jsonFix, type RoleFinding } from './finding.js';
import { coversAction, coversAllRoles, coversResource } from './match-statement.js';
import { listOf } from './statement.js';
import type { ResourceTag } from './tags.js';
import type { PolicyDocument, PolicyStatement } from './types.js';

/** Which role the caller wants to assume. */
export interface PermissionExpectation {
  readonly roleArn: string;
  /** Tags of the role, for conditions on `iam:ResourceTag/…`. */
  readonly tags: readonly ResourceTag[];
  /** The statement that the guides ask for. */
  readonly wanted: PolicyStatement;
}

const ACTION = 'sts:AssumeRole';
const TAG_KEY = /^(?:iam|aws):resourcetag\//;

/** Checks that the policies of the caller let it assume the role, and no more than needed. */
export function checkPermission(
  policies: readonly PolicyDocument[],
  q: PermissionExpectation,
): readonly RoleFinding[] {
  const { granting, denied, openDenies } = judgePermission(policies, ACTION, q);
  if (denied) {
    return [
      {
        code: 'permission-denied',
        severity: 'error',
        message: 'A Deny statement of the caller refuses the role; it wins over every Allow.',
      },
    ];
  }
  if (granting.length === 0) {
    return [missing(statementsFor(policies, ACTION), q), ...wideFinding(policies, q.wanted)];
  }
  const open = granting.map(({ openKeys }) => openKeys);
  const keys = [...openDenies, ...(open.some((list) => list.length === 0) ? [] : open.flat())];
  return [...wideFinding(policies, q.wanted), ...(keys.length === 0 ? [] : [conditional(keys)])];
}

/** Whether the policies let the caller do something more to the role, such as tagging the session. */
export function allowsAction(
  policies: readonly PolicyDocument[],
  action: string,
  q: Pick<PermissionExpectation, 'roleArn' | 'tags'>,
): boolean {
  const { granting, denied } = judgePermission(policies, action, q);
  return !denied && granting.length > 0;
}

/** The statements that let roles be assumed without naming them or demanding a tag. */
export function wideFinding(
  policies: readonly PolicyDocument[],
  wanted: PolicyStatement,
): readonly RoleFinding[] {
  const isWide = (statement: PolicyStatement) =>
    statement.Effect === 'Allow' &&
    coversAllRoles(statement) &&
    !demands(statement, (key) => TAG_KEY.test(key));
  if (!statementsFor(policies, ACTION).some(isWide)) return [];
  return [
    {
      code: 'permission-too-wide',
      severity: 'warning',
      message: 'The caller may assume every role that trusts it: name the roles, or demand a tag.',
      fix: jsonFix('caller-policy', wanted),
    },
  ];
}

/** The finding on conditions that cannot be judged. */
export function conditional(keys: readonly string[]): RoleFinding {
  return {
    code: 'permission-conditional',
    severity: 'warning',
    message: `The permission depends on conditions that cannot be judged from here: ${[...new Set(keys)].join(', ')}.`,
  };
}

/** The statements of all policies that are about an action. */
export function statementsFor(
  policies: readonly PolicyDocument[],
  action: string,
): readonly PolicyStatement[] {
  return policies
    .flatMap((policy) => policy.Statement)
    .filter((statement) => coversAction(statement, action));
}

/** What is known of a role with these tags. */
export function tagContext(tags: readonly ResourceTag[]): ConditionContext {
  return (key) => {
    if (!TAG_KEY.test(key)) return undefined;
    const name = key.slice(key.indexOf('/') + 1);
    return tags.filter((tag) => tag.Key.toLowerCase() === name).map(({ Value }) => Value);
  };
}

function judgePermission(
  policies: readonly PolicyDocument[],
  action: string,
  q: Pick<PermissionExpectation, 'roleArn' | 'tags'>,
) {
  const applying = statementsFor(policies, action)
    .filter((statement) => coversResource(statement, q.roleArn))
    .map((statement) => ({ statement, ...evaluateCondition(statement, tagContext(q.tags)) }))
    .filter(({ outcome }) => outcome !== 'unmet');
  const denies = applying.filter(({ statement }) => statement.Effect === 'Deny');
  return {
    granting: applying.filter(({ statement }) => statement.Effect === 'Allow'),
    denied: denies.some(({ outcome }) => outcome === 'met'),
    openDenies: denies.flatMap(({ openKeys }) => openKeys),
  };
}

function missing(statements: readonly PolicyStatement[], q: PermissionExpectation): RoleFinding {
  const [, , ...rest] = q.roleArn.split(':');
  const elsewhere = statements
    .flatMap((statement) => (statement.Effect === 'Allow' ? listOf(statement.Resource) : []))
    .some(
      (resource) =>
        resource.startsWith('arn:') &&
        !resource.startsWith(`${q.roleArn.split(':', 2).join(':')}:`) &&
        resource.split(':').slice(2).join(':') === rest.join(':'),
    );
  return {
    code: elsewhere ? 'permission-wrong-partition' : 'permission-missing',
    severity: 'error',
    message: elsewhere
      ? 'The caller may assume a role of this name in another partition only.'
      : 'No policy of the caller lets it assume the role.',
    fix: jsonFix('caller-policy', q.wanted),
  };
}
