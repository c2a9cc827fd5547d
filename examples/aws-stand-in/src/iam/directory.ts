import { StandInError } from '../errors/stand-in-error.js';
import { isPartitionName, type PartitionName } from '../hosts/partitions.js';
import type { AccountSeed, PermissionSeed, RoleSeed, UserSeed } from '../types.js';
import { newKeyPair, principalId } from './identifiers.js';
import { findPolicyProblem, type PolicyDocument } from './policy-document.js';

/** What users and roles have in common. */
export interface Identity {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly partition: PartitionName;
  /** `AIDA…` or `AROA…`. */
  readonly id: string;
  readonly policies: readonly PolicyDocument[];
  readonly tags: ReadonlyMap<string, string>;
}

export interface User extends Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Role extends Identity {
  readonly trust: PolicyDocument;
  readonly maxSessionDuration: number;
}

export interface OidcProvider {
  readonly arn: string;
  readonly accountId: string;
  /** Issuer as tokens must write it. */
  readonly url: string;
  readonly clientIds: ReadonlySet<string>;
}

/** All seeded identities, keyed by ARN and by access key id. */
export interface Directory {
  readonly usersByKey: ReadonlyMap<string, User>;
  readonly users: ReadonlyMap<string, User>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly oidcProviders: ReadonlyMap<string, OidcProvider>;
}

/**
 * Builds the directory and checks every seed.
 *
 * @throws {StandInError} `invalid-seed` naming the identity and the fault
 */
export function createDirectory(
  accounts: readonly AccountSeed[],
  randomBytes: (size: number) => Uint8Array,
): Directory {
  const users = new Map<string, User>();
  const usersByKey = new Map<string, User>();
  const roles = new Map<string, Role>();
  const oidcProviders = new Map<string, OidcProvider>();
  for (const account of accounts) {
    const partition = account.partition ?? 'aws';
    if (!/^\d{12}$/.test(account.id))
      throw invalid(`The account id ${account.id} is not 12 digits.`);
    if (!isPartitionName(partition)) throw invalid(`No partition is called ${partition}.`);
    for (const seed of account.users ?? []) {
      const user = toUser(seed, account.id, partition, randomBytes);
      if (users.has(user.arn)) throw invalid(`${user.arn} is seeded twice.`);
      if (usersByKey.has(user.accessKeyId)) throw invalid(`The key of ${user.arn} is taken.`);
      users.set(user.arn, user);
      usersByKey.set(user.accessKeyId, user);
    }
    for (const seed of account.roles ?? []) {
      const role = toRole(seed, account.id, partition);
      if (roles.has(role.arn)) throw invalid(`${role.arn} is seeded twice.`);
      roles.set(role.arn, role);
    }
    for (const { url, clientIds } of account.oidcProviders ?? []) {
      if (!/^https:\/\/[^/?#\s]+(\/[^?#\s]*)?$/.test(url)) {
        throw invalid(
          `The OIDC provider ${url} must be an https address without query or fragment.`,
        );
      }
      const arn = `arn:${partition}:iam::${account.id}:oidc-provider/${url.slice('https://'.length)}`;
      oidcProviders.set(arn, { arn, accountId: account.id, url, clientIds: new Set(clientIds) });
    }
  }
  return { users, usersByKey, roles, oidcProviders };
}

function toUser(
  seed: UserSeed,
  accountId: string,
  partition: PartitionName,
  randomBytes: (size: number) => Uint8Array,
): User {
  const arn = `arn:${partition}:iam::${accountId}:user${checkedPath(seed)}${checkedName(seed.name)}`;
  const made = newKeyPair('AKIA', randomBytes);
  return {
    ...identity(seed, seed.name, arn, accountId, partition),
    id: principalId('AIDA', arn),
    accessKeyId: seed.accessKeyId ?? made.accessKeyId,
    secretAccessKey: seed.secretAccessKey ?? made.secretAccessKey,
  };
}

function toRole(seed: RoleSeed, accountId: string, partition: PartitionName): Role {
  const arn = `arn:${partition}:iam::${accountId}:role${checkedPath(seed)}${checkedName(seed.name)}`;
  const problem = findPolicyProblem(seed.trust);
  if (problem) throw invalid(`Trust policy of ${arn}: ${problem}`);
  const maxSessionDuration = seed.maxSessionDuration ?? 3600;
  if (
    !Number.isInteger(maxSessionDuration) ||
    maxSessionDuration < 3600 ||
    maxSessionDuration > 43_200
  ) {
    throw invalid(`maxSessionDuration of ${arn} must be 3600 to 43200 seconds.`);
  }
  return {
    ...identity(seed, seed.name, arn, accountId, partition),
    id: principalId('AROA', arn),
    trust: seed.trust,
    maxSessionDuration,
  };
}

function identity(
  seed: PermissionSeed,
  name: string,
  arn: string,
  accountId: string,
  partition: PartitionName,
): Omit<Identity, 'id'> {
  const policies = [...(seed.policies ?? [])];
  const allow = seed.allow ?? [];
  const odd = allow.find((action) => !/^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/.test(action));
  if (odd !== undefined) throw invalid(`${arn} allows "${odd}", which is not service:Action.`);
  if (allow.length > 0) {
    policies.push({ Statement: { Effect: 'Allow', Action: allow, Resource: '*' } });
  }
  for (const policy of policies) {
    const problem = findPolicyProblem(policy);
    if (problem) throw invalid(`Policy of ${arn}: ${problem}`);
  }
  return {
    name,
    arn,
    accountId,
    partition,
    policies,
    tags: new Map(Object.entries(seed.tags ?? {})),
  };
}

function checkedPath({ path = '/' }: PermissionSeed): string {
  if (!/^\/([\x21-\x7e]+\/)?$/.test(path))
    throw invalid(`The path ${path} must begin and end with "/".`);
  return path;
}

function checkedName(name: string): string {
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) throw invalid(`"${name}" is no name IAM accepts.`);
  return name;
}

function invalid(message: string): StandInError {
  return new StandInError('invalid-seed', message);
}
