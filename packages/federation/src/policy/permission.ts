import { FederationError } from '../errors.js';
import { checkTagText } from '../sts/check-parameters.js';
import { readAccountId, readArn, readPartition } from '../support/aws-names.js';
import { collapse, single } from './statement.js';
import { INTEGRATION_TAG, TARGET_ROLE_VALUE } from './tags.js';
import type { BuiltPolicy, OneOrMany } from './types.js';

/** What sessions carry needs an action of its own, in the trust policy and in the permission. */
interface SessionActions {
  /** Also allow session tags. Default false. */
  readonly allowSessionTags?: boolean | undefined;
  /** Also allow a source identity. Default false. */
  readonly allowSourceIdentity?: boolean | undefined;
}

/** The actions that assuming a role takes, for trust policies and permissions alike. */
export function assumeRoleActions(q: SessionActions): OneOrMany<string> {
  return collapse([
    'sts:AssumeRole',
    ...(q.allowSessionTags === true ? ['sts:TagSession'] : []),
    ...(q.allowSourceIdentity === true ? ['sts:SetSourceIdentity'] : []),
  ]);
}

/** Which roles the application service may assume. */
export interface RolesPermissionQuery extends SessionActions {
  /** Role ARNs, with wildcards in the role name where wanted, or `*`. */
  readonly resources: readonly string[];
}

/**
 * Allows to assume roles: the policy of the application service.
 *
 * @throws {@link FederationError} `missing-resources`, `malformed-arn`, `not-a-role-arn`
 */
export function permissionAssumeRoles(q: RolesPermissionQuery): BuiltPolicy {
  if (!Array.isArray(q.resources) || q.resources.length === 0) {
    throw new FederationError({
      code: 'missing-resources',
      message: 'A permission needs at least one role ARN.',
    });
  }
  for (const resource of q.resources) checkRoleResource(resource);
  return single(
    { Effect: 'Allow', Action: assumeRoleActions(q), Resource: collapse(q.resources) },
    q.resources.includes('*')
      ? [
          {
            code: 'wildcard-resource',
            message:
              'The permission covers every role that trusts the caller, in all accounts: name the roles, or a pattern of their names.',
          },
        ]
      : [],
  );
}

/** Which roles an integration may assume. */
export interface TaggedRolesPermissionQuery extends SessionActions {
  /** Default `teleport.dev/integration`. */
  readonly tagKey?: string | undefined;
  /** Default `true`. */
  readonly tagValue?: string | undefined;
  /** Only roles of these accounts. Default: any, as in the guide. */
  readonly accountIds?: readonly string[] | undefined;
  /** Default `aws`; matters only together with accountIds. */
  readonly partition?: string | undefined;
}

/** Name under which the guides attach {@link permissionAssumeTaggedRoles} to the integration role. */
export const TAGGED_ROLES_POLICY_NAME = 'AWSAppAccess';

/**
 * Allows to assume the roles that carry a tag: the inline policy of the integration role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_iam-tags.html
 * @throws {@link FederationError} `invalid-tag`, `invalid-account-id`, `missing-resources` for an empty list of accounts,
 *   `unknown-partition`
 */
export function permissionAssumeTaggedRoles(q: TaggedRolesPermissionQuery = {}): BuiltPolicy {
  const { name } = readPartition(q.partition ?? 'aws');
  const key = q.tagKey ?? INTEGRATION_TAG;
  const value = q.tagValue ?? TARGET_ROLE_VALUE;
  checkTagText(key, value);
  if (q.accountIds?.length === 0) {
    throw new FederationError({
      code: 'missing-resources',
      message: 'The list of accounts is empty: leave it out to allow all accounts.',
    });
  }
  const resources = q.accountIds?.map((id) => `arn:${name}:iam::${readAccountId(id)}:role/*`);
  return single(
    {
      Effect: 'Allow',
      Action: assumeRoleActions(q),
      Resource: collapse(resources ?? ['*']),
      Condition: { StringEquals: { [`iam:ResourceTag/${key}`]: value } },
    },
    resources
      ? []
      : [
          {
            code: 'any-account',
            message:
              'Roles of all accounts that carry the tag and trust the caller are covered: name the accounts to narrow it.',
          },
        ],
  );
}

function checkRoleResource(resource: string): void {
  if (resource === '*') return;
  const arn = readArn(resource, 'resource');
  const isRole =
    arn.service === 'iam' &&
    arn.region === '' &&
    /^\d{12}$/.test(arn.accountId) &&
    /^role\/[!-.0-9;-~/]{1,576}$/.test(arn.resource);
  if (isRole) return;
  throw new FederationError({
    code: 'not-a-role-arn',
    message: 'The resource names no IAM role: arn:aws:iam::111122223333:role/name is expected.',
  });
}
