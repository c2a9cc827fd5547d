import { JoinIamError } from '../../errors.js';
import { refuseIssuing } from './challenge-store.js';

/** Remembers ids until they expire. One method, so that a shared cache serves (`SET id 1 NX PXAT …` in Redis). */
export interface UsedSet {
  /**
   * Adds an id, atomically.
   *
   * @param id - 43 characters of base64url
   * @param expires - from then on the id may be forgotten
   * @param now - the clock of the caller
   * @returns true when the id was not in the set: of any number of calls with one id, at most one is true
   */
  add(id: string, expires: Date, now: Date): Promise<boolean>;
}

/**
 * A used-set in the memory of one process. A full set refuses instead of forgetting.
 *
 * @param options.maxEntries - most ids at one time. Default 100,000.
 * @throws {@link JoinIamError} `invalid-option`; its `add` throws `challenge-limit` when the set is full
 * @example
 * ```ts
 * const usedSet = createMemoryUsedSet({ maxEntries: 10_000 });
 * ```
 */
export function createMemoryUsedSet(
  options: { readonly maxEntries?: number | undefined } = {},
): UsedSet {
  const { maxEntries = 100_000 } = options;
  if (!(maxEntries >= 1)) {
    throw new JoinIamError('invalid-option', {
      message: 'The option maxEntries must be at least 1.',
    });
  }
  const entries = new Map<string, number>();

  function forgetExpired(now: number): void {
    for (const [id, expires] of entries) {
      // Ids arrive nearly in the order in which they expire; one out of order is forgotten a little later.
      if (expires > now) break;
      entries.delete(id);
    }
  }

  return {
    async add(id, expires, now) {
      if (entries.has(id)) return false;
      forgetExpired(now.getTime());
      if (entries.size >= maxEntries) refuseIssuing('the used-set is full');
      entries.set(id, expires.getTime());
      return true;
    },
  };
}
