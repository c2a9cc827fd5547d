import { FederationError } from '../errors.js';
import { waitFor } from '../support/with-deadline.js';

/** What the cache needs to know of a value. */
export interface Expiring {
  readonly accessKeyId: string;
  readonly expiration: Date;
}

/** Times and bounds of a cache; all required, the defaults stand with the public options. */
export interface RefreshingCacheOptions {
  readonly clock: () => Date;
  readonly random: () => number;
  readonly maxEntries: number;
  readonly refreshAheadMs: number;
  readonly mandatoryRefreshMs: number;
  /** How long a failure is remembered, before jitter; 0 for one that is not. */
  failureMs(error: unknown): number;
}

/** One look-up. */
export interface Lookup<T> {
  readonly key: string;
  /** Whose value it is, for {@link RefreshingCache.invalidate}. */
  readonly owner: string;
  load(): Promise<T>;
  /** Id of a key that AWS has just refused; a cached value with this id is dropped. */
  readonly refusedKeyId?: string | undefined;
  /** Do not serve a cached value with less life than this. */
  readonly minRemainingMs: number;
  readonly signal?: AbortSignal | undefined;
}

interface Entry<T> {
  readonly owner: string;
  value?: T;
  refreshAtMs: number;
  failure?: { readonly error: unknown; readonly untilMs: number };
}

interface Flight<T> {
  readonly owner: string;
  readonly result: Promise<T>;
  stale: boolean;
}

/** How often a caller starts over when its value was invalidated while it waited. */
const MOST_RESTARTS = 3;
/** A value is never refreshed in the first two thirds of its life, however short that is. */
const LATEST_SHARE = 1 / 3;
const JITTER = 0.2;

/**
 * A bounded cache of values that expire: one load per key at a time, refreshed in the background before the end,
 * failures remembered shortly, least recently used entries dropped first.
 */
export class RefreshingCache<T extends Expiring> {
  readonly #options: RefreshingCacheOptions;
  /** In the order of use, the oldest first. */
  readonly #entries = new Map<string, Entry<T>>();
  readonly #flights = new Map<string, Flight<T>>();

  constructor(options: RefreshingCacheOptions) {
    this.#options = options;
  }

  /** Number of keys with a value or a remembered failure. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value of a key: cached, or loaded once for all who wait. */
  async get(lookup: Lookup<T>): Promise<T> {
    for (let attempt = 0; attempt <= MOST_RESTARTS; attempt += 1) {
      const cached = this.#fromCache(lookup);
      if (cached !== undefined) return cached;
      const flight = this.#flights.get(lookup.key) ?? this.#start(lookup);
      try {
        const value = await waitFor(flight.result, lookup.signal);
        if (!flight.stale) return value;
      } catch (error) {
        if (lookup.signal?.aborted) throw error;
        if (!flight.stale) {
          const last = this.#living(this.#entries.get(lookup.key));
          if (last !== undefined) return last;
          throw error;
        }
      }
    }
    throw new FederationError({
      code: 'credentials-invalidated',
      message: 'The credentials were invalidated again and again while the call waited for them.',
    });
  }

  /** Drops everything of an owner; loads under way are not stored and their waiters start over. */
  invalidate(owner: string): number {
    let dropped = 0;
    for (const [key, entry] of this.#entries) {
      if (entry.owner === owner && this.#entries.delete(key)) dropped += 1;
    }
    for (const [key, flight] of this.#flights) {
      if (flight.owner !== owner) continue;
      flight.stale = true;
      this.#flights.delete(key);
    }
    return dropped;
  }

  /** Drops everything. */
  clear(): void {
    this.#entries.clear();
    for (const flight of this.#flights.values()) flight.stale = true;
    this.#flights.clear();
  }

  #fromCache(lookup: Lookup<T>): T | undefined {
    const entry = this.#entries.get(lookup.key);
    if (!entry) return undefined;
    if (lookup.refusedKeyId !== undefined && entry.value?.accessKeyId === lookup.refusedKeyId) {
      delete entry.value;
    }
    this.#touch(lookup.key, entry);
    const now = this.#now();
    const failing = entry.failure !== undefined && now < entry.failure.untilMs;
    const value = this.#living(entry);
    if (value !== undefined) {
      const remaining = value.expiration.getTime() - now;
      const enough = Math.max(this.#options.mandatoryRefreshMs, lookup.minRemainingMs);
      if (remaining > enough) {
        if (now >= entry.refreshAtMs && !failing && !this.#flights.has(lookup.key)) {
          this.#start(lookup);
        }
        return value;
      }
      if (failing) return value;
    }
    if (failing) throw entry.failure?.error;
    return undefined;
  }

  #start(lookup: Lookup<T>): Flight<T> {
    const { key, owner } = lookup;
    const result = Promise.resolve()
      .then(() => lookup.load())
      .then(
        (value) => {
          if (this.#flights.get(key) === flight) this.#store(key, owner, value);
          return value;
        },
        (error: unknown) => {
          if (this.#flights.get(key) === flight) this.#remember(key, owner, error);
          throw error;
        },
      )
      .finally(() => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      });
    const flight: Flight<T> = { owner, result, stale: false };
    this.#flights.set(key, flight);
    // A background refresh has no waiter; its failure is remembered above.
    result.catch(() => undefined);
    return flight;
  }

  #store(key: string, owner: string, value: T): void {
    const now = this.#now();
    const life = value.expiration.getTime() - now;
    const ahead = Math.min(this.#options.refreshAheadMs, life * LATEST_SHARE);
    this.#touch(key, { owner, value, refreshAtMs: now + life - ahead });
  }

  #remember(key: string, owner: string, error: unknown): void {
    const milliseconds = this.#options.failureMs(error);
    if (milliseconds <= 0) return;
    const jitter = 1 - JITTER + 2 * JITTER * this.#options.random();
    const entry = this.#entries.get(key) ?? { owner, refreshAtMs: 0 };
    entry.failure = { error, untilMs: this.#now() + milliseconds * jitter };
    this.#touch(key, entry);
  }

  #touch(key: string, entry: Entry<T>): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#options.maxEntries) break;
      this.#entries.delete(oldest);
    }
  }

  #living(entry: Entry<T> | undefined): T | undefined {
    const value = entry?.value;
    return value !== undefined && value.expiration.getTime() > this.#now() ? value : undefined;
  }

  #now(): number {
    return this.#options.clock().getTime();
  }
}
