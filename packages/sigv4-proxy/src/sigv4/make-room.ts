/** An entry of a bounded map. */
export interface Kept<Key> {
  readonly key: Key;
  /** Set when it is found; the oldest entry that is not used since it was last passed over goes first. */
  used: boolean;
}

/** Makes room for one more entry. */
export function makeRoom<Key>(
  keys: Map<string, Kept<Key>>,
  max: number,
  drop: (id: string, kept: Kept<Key>) => void,
): void {
  if (keys.size < max) return;
  for (const [id, kept] of keys) {
    if (!kept.used) {
      drop(id, kept);
      return;
    }
    // Used since it last came up: it gets one more round.
    kept.used = false;
    keys.delete(id);
    keys.set(id, kept);
  }
}
