import type { SessionRecord } from '../session-store/session-store.js';
import { VendedSession } from './vended-sessions.js';

/** Writes a session down for the store of all processes. The result holds its secrets. */
export function toSessionRecord(session: VendedSession): SessionRecord {
  const { client, real, mode, ownerKeyId, rootKeyId, assumedRoleArn, ancestors } = session;
  const { expiration, ...keys } = real;
  return {
    id: client.accessKeyId,
    ancestors,
    expiresAt: session.expiresAt.getTime(),
    data: JSON.stringify({
      mode,
      ownerKeyId,
      rootKeyId,
      assumedRoleArn,
      client,
      real: keys,
      expiration: expiration?.getTime(),
    }),
  };
}

/**
 * Reads what {@link toSessionRecord} wrote.
 *
 * @returns undefined for anything else, as records of the embedder in the same store are
 */
export function fromSessionRecord(record: SessionRecord): VendedSession | undefined {
  const data = parse(record.data);
  const mode = field(data, 'mode');
  const client = keysOf(field(data, 'client'));
  const real = keysOf(field(data, 'real'));
  const ownerKeyId = field(data, 'ownerKeyId');
  const rootKeyId = field(data, 'rootKeyId');
  const assumedRoleArn = field(data, 'assumedRoleArn');
  const expiration = field(data, 'expiration');
  if (mode !== 'virtual' && mode !== 'remember') return undefined;
  if (client === undefined || real === undefined || client.accessKeyId !== record.id) {
    return undefined;
  }
  if (typeof ownerKeyId !== 'string' || typeof rootKeyId !== 'string') return undefined;
  return new VendedSession(
    {
      mode,
      ownerKeyId,
      rootKeyId,
      real: {
        ...real,
        ...(typeof expiration === 'number' ? { expiration: new Date(expiration) } : {}),
      },
      ...(typeof assumedRoleArn === 'string' ? { assumedRoleArn } : {}),
    },
    client,
    new Date(record.expiresAt),
    record.ancestors,
  );
}

function keysOf(
  value: unknown,
): { accessKeyId: string; secretAccessKey: string; sessionToken: string } | undefined {
  const accessKeyId = field(value, 'accessKeyId');
  const secretAccessKey = field(value, 'secretAccessKey');
  const sessionToken = field(value, 'sessionToken');
  return typeof accessKeyId === 'string' &&
    typeof secretAccessKey === 'string' &&
    typeof sessionToken === 'string'
    ? { accessKeyId, secretAccessKey, sessionToken }
    : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
