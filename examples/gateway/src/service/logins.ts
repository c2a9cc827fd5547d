import { hashOf, randomSecret } from '@postern/sign-in';
import { LRUCache } from 'lru-cache';
import type { Identity } from '../access.js';
import type { LoginSession, NewLogin } from '../service.js';

/** The logins in force, by the hash of their token. Memory only: a restart ends them all. */
export interface Logins {
  open(
    identity: Identity,
    kind: LoginSession['kind'],
    o: { readonly now: Date; readonly expiresAt: Date },
  ): NewLogin;
  /** Also renews the idle time, which browsers have: a person may leave one open. */
  find(token: string, kinds: readonly LoginSession['kind'][], now: Date): LoginSession | undefined;
  /** By id, for what was opened with it. */
  get(id: string, now: Date): LoginSession | undefined;
  /** The roles it began with, without those of requests. */
  baseRoles(id: string): readonly string[];
  /** Adds the roles of an access request until its end. */
  grant(id: string, request: Grant): void;
  /** The requests in use, with their ends. */
  grantsOf(id: string, now: Date): readonly Grant[];
  end(isOver: (login: LoginSession) => boolean, now: Date): readonly LoginSession[];
}

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

/** @param maxOfUser the oldest login of a user ends when there would be more */
export function createLogins(max = 10_000, maxOfUser = 100): Logins {
  const entries = new LRUCache<string, Entry>({
    max,
    dispose: ({ login }) => void byId.delete(login.id),
  });
  const byId = new Map<string, Entry>();
  const drop = (entry: Entry) => {
    entries.delete(entry.tokenHash);
  };
  const grantsOf = (entry: Entry | undefined, now: Date) =>
    entry?.grants.filter(({ expiresAt }) => expiresAt > now) ?? [];
  const view = (entry: Entry | undefined, now: Date): LoginSession | undefined => {
    if (!entry || entry.login.expiresAt <= now) return undefined;
    const grants = grantsOf(entry, now);
    if (grants.length === 0) return entry.login;
    const roles = new Set([...entry.login.roles, ...grants.flatMap((grant) => grant.roles)]);
    return { ...entry.login, roles: [...roles], requests: grants.map(({ id }) => id) };
  };
  return {
    open({ user, roles, traits }, kind, { now, expiresAt }) {
      for (const entry of entries.values()) if (entry.login.expiresAt <= now) drop(entry);
      const own = [...entries.values()].filter(({ login }) => login.user === user);
      const [oldest] = own.slice(maxOfUser - 1);
      if (oldest) drop(oldest);
      const token = randomSecret();
      const id = randomSecret().slice(0, 16);
      const login = { id, user, kind, roles, traits, requests: [], startedAt: now, expiresAt };
      const tokenHash = hashOf(token);
      const entry = { login, tokenHash, lastSeen: now.getTime(), grants: [] };
      entries.set(tokenHash, entry);
      byId.set(id, entry);
      return { token, login };
    },
    find(token, kinds, now) {
      const entry = entries.get(hashOf(token));
      if (!entry || !kinds.includes(entry.login.kind)) return undefined;
      if (entry.login.kind === 'portal' && now.getTime() - entry.lastSeen > IDLE_MS)
        return undefined;
      entry.lastSeen = now.getTime();
      return view(entry, now);
    },
    get: (id, now) => view(byId.get(id), now),
    baseRoles: (id) => byId.get(id)?.login.roles ?? [],
    grant(id, grant) {
      const entry = byId.get(id);
      if (entry) entry.grants = [...entry.grants.filter((other) => other.id !== grant.id), grant];
    },
    grantsOf: (id, now) => grantsOf(byId.get(id), now),
    end(isOver, now) {
      const over = [...entries.values()].filter((entry) => isOver(view(entry, now) ?? entry.login));
      for (const entry of over) drop(entry);
      return over.map(({ login }) => login);
    },
  };
}
