import { randomBytes } from 'node:crypto';
import type { ClientSession, SigV4ProxyOptions } from '../options.js';
import type { ProxyRuntime } from '../runtime.js';
import type { ClientCredential } from '../sigv4/check-signature.js';
import {
  createVendedSessions,
  type VendedSession,
  type VendedSessions,
} from '../vended/vended-sessions.js';

/** A key that a client may have signed with. Nothing is proven yet. */
export interface ClientKey<Session extends ClientSession> {
  readonly credential: ClientCredential;
  readonly session: Session;
  /** The embedder's own key at the root; the key itself where nothing was handed out. */
  readonly rootKeyId: string;
  /** Set when the key comes from credentials that AWS handed out through the proxy. */
  readonly vended: VendedSession | undefined;
}

/** Looks keys up: those handed out, then those of the embedder. */
export interface ClientKeys<Session extends ClientSession> {
  find(accessKeyId: string): Promise<ClientKey<Session> | undefined>;
  /** Handed-out credentials. */
  readonly vended: VendedSessions;
}

/**
 * @param o the embedder's `authenticate`
 */
export function createClientKeys<Session extends ClientSession>(
  o: Pick<SigV4ProxyOptions<Session>, 'authenticate'>,
  runtime: ProxyRuntime,
): ClientKeys<Session> {
  const vended = createVendedSessions({ clock: runtime.clock, randomBytes });
  // A key of another name is no answer to the question that was asked.
  const authenticate = async (accessKeyId: string) => {
    const known = await o.authenticate(accessKeyId);
    return known?.accessKeyId === accessKeyId ? known : undefined;
  };
  return {
    vended,
    async find(accessKeyId) {
      const session = vended.find(accessKeyId);
      if (session === undefined) {
        const known = await authenticate(accessKeyId);
        return (
          known && {
            credential: known,
            session: known.session,
            rootKeyId: accessKeyId,
            vended: undefined,
          }
        );
      }
      // Handed-out credentials live and die with the session that asked for them.
      const { rootKeyId } = session;
      const root = await authenticate(rootKeyId);
      if (root === undefined) {
        vended.forget(rootKeyId);
        return undefined;
      }
      return { credential: session.client, session: root.session, rootKeyId, vended: session };
    },
  };
}
