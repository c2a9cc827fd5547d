import { randomBytes } from 'node:crypto';
import type { App } from '@postern/config';
import { createLocalCredentials } from '@postern/sigv4-proxy/environment';

/** Somebody who uses one app with one AWS role, through a local key pair that AWS knows nothing of. */
export interface GatewaySession {
  readonly user: string;
  readonly sessionId: string;
  readonly roleArn: string;
  readonly appResource: App;
  readonly app: {
    readonly name: string;
    readonly uri?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
  };
  /** When the login ends; nothing is allowed after it. */
  readonly expiresAt: Date;
}

/** What the client signs with. */
export interface LocalCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Open sessions by access key id. Memory only: a restart ends them all, as it should. */
export interface LocalSessions {
  open(
    session: Omit<GatewaySession, 'sessionId'>,
  ): LocalCredentials & { readonly session: GatewaySession };
  find(
    accessKeyId: string,
    now: Date,
  ): (LocalCredentials & { readonly session: GatewaySession }) | undefined;
  close(accessKeyId: string): void;
}

/** @param maxSessions the oldest session ends when there would be more */
export function createLocalSessions(maxSessions = 10_000): LocalSessions {
  const byKey = new Map<string, LocalCredentials & { readonly session: GatewaySession }>();
  return {
    open(session) {
      const { accessKeyId, secretAccessKey } = createLocalCredentials({ randomBytes });
      const entry = {
        accessKeyId,
        secretAccessKey,
        session: { ...session, sessionId: accessKeyId },
      };
      byKey.set(accessKeyId, entry);
      const [oldest] = byKey.keys();
      if (byKey.size > maxSessions && oldest !== undefined) byKey.delete(oldest);
      return entry;
    },
    find(accessKeyId, now) {
      const entry = byKey.get(accessKeyId);
      if (entry && entry.session.expiresAt.getTime() <= now.getTime() - 3_600_000) {
        // Kept an hour beyond its end, so that the client reads "expired" and not "unknown key".
        byKey.delete(accessKeyId);
        return undefined;
      }
      return entry;
    },
    close(accessKeyId) {
      byKey.delete(accessKeyId);
    },
  };
}
