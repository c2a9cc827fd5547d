import { SigV4ProxyError } from '../errors.js';
import { createSessionView } from '../session-store/create-session-view.js';
import type { SessionStore } from '../session-store/session-store.js';
import { within } from '../within.js';
import { fromSessionRecord, toSessionRecord } from './session-record.js';
import {
  createVendedSession,
  type VendedSession,
  type VendedSessions,
  type VendedSessionsOptions,
} from './vended-sessions.js';

/** How long one question to the store may take. */
const STORE_MS = 5_000;

/** Options of {@link createSharedVendedSessions}. */
export interface SharedVendedSessionsOptions extends VendedSessionsOptions {
  /** Where all processes keep them. */
  readonly store: SessionStore;
  /** Called with every key that any process revokes. */
  readonly onRevoked: (accessKeyId: string) => void;
}

/**
 * Handed-out credentials that several processes share: kept in a store, read once by each process that meets them, and gone from
 * all of them when they are revoked. `maxPerOwner` counts what this process has handed out.
 *
 * @param options store, clock, randomness, bounds
 */
export function createSharedVendedSessions(options: SharedVendedSessionsOptions): VendedSessions {
  const { store, clock, onDropped, onRevoked } = options;
  const maxPerOwner = options.maxPerOwner ?? 100;
  const maxSessions = options.maxSessions ?? 1_000;
  /** Root key → ids that were handed out here, the oldest first. */
  const handedOut = new Map<string, string[]>();
  const view = createSessionView<VendedSession>({
    store,
    clock,
    timeoutMs: STORE_MS,
    parse: fromSessionRecord,
    maxSessions,
    onDropped,
    onRevoked(id) {
      handedOut.delete(id);
      onRevoked(id);
    },
  });

  /** As the store has it at this moment, whatever is known here. */
  const readNow = (id: string) =>
    within(STORE_MS, store.read(id), () => new Error('The store keeps silent.'));

  /** Ends the oldest sessions of a root that has too many. */
  const makeRoom = async (rootKeyId: string, id: string): Promise<void> => {
    const ids = handedOut.get(rootKeyId) ?? [];
    handedOut.delete(rootKeyId);
    handedOut.set(rootKeyId, ids);
    ids.push(id);
    if (ids.length > maxPerOwner) {
      const oldest = ids.shift();
      if (oldest !== undefined) await answered(view.revoke(oldest));
    }
    for (const oldest of handedOut.keys()) {
      if (handedOut.size <= maxSessions) break;
      handedOut.delete(oldest);
    }
  };

  return {
    async add(session) {
      const added = createVendedSession(session, view.peek(session.ownerKeyId), options);
      const { accessKeyId } = added.client;
      const { ownerKeyId, rootKeyId } = session;
      await answered(view.add(toSessionRecord(added)));
      // Revoked while AWS was asked: then the revocation came before this session, and did not take it along.
      if (ownerKeyId !== rootKeyId && (await answered(readNow(ownerKeyId))) === undefined) {
        await answered(view.revoke(accessKeyId));
        throw new SigV4ProxyError('session-expired', 'The session has ended: log in again.');
      }
      await makeRoom(rootKeyId, accessKeyId);
      return added;
    },
    find: (accessKeyId) => view.peek(accessKeyId),
    load: (accessKeyId) => answered(view.find(accessKeyId)),
    forget: (accessKeyId) => answered(view.revoke(accessKeyId)),
    close: () => view.close(),
    get size() {
      return view.size;
    },
  };
}

/** Makes the failure of a store one that clients retry. */
async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SigV4ProxyError) throw error;
    throw new SigV4ProxyError('credentials', 'The store of sessions does not answer: try again.', {
      cause: error,
    });
  }
}
