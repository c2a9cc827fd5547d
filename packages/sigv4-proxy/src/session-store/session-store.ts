/** One session as it is kept for all processes. `data` is a secret: guard the store like the credentials in it. */
export interface SessionRecord {
  /** The access key id that finds it. */
  readonly id: string;
  /** Access key ids that it goes back to: with each of them it is revoked as well. */
  readonly ancestors: readonly string[];
  /** When it ends, in milliseconds since 1970. From then on a store need not keep it. */
  readonly expiresAt: number;
  /** What its owner put in, for its own eyes. */
  readonly data: string;
}

/** Something that happened to the sessions of all processes. */
export type SessionChange =
  /** A session is new, or takes the place of the one with the same id. */
  | { readonly type: 'added'; readonly record: SessionRecord }
  /** A key is revoked: its session ends, and so does every session that names it as an ancestor. */
  | { readonly type: 'revoked'; readonly id: string };

/**
 * Where several processes keep the sessions they share. Three methods, so that a database, a message channel or a file can be
 * one; `sessionStoreContract` says whether it is.
 */
export interface SessionStore {
  /**
   * Finds one session as it stands now, after every change whose `write` has come back.
   *
   * @param id attacker-controlled
   * @returns undefined when there is none, it has ended, or it is revoked
   */
  read(id: string): Promise<SessionRecord | undefined>;
  /** Makes a change and tells every subscriber, in every process; comes back when each `read` from then on shows it. */
  write(change: SessionChange): Promise<void>;
  /**
   * Calls a listener with every change that is made from now on, in order. Changes of this process count too.
   *
   * @returns ends the subscription
   */
  subscribe(listener: (change: SessionChange) => void): () => void;
}

/** Whether a change to one key ends a session. */
export function isRevokedBy(record: Pick<SessionRecord, 'id' | 'ancestors'>, id: string): boolean {
  return record.id === id || record.ancestors.includes(id);
}

/** Tells every listener; one that fails must not keep a revocation from the others. */
export function tell(
  listeners: ReadonlySet<(change: SessionChange) => void>,
  change: SessionChange,
): void {
  for (const listener of [...listeners]) {
    try {
      listener(change);
    } catch {
      // Whoever made the change can do nothing about it.
    }
  }
}
