import { loadPart } from '../load-part.js';
import type { SharedVendedSessionsOptions } from './shared-vended-sessions.js';
import type { VendedSessions, VendedSessionsOptions } from './vended-sessions.js';

/** Options of {@link createLateVendedSessions}. */
export interface LateVendedSessionsOptions
  extends VendedSessionsOptions,
    Pick<SharedVendedSessionsOptions, 'onRevoked'> {
  /** Where all processes keep them. Default: in this process alone. */
  readonly store: SharedVendedSessionsOptions['store'] | undefined;
}

/** Handed-out credentials whose keeper may still be to come. */
export interface LateVendedSessions extends Omit<VendedSessions, 'size'> {
  /**
   * Set until what other processes revoke is heard here: no key may be looked up before.
   *
   * @throws SigV4ProxyError `internal` when the keeper cannot be loaded
   */
  readonly wait: (() => Promise<void>) | undefined;
}

/**
 * Keeps handed-out credentials as soon as there are any; the code for it comes with the first ones. With a store it comes at
 * once, because other processes may have handed out some already.
 *
 * @param o store, clock, randomness, bounds
 */
export function createLateVendedSessions(o: LateVendedSessionsOptions): LateVendedSessions {
  const { store } = o;
  let now: VendedSessions | undefined;
  let loading: Promise<VendedSessions> | undefined;
  let closed = false;

  const open = async (): Promise<VendedSessions> => {
    try {
      const opened =
        store === undefined
          ? (await loadPart(() => import('./vended-sessions.js'))).createVendedSessions(o)
          : (
              await loadPart(() => import('./shared-vended-sessions.js'))
            ).createSharedVendedSessions({ ...o, store });
      now = opened;
      if (closed) opened.close();
      return opened;
    } catch (error) {
      // The next one who needs it tries again.
      loading = undefined;
      throw error;
    }
  };
  const sessions = (): Promise<VendedSessions> => {
    loading ??= open();
    return loading;
  };
  if (store !== undefined) sessions().catch(() => {});

  return {
    get wait() {
      if (store === undefined || now !== undefined) return undefined;
      return async () => void (await sessions());
    },
    add: (session) =>
      now === undefined ? sessions().then((kept) => kept.add(session)) : now.add(session),
    find: (accessKeyId) => now?.find(accessKeyId),
    load:
      store === undefined
        ? undefined
        : (accessKeyId) => sessions().then((kept) => kept.load?.(accessKeyId)),
    forget(accessKeyId) {
      if (now !== undefined) return now.forget(accessKeyId);
      return loading === undefined
        ? undefined
        : sessions().then((kept) => kept.forget(accessKeyId));
    },
    close() {
      closed = true;
      now?.close();
    },
  };
}
