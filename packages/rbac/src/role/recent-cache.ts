/**
 * A bounded map that keeps what was used lately: two generations, the older one is dropped when the younger is full.
 * It holds at most twice its limit and costs one lookup for what was used last.
 */
export class RecentCache<K, V> {
  readonly #limit: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The value of a key, if it is still there. */
  get(key: K): V | undefined {
    return this.#young.get(key) ?? this.#revive(key);
  }

  /** Puts a value in; returns it. */
  set(key: K, value: V): V {
    if (this.#young.size >= this.#limit) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }

  /** Forgets everything. */
  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
  }

  #revive(key: K): V | undefined {
    const value = this.#old.get(key);
    return value === undefined ? undefined : this.set(key, value);
  }
}
