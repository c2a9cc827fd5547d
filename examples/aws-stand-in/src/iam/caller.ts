import type { PartitionName } from '../hosts/partitions.js';
import type { Directory, Identity } from './directory.js';
import type { Session, SessionStore } from './sessions.js';

/** Who a key belongs to. Only a verified signature turns this into "who is calling". */
export interface Caller {
  readonly arn: string;
  readonly accountId: string;
  readonly partition: PartitionName;
  /** `AIDA…`, or `AROA…:SESSION`. */
  readonly userId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly identity: Identity;
  /** Set for temporary credentials. */
  readonly session?: Session | undefined;
}

/** The owner of an access key id, or undefined when nobody has it. */
export function findCaller(
  accessKeyId: string,
  directory: Directory,
  sessions: SessionStore,
): Caller | undefined {
  const user = directory.usersByKey.get(accessKeyId);
  if (user) {
    const { arn, accountId, partition, id, secretAccessKey } = user;
    return { arn, accountId, partition, userId: id, accessKeyId, secretAccessKey, identity: user };
  }
  const session = sessions.find(accessKeyId);
  if (!session) return undefined;
  const { role, secretAccessKey } = session;
  return {
    arn: session.arn,
    accountId: role.accountId,
    partition: role.partition,
    userId: `${role.id}:${session.sessionName}`,
    accessKeyId,
    secretAccessKey,
    identity: role,
    session,
  };
}
