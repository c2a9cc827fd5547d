import { createLocalCredentials } from '../environment/create-local-credentials.js';
import type { VendedCredentials } from './credential-fields.js';

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
  readonly #client: ClientKeys;
  readonly #real: VendedCredentials;

  /** @internal Sessions come from the store. */
  constructor(session: NewVendedSession, client: ClientKeys, expiresAt: Date) {
    this.mode = session.mode;
    this.ownerKeyId = session.ownerKeyId;
    this.rootKeyId = session.rootKeyId;
    this.assumedRoleArn = session.assumedRoleArn;
    this.expiresAt = expiresAt;
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

/** Keeps the credentials that AWS handed out through the proxy, until they end. In memory only. */
export interface VendedSessions {
  /** Takes a session in and gives the keys for the client. */
  add(session: NewVendedSession): VendedSession;
  /** The session of a key id; undefined when there is none or it has ended. The caller is not proven yet. */
  find(accessKeyId: string): VendedSession | undefined;
  /** Forgets the sessions that a local key asked for, and those that came from them. */
  forget(ownerKeyId: string): void;
  /** Sessions that are kept, ended ones included. */
  readonly size: number;
}

/** Sessions of an unknown end are kept for the shortest time that STS gives. */
const UNKNOWN_END_MS = 900_000;
const TOKEN_BYTES = 96;

/**
 * Creates a bounded store for handed-out credentials.
 *
 * @param options clock, randomness, bounds
 */
export function createVendedSessions(options: VendedSessionsOptions): VendedSessions {
  const maxSessions = options.maxSessions ?? 1000;
  const maxPerOwner = options.maxPerOwner ?? 100;
  /** In order of last use. */
  const sessions = new Map<string, VendedSession>();

  function dropEnded(): void {
    const now = options.clock();
    for (const [id, session] of sessions) if (session.expiresAt <= now) sessions.delete(id);
  }

  function makeRoom(rootKeyId: string): void {
    if (sessions.size < maxSessions && sessions.size < maxPerOwner) return;
    dropEnded();
    const own = [...sessions].filter(([, session]) => session.rootKeyId === rootKeyId);
    for (const [id] of own.slice(0, Math.max(0, own.length - maxPerOwner + 1))) sessions.delete(id);
    for (const id of sessions.keys()) {
      if (sessions.size < maxSessions) break;
      sessions.delete(id);
    }
  }

  return {
    add(session) {
      makeRoom(session.rootKeyId);
      const client =
        session.mode === 'virtual' ? newKeys(options.randomBytes) : realKeys(session.real);
      const added = new VendedSession(session, client, endOf(session, options.clock()));
      sessions.set(client.accessKeyId, added);
      return added;
    },
    find(accessKeyId) {
      const session = sessions.get(accessKeyId);
      if (session === undefined) return undefined;
      sessions.delete(accessKeyId);
      if (session.expiresAt <= options.clock()) return undefined;
      sessions.set(accessKeyId, session);
      return session;
    },
    forget(ownerKeyId) {
      const gone = new Set([ownerKeyId]);
      // A session made by a session comes later in no fixed order, so look again until nothing is found.
      for (let found = true; found; ) {
        found = false;
        for (const [id, session] of sessions) {
          // By the root too: a session in the middle of a chain may have given way.
          if (!gone.has(session.ownerKeyId) && !gone.has(session.rootKeyId)) continue;
          sessions.delete(id);
          gone.add(id);
          found = true;
        }
      }
    },
    get size() {
      return sessions.size;
    },
  };
}

function newKeys(randomBytes: (length: number) => Uint8Array): ClientKeys {
  const { accessKeyId, secretAccessKey } = createLocalCredentials({ randomBytes, marker: 'SV00' });
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
