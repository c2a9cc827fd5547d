import { jsonFix, type RoleFinding } from './finding.js';
import {
  conditionValues,
  coversAction,
  coversResource,
  otherConditionKeys,
} from './match-statement.js';
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
const TAG_KEY = /^(?:iam|aws):ResourceTag\//i;

/** Checks that the policies of the caller let it assume the role, and no more than needed. */
export function checkPermission(
  policies: readonly PolicyDocument[],
  q: PermissionExpectation,
): readonly RoleFinding[] {
  const statements = policies
    .flatMap((policy) => policy.Statement)
    .filter((statement) => coversAction(statement, ACTION));
  const covering = statements.filter((statement) => coversResource(statement, q.roleArn));
  if (covering.some((statement) => statement.Effect === 'Deny' && !statement.Condition)) {
    return [
      {
        code: 'permission-denied',
        severity: 'error',
        message: 'A Deny statement of the caller refuses the role; it wins over every Allow.',
      },
    ];
  }
  const allows = covering.filter((statement) => statement.Effect === 'Allow');
  const granting = allows.filter((statement) => tagsFit(statement, q.tags));
  if (granting.length === 0) return [missing(statements, q)];
  return [...wide(granting, q), ...conditional(granting)];
}

function missing(statements: readonly PolicyStatement[], q: PermissionExpectation): RoleFinding {
  const [, , ...rest] = q.roleArn.split(':');
  const elsewhere = statements
    .flatMap((statement) => (statement.Effect === 'Allow' ? listOf(statement.Resource) : []))
    .some(
      (resource) =>
        resource.startsWith('arn:') && resource.split(':').slice(2).join(':') === rest.join(':'),
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

function wide(
  granting: readonly PolicyStatement[],
  q: PermissionExpectation,
): readonly RoleFinding[] {
  const isWide = ({ Resource, NotResource, Condition }: PolicyStatement) =>
    NotResource !== undefined ||
    (listOf(Resource).some((resource) => /^\*+$/.test(resource)) && Condition === undefined);
  if (!granting.some(isWide)) return [];
  return [
    {
      code: 'permission-too-wide',
      severity: 'warning',
      message: 'The caller may assume every role that trusts it: name the roles, or demand a tag.',
      fix: jsonFix('caller-policy', q.wanted),
    },
  ];
}

function conditional(granting: readonly PolicyStatement[]): readonly RoleFinding[] {
  const keys = granting.map((statement) =>
    otherConditionKeys(statement, []).filter((key) => !TAG_KEY.test(key)),
  );
  if (keys.some((list) => list.length === 0)) return [];
  return [
    {
      code: 'permission-conditional',
      severity: 'warning',
      message: `The permission depends on conditions that cannot be judged from here: ${[...new Set(keys.flat())].join(', ')}.`,
    },
  ];
}

/** Conditions on tags of the role can be judged: the tags are known. */
function tagsFit(statement: PolicyStatement, tags: readonly ResourceTag[]): boolean {
  const keys = otherConditionKeys(statement, []).filter((key) => TAG_KEY.test(key));
  return keys.every((key) => {
    const name = key.slice(key.indexOf('/') + 1).toLowerCase();
    const value = tags.find((tag) => tag.Key.toLowerCase() === name)?.Value;
    return value !== undefined && conditionValues(statement, key)?.includes(value) === true;
  });
}
