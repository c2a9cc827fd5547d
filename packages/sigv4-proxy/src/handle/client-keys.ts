import { randomBytes } from 'node:crypto';
import type { ClientSession, SigV4ProxyOptions } from '../options.js';
import type { ProxyRuntime } from '../runtime.js';
import type { ClientCredential } from '../sigv4/check-signature.js';
import {
  createLateVendedSessions,
  type LateVendedSessions,
} from '../vended/late-vended-sessions.js';
import type { VendedSession } from '../vended/vended-sessions.js';
import { VIRTUAL_MARKER } from '../vended/virtual-marker.js';

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
  readonly vended: LateVendedSessions;
}

/** Who wants to know when keys are gone. */
export interface KeyEvents {
  /** A key was revoked, here or in another process. */
  onRevoked(accessKeyId: string): void;
  /** A session of handed-out credentials is no longer at hand. */
  onDropped(session: VendedSession): void;
}

/**
 * @param o the embedder's `authenticate`, and the store that processes share
 * @param events what becomes of keys
 */
export function createClientKeys<Session extends ClientSession>(
  o: Pick<SigV4ProxyOptions<Session>, 'authenticate' | 'sessionStore' | 'vendedCredentials'>,
  runtime: ProxyRuntime,
  events?: KeyEvents,
): ClientKeys<Session> {
  const vended = createLateVendedSessions({
    clock: runtime.clock,
    randomBytes,
    store: o.sessionStore,
    onDropped: (session) => events?.onDropped(session),
    onRevoked: (id) => events?.onRevoked(id),
  });
  return {
    vended,
    async find(accessKeyId) {
      const { wait } = vended;
      if (wait !== undefined) await wait();
      let session = vended.find(accessKeyId);
      // Only keys that may be shared are asked for: whoever knows the form of an id could make the store work.
      if (session === undefined && accessKeyId.startsWith(VIRTUAL_MARKER)) {
        session = await vended.load?.(accessKeyId);
      }
      if (session === undefined) {
        const known = await o.authenticate(accessKeyId);
        // A key of another name is no answer to the question that was asked.
        if (known?.accessKeyId === accessKeyId) {
          return {
            credential: known,
            session: known.session,
            rootKeyId: accessKeyId,
            vended: undefined,
          };
        }
        if (o.vendedCredentials === 'remember') session = await vended.load?.(accessKeyId);
        if (session === undefined) return undefined;
      }
      // Handed-out credentials live and die with the session that asked for them.
      const { rootKeyId } = session;
      const root = await o.authenticate(rootKeyId);
      if (root?.accessKeyId !== rootKeyId) {
        // Only for this process: another one may have heard of the key already.
        if (vended.load === undefined) await vended.forget(rootKeyId);
        return undefined;
      }
      return { credential: session.client, session: root.session, rootKeyId, vended: session };
    },
  };
}
