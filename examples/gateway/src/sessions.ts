import { randomBytes } from 'node:crypto';
import type { App } from '@postern/config';
import { createLocalCredentials } from '@postern/sigv4-proxy/environment';
import { LRUCache } from 'lru-cache';
import type { Who } from './access.js';

/** Somebody who uses one app with one AWS role, through a local key pair that AWS knows nothing of. */
export interface GatewaySession {
  readonly user: string;
  /** Whose roles count, asked anew for every request; undefined once the login has ended. */
  readonly who: () => Who | undefined;
  /** The login it was opened with. Default: none, in a program for one person. */
  readonly loginId?: string | undefined;
  readonly sessionId: string;
  readonly roleArn: string;
  readonly appResource: App;
  readonly app: {
    readonly name: string;
    readonly uri?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
  };
  readonly startedAt: Date;
  /** When the login ends; nothing is allowed after it. */
  readonly expiresAt: Date;
}

/** What the client signs with. */
export interface LocalCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

type OpenSession = LocalCredentials & { readonly session: GatewaySession };

const KEPT_MS = 3_600_000;

/**
 * Open sessions by access key id. Memory only: a restart ends them all, as it should.
 *
 * @param max the oldest session ends when there would be more
 * @param maxOfUser the same for one user, who so cannot end the sessions of others
 */
export function createLocalSessions(max = 10_000, maxOfUser = 100) {
  const byKey = new LRUCache<string, OpenSession>({ max });
  const ends = new WeakMap<GatewaySession, string>();
  return {
    open(session: Omit<GatewaySession, 'sessionId'>): OpenSession {
      const own = [...byKey.values()].filter((entry) => entry.session.user === session.user);
      const [oldest] = own.slice(maxOfUser - 1);
      if (oldest) byKey.delete(oldest.accessKeyId);
      const { accessKeyId: sessionId, secretAccessKey } = createLocalCredentials({ randomBytes });
      const entry = { accessKeyId: sessionId, secretAccessKey, session: { ...session, sessionId } };
      byKey.set(sessionId, entry);
      return entry;
    },
    /** Also one that has ended, for an hour, so that the client reads why and not "unknown key". */
    find(accessKeyId: string, now: Date): OpenSession | undefined {
      const entry = byKey.peek(accessKeyId);
      if (!entry || entry.session.expiresAt.getTime() > now.getTime() - KEPT_MS) return entry;
      byKey.delete(accessKeyId);
      return undefined;
    },
    /** Those in use. */
    list: (now: Date): readonly GatewaySession[] =>
      [...byKey.values()]
        .map(({ session }) => session)
        .filter((session) => session.expiresAt > now && !ends.has(session))
        .reverse(),
    /** Why it was ended before its time. */
    endOf: (session: GatewaySession) => ends.get(session),
    end(sessionId: string, why: string) {
      const entry = byKey.peek(sessionId);
      if (entry && !ends.has(entry.session)) ends.set(entry.session, why);
    },
  };
}
