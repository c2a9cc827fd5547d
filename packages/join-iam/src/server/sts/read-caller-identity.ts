import { isPartitionName, type PartitionName } from '@postern/config/aws';
import { JoinIamError } from '../../errors.js';

/** Kinds of principals that STS reports. The EC2 instance identity role is an `assumed-role`. */
export type CallerIdentityType = 'assumed-role' | 'user' | 'root' | 'federated-user';

/** Whom STS named. All members agree with each other. */
export interface CallerIdentity {
  /** Twelve digits. */
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
  readonly partition: PartitionName;
  readonly type: CallerIdentityType;
  /** Name of the role without its path, which STS does not report. */
  readonly roleName?: string | undefined;
  /** Chosen by whoever assumed the role, unless the role's trust policy prevents it. */
  readonly sessionName?: string | undefined;
  /** Name of the user without its path. */
  readonly userName?: string | undefined;
}

/** The AWS-owned role of an EC2 instance. Nobody can create or assume a role of this name. */
const INSTANCE_ROLE = 'aws:ec2-instance';

const ACCOUNT = /^[0-9]{12}$/;
const PRINTABLE = /^[\x21-\x7e]+$/;
const ROLE = /^[A-Za-z0-9_+=,.@-]{1,64}$/;
const SESSION = /^[A-Za-z0-9_+=,.@-]{2,64}$/;
const UNIQUE_ID = /^[A-Z0-9]+$/;

type Kind = Omit<CallerIdentity, 'account' | 'arn' | 'userId' | 'partition'> & {
  /** Whether the user id belongs to this ARN. */
  readonly ownUserId: (userId: string, account: string) => boolean;
};

/**
 * Checks the three texts against the closed list of identities STS reports, and against each other.
 *
 * @throws JoinIamError of stage `identity`
 */
export function readCallerIdentity(
  result: { readonly Account: string; readonly Arn: string; readonly UserId: string },
  hostPartition: PartitionName,
): CallerIdentity {
  const { Account: account, Arn: arn, UserId: userId } = result;
  const wellFormed =
    ACCOUNT.test(account) &&
    arn.length >= 20 &&
    arn.length <= 2048 &&
    PRINTABLE.test(arn) &&
    userId.length <= 193 &&
    PRINTABLE.test(userId);
  const sections = arn.split(':');
  const [prefix, partition = '', service, region, arnAccount, ...rest] = sections;
  const kind = readKind(service, rest.join(':'));
  if (!wellFormed || prefix !== 'arn' || !isPartitionName(partition) || region !== '' || !kind) {
    throw new JoinIamError('identity-malformed', {
      message: 'STS named an identity of a form it never has.',
      detail: `account ${account}, arn ${arn}, user id ${userId}`,
    });
  }
  const { ownUserId, ...members } = kind;
  if (arnAccount !== account || !ownUserId(userId, account)) {
    throw new JoinIamError('identity-inconsistent', {
      message: 'STS named an identity whose account, ARN and user id do not agree.',
      detail: `account ${account}, arn ${arn}, user id ${userId}`,
    });
  }
  if (partition !== hostPartition) {
    throw new JoinIamError('partition-mismatch', {
      message: 'STS named an identity of another partition than its own.',
      detail: `arn ${arn}, partition of the host ${hostPartition}`,
    });
  }
  return Object.freeze({ account, arn, userId, partition, ...members });
}

function readKind(service: string | undefined, resource: string): Kind | undefined {
  const [first, ...more] = resource.split('/');
  if (service === 'sts' && first === 'assumed-role') return readAssumedRole(more);
  if (service === 'sts' && first === 'federated-user') return readFederatedUser(more);
  if (service === 'iam' && first === 'user') return readUser(more);
  if (service === 'iam' && resource === 'root') {
    return { type: 'root', ownUserId: (userId, account) => userId === account };
  }
  return undefined;
}

/** Exactly role and session: an assumed-role ARN never carries the path of the role. */
function readAssumedRole(parts: readonly string[]): Kind | undefined {
  const [roleName = '', sessionName = ''] = parts;
  if (parts.length !== 2 || !SESSION.test(sessionName)) return undefined;
  const type = 'assumed-role';
  if (roleName === INSTANCE_ROLE) {
    if (!sessionName.startsWith('i-')) return undefined;
    const ownUserId = (userId: string, account: string) =>
      userId === `${account}:${INSTANCE_ROLE}:${sessionName}`;
    return { type, roleName, sessionName, ownUserId };
  }
  if (!ROLE.test(roleName)) return undefined;
  const ownUserId = (userId: string) => {
    const colon = userId.indexOf(':');
    return (
      isUniqueId(userId.slice(0, Math.max(colon, 0)), 'AROA') &&
      userId.slice(colon + 1) === sessionName
    );
  };
  return { type, roleName, sessionName, ownUserId };
}

/** The path may hold any printable character, also slashes, stars and colons. */
function readUser(parts: readonly string[]): Kind | undefined {
  const userName = parts.at(-1) ?? '';
  if (!ROLE.test(userName)) return undefined;
  return { type: 'user', userName, ownUserId: (userId) => isUniqueId(userId, 'AIDA') };
}

function readFederatedUser(parts: readonly string[]): Kind | undefined {
  const [userName = ''] = parts;
  if (parts.length !== 1 || !SESSION.test(userName)) return undefined;
  const ownUserId = (userId: string, account: string) => userId === `${account}:${userName}`;
  return { type: 'federated-user', userName, ownUserId };
}

function isUniqueId(text: string, prefix: string): boolean {
  return text.startsWith(prefix) && UNIQUE_ID.test(text);
}
