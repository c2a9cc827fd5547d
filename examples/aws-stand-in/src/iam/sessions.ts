import type { TemporaryCredentials } from '../types.js';
import type { Role } from './directory.js';
import { newKeyPair } from './identifiers.js';
import type { PolicyDocument } from './policy-document.js';

/** Where temporary credentials came from; decides what they may do next. */
export type SessionSource = 'assume-role' | 'role-chaining' | 'web-identity' | 'instance-profile';

/** Temporary credentials that were issued, with everything they carry. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
  readonly role: Role;
  readonly sessionName: string;
  /** `arn:P:sts::A:assumed-role/ROLE/SESSION`; the role's path is not part of it. */
  readonly arn: string;
  readonly source: SessionSource;
  readonly sourceIdentity?: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
  readonly transitiveTagKeys: ReadonlySet<string>;
  /** Session policies: they narrow, they never grant. Empty: no narrowing. */
  readonly sessionPolicies: readonly PolicyDocument[];
}

/** What the issuer decides; the store adds the keys. */
export type SessionGrant = Omit<
  Session,
  'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'arn'
>;

/** Issued sessions in memory, bounded. */
export interface SessionStore {
  issue(grant: SessionGrant): Session;
  /** Also finds sessions that are over, so that they can be called expired instead of unknown. */
  find(accessKeyId: string): Session | undefined;
  /** All that are kept, oldest first. */
  all(): readonly Session[];
  /** Ends the chosen sessions at the given time; returns how many. */
  expire(choose: (session: Session) => boolean, at: Date): number;
}

/**
 * @param limit sessions kept; the oldest leave first and then count as unknown
 */
export function createSessionStore(
  limit: number,
  randomBytes: (size: number) => Uint8Array,
): SessionStore {
  const sessions = new Map<string, Session>();
  return {
    issue(grant) {
      const { role, sessionName } = grant;
      const session: Session = {
        ...grant,
        ...newKeyPair('ASIA', randomBytes),
        // Real tokens are long and full of `+`, `/` and `=`: exactly what careless encoding breaks.
        sessionToken: `IQoJb3JpZ2luX2Vj${Buffer.from(randomBytes(302)).toString('base64')}`,
        arn: `arn:${role.partition}:sts::${role.accountId}:assumed-role/${role.name}/${sessionName}`,
      };
      sessions.set(session.accessKeyId, session);
      for (const oldest of sessions.keys()) {
        if (sessions.size <= limit) break;
        sessions.delete(oldest);
      }
      return session;
    },
    find: (accessKeyId) => sessions.get(accessKeyId),
    all: () => [...sessions.values()],
    expire(choose, at) {
      const chosen = [...sessions.values()].filter(
        (session) => session.expiration > at && choose(session),
      );
      for (const session of chosen) {
        sessions.set(session.accessKeyId, { ...session, expiration: at });
      }
      return chosen.length;
    },
  };
}

/** The session's keys in the shape SDKs take. */
export function toCredentials(session: Session): TemporaryCredentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = session;
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}
