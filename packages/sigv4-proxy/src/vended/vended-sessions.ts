import { createLocalCredentials } from '../environment/create-local-credentials.js';
import { SigV4ProxyError } from '../errors.js';
import type { VendedCredentials } from './credential-fields.js';
import { VIRTUAL_MARKER } from './virtual-marker.js';

/** Options of {@link createVendedSessions}. */
export interface VendedSessionsOptions {
  /** The current time. */
  readonly clock: () => Date;
  /** Cryptographic randomness. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** Sessions over all owners; the one that was used longest ago gives way. Default 1,000. */
  readonly maxSessions?: number | undefined;
  /** Sessions that go back to one key, so that one client cannot push out the others. Default 100. */
  readonly maxPerOwner?: number | undefined;
  /** Called when a session leaves: forgotten, ended, or pushed out. Keys made for it can go. */
  readonly onDropped?: ((session: VendedSession) => void) | undefined;
}

/** A new session. */
export interface NewVendedSession {
  /** What AWS handed out. */
  readonly real: VendedCredentials;
  /** `virtual`: the client gets other keys. `remember`: the client gets the real ones, and its requests go on as they are. */
  readonly mode: 'virtual' | 'remember';
  /** The local access key that asked for it. */
  readonly ownerKeyId: string;
  /** The embedder's own key at the root of a chain of sessions: what `ownerKeyId` itself goes back to. */
  readonly rootKeyId: string;
  /** The end of the owner's identity: the session never lasts longer. Default: only its own expiration counts. */
  readonly notAfter?: Date | undefined;
  /** For audit. */
  readonly assumedRoleArn?: string | undefined;
}

/** A session of handed-out credentials. Its secrets show neither in `inspect` nor in JSON. */
export class VendedSession {
  readonly mode: 'virtual' | 'remember';
  readonly ownerKeyId: string;
  readonly rootKeyId: string;
  readonly assumedRoleArn: string | undefined;
  readonly expiresAt: Date;
  /** The keys it goes back to, the root first: with each of them it is forgotten. */
  readonly ancestors: readonly string[];
  readonly #client: ClientKeys;
  readonly #real: VendedCredentials;

  /** @internal Sessions come from the store. */
  constructor(
    session: Omit<NewVendedSession, 'notAfter'>,
    client: ClientKeys,
    expiresAt: Date,
    ancestors: readonly string[],
  ) {
    this.mode = session.mode;
    this.ownerKeyId = session.ownerKeyId;
    this.rootKeyId = session.rootKeyId;
    this.assumedRoleArn = session.assumedRoleArn;
    this.expiresAt = expiresAt;
    this.ancestors = ancestors;
    this.#client = client;
    this.#real = session.real;
  }

  /** What the client signs with: verify its requests with it. */
  get client(): ClientKeys {
    return this.#client;
  }

  /** What AWS knows: sign upstream with it in mode `virtual`. */
  get real(): VendedCredentials {
    return this.#real;
  }
}

/** Keys in the hands of the client. */
export interface ClientKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Keeps the credentials that AWS handed out through the proxy, until they end. */
export interface VendedSessions {
  /**
   * Takes a session in and gives the keys for the client.
   *
   * @throws SigV4ProxyError `session-expired` when the session that asked for it is gone, and what the store throws
   */
  add(session: NewVendedSession): VendedSession | Promise<VendedSession>;
  /** The session of a key id, if it is at hand and has not ended. The caller is not proven yet. */
  find(accessKeyId: string): VendedSession | undefined;
  /** Asks the other processes; undefined where there are none. */
  readonly load?: ((accessKeyId: string) => Promise<VendedSession | undefined>) | undefined;
  /** Forgets the sessions that a key asked for, and those that came from them; in all processes when it comes back. */
  forget(ownerKeyId: string): void | Promise<void>;
  /** Lets go of what other processes tell. */
  close(): void;
  /** Sessions that are kept here, ended ones included. */
  readonly size: number;
}

/** Handed-out credentials in the memory of one process. */
export interface LocalVendedSessions extends VendedSessions {
  /**
   * Takes a session in and gives the keys for the client.
   *
   * @throws SigV4ProxyError `session-expired` when the session that asked for it is gone
   */
  add(session: NewVendedSession): VendedSession;
}

/** Sessions of an unknown end are kept for the shortest time that STS gives. */
const UNKNOWN_END_MS = 900_000;
const TOKEN_BYTES = 96;

/**
 * Makes the session that goes with credentials of AWS, and keys for the client.
 *
 * @param owner the session that asked for it, where that one was handed out as well
 */
export function createVendedSession(
  session: NewVendedSession,
  owner: VendedSession | undefined,
  o: Pick<VendedSessionsOptions, 'clock' | 'randomBytes'>,
): VendedSession {
  const { ownerKeyId, rootKeyId } = session;
  const client = session.mode === 'virtual' ? newKeys(o.randomBytes) : realKeys(session.real);
  const ancestors = new Set([rootKeyId, ...(owner?.ancestors ?? []), ownerKeyId]);
  return new VendedSession(session, client, endOf(session, o.clock()), [...ancestors]);
}

/**
 * Creates a bounded store for handed-out credentials, in memory only.
 *
 * @param options clock, randomness, bounds
 */
export function createVendedSessions(options: VendedSessionsOptions): LocalVendedSessions {
  const maxSessions = options.maxSessions ?? 1000;
  const maxPerOwner = options.maxPerOwner ?? 100;
  /** In order of last use. */
  const sessions = new Map<string, VendedSession>();

  function drop(id: string, session: VendedSession): void {
    sessions.delete(id);
    options.onDropped?.(session);
  }

  function makeRoom(rootKeyId: string): void {
    if (sessions.size < maxSessions && sessions.size < maxPerOwner) return;
    const now = options.clock();
    for (const [id, session] of sessions) if (session.expiresAt <= now) drop(id, session);
    const own = [...sessions].filter(([, session]) => session.rootKeyId === rootKeyId);
    const tooMany = Math.max(0, own.length - maxPerOwner + 1);
    for (const [id, session] of own.slice(0, tooMany)) drop(id, session);
    for (const [id, session] of sessions) {
      if (sessions.size < maxSessions) break;
      drop(id, session);
    }
  }

  return {
    add(session) {
      const { ownerKeyId, rootKeyId } = session;
      const owner = sessions.get(ownerKeyId);
      // Revoked while AWS was asked: then the revocation came before this session, and did not take it along.
      if (owner === undefined && ownerKeyId !== rootKeyId) {
        throw new SigV4ProxyError('session-expired', 'The session has ended: log in again.');
      }
      makeRoom(rootKeyId);
      const added = createVendedSession(session, owner, options);
      sessions.set(added.client.accessKeyId, added);
      return added;
    },
    find(accessKeyId) {
      const session = sessions.get(accessKeyId);
      if (session === undefined) return undefined;
      if (session.expiresAt <= options.clock()) {
        drop(accessKeyId, session);
        return undefined;
      }
      sessions.delete(accessKeyId);
      sessions.set(accessKeyId, session);
      return session;
    },
    forget(ownerKeyId) {
      for (const [id, session] of sessions) {
        if (id === ownerKeyId || session.ancestors.includes(ownerKeyId)) drop(id, session);
      }
    },
    close() {},
    get size() {
      return sessions.size;
    },
  };
}

function newKeys(randomBytes: (length: number) => Uint8Array): ClientKeys {
  const marker = VIRTUAL_MARKER;
  const { accessKeyId, secretAccessKey } = createLocalCredentials({ randomBytes, marker });
  const token = Buffer.from(randomBytes(TOKEN_BYTES)).toString('base64');
  return { accessKeyId, secretAccessKey, sessionToken: token };
}

function realKeys(real: VendedCredentials): ClientKeys {
  const { accessKeyId, secretAccessKey, sessionToken } = real;
  return { accessKeyId, secretAccessKey, sessionToken };
}

function endOf(session: NewVendedSession, now: Date): Date {
  const end = session.real.expiration ?? new Date(now.getTime() + UNKNOWN_END_MS);
  return session.notAfter !== undefined && session.notAfter < end ? session.notAfter : end;
}
