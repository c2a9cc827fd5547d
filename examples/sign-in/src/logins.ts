import { LRUCache } from 'lru-cache';
import { hashOf, randomSecret } from './secrets.js';

/** A person or job that has signed in. The token that proves it is never part of it. */
export interface LoginSession {
  readonly id: string;
  readonly user: string;
  /** How it is proven: by the portal's cookie, by a person's bearer token, or by that of a job that joined. */
  readonly kind: 'portal' | 'bearer' | 'bot';
  /** Where it was begun, as far as that is known. */
  readonly address?: string | undefined;
  /** With those of the access requests in use. */
  readonly roles: readonly string[];
  readonly traits: Readonly<Record<string, readonly string[]>>;
  /** Ids of the access requests in use. */
  readonly requests: readonly string[];
  readonly startedAt: Date;
  readonly expiresAt: Date;
}

/** A fresh login with its token, which is shown once. */
export interface NewLogin {
  readonly token: string;
  readonly login: LoginSession;
}

/** Roles of an access request, held until its end. */
export interface Grant {
  readonly id: string;
  readonly roles: readonly string[];
  readonly expiresAt: Date;
}

interface Entry {
  readonly login: LoginSession;
  readonly tokenHash: string;
  lastSeen: number;
  grants: readonly Grant[];
}

const IDLE_MS = 30 * 60_000;

/** A login is named after the hash of its token, which is all that is kept of it. */
const idOf = (tokenHash: string) => tokenHash.slice(0, 16);

/**
 * The logins in force. Memory only: a restart ends them all.
 *
 * @param maxOfUser the oldest login of a user ends when there would be more
 */
export function createLogins(max = 10_000, maxOfUser = 100) {
  const entries = new LRUCache<string, Entry>({ max });
  const grantsOf = (id: string, now: Date): readonly Grant[] =>
    entries.get(id)?.grants.filter(({ expiresAt }) => expiresAt > now) ?? [];
  const get = (id: string, now: Date): LoginSession | undefined => {
    const login = entries.get(id)?.login;
    if (!login || login.expiresAt <= now) return undefined;
    const grants = grantsOf(id, now);
    if (grants.length === 0) return login;
    const roles = new Set([...login.roles, ...grants.flatMap((grant) => grant.roles)]);
    return { ...login, roles: [...roles], requests: grants.map((grant) => grant.id) };
  };
  return {
    open(
      { user, roles, traits, address }: Pick<LoginSession, 'user' | 'roles' | 'traits' | 'address'>,
      kind: LoginSession['kind'],
      { now, expiresAt }: { readonly now: Date; readonly expiresAt: Date },
    ): NewLogin {
      const all = [...entries.values()].map(({ login }) => login);
      const own = all.filter((login) => login.user === user);
      const over = all.filter((login) => login.expiresAt <= now);
      for (const { id } of [...over, ...own.slice(maxOfUser - 1)]) entries.delete(id);
      const token = randomSecret();
      const tokenHash = hashOf(token);
      const id = idOf(tokenHash);
      const known = { id, user, kind, address, roles, traits };
      const login = { ...known, requests: [], startedAt: now, expiresAt };
      entries.set(id, { login, tokenHash, lastSeen: now.getTime(), grants: [] });
      return { token, login };
    },
    /** Also renews the idle time, which browsers have: a person may leave one open. */
    find(token: string, kinds: readonly LoginSession['kind'][], now: Date) {
      const tokenHash = hashOf(token);
      const entry = entries.get(idOf(tokenHash));
      if (entry?.tokenHash !== tokenHash || !kinds.includes(entry.login.kind)) return undefined;
      const isIdle = now.getTime() - entry.lastSeen > IDLE_MS;
      if (entry.login.kind === 'portal' && isIdle) return undefined;
      entry.lastSeen = now.getTime();
      return get(entry.login.id, now);
    },
    /** By id, for what was opened with it. */
    get,
    /** The roles it began with, without those of requests. */
    baseRoles: (id: string): readonly string[] => entries.get(id)?.login.roles ?? [],
    /** Adds the roles of an access request until its end. */
    grant(id: string, grant: Grant) {
      const entry = entries.get(id);
      if (entry) entry.grants = [...entry.grants.filter((other) => other.id !== grant.id), grant];
    },
    /** The requests in use, with their ends. */
    grantsOf,
    end(isOver: (login: LoginSession) => boolean, now: Date): readonly LoginSession[] {
      const over = [...entries.values()]
        .map(({ login }) => login)
        .filter((login) => isOver(get(login.id, now) ?? login));
      for (const { id } of over) entries.delete(id);
      return over;
    },
  };
}
