import { LRUCache } from 'lru-cache';
import { createSigningCache } from '../sigv4/signing-cache.js';
import type { VendedSession } from '../vended/vended-sessions.js';
import type { KeyEvents } from './client-keys.js';

/** Signing keys that are worth remembering, and the rule that they go when the key behind them goes. */
export class KeyCaches implements KeyEvents {
  /** Of clients, for verifying. */
  readonly client = createSigningCache();
  /** Of role sessions, for signing. */
  readonly upstream = createSigningCache();
  /** The upstream key that a client key used last: both are forgotten together. */
  readonly #pairs = new LRUCache<string, string>({ max: 1_000 });

  readonly #counters: { credentialsCacheHits: number } | undefined;

  /** @param counters where credentials that stay the same are counted */
  constructor(counters?: { credentialsCacheHits: number }) {
    this.#counters = counters;
  }

  /** Notes which credentials a client key gets; those that it got before are over. */
  pair(clientId: string, upstreamId: string): void {
    const before = this.#pairs.get(clientId);
    if (before === upstreamId) {
      if (this.#counters !== undefined) this.#counters.credentialsCacheHits += 1;
      return;
    }
    if (before !== undefined) this.upstream.forget(before);
    this.#pairs.set(clientId, upstreamId);
  }

  onRevoked(accessKeyId: string): void {
    this.client.forget(accessKeyId);
    const upstreamId = this.#pairs.get(accessKeyId);
    if (upstreamId !== undefined) this.upstream.forget(upstreamId);
    this.#pairs.delete(accessKeyId);
  }

  onDropped({ client, real }: VendedSession): void {
    this.client.forget(client.accessKeyId);
    this.upstream.forget(real.accessKeyId);
  }

  /** Wipes everything. */
  clear(): void {
    this.client.clear();
    this.upstream.clear();
    this.#pairs.clear();
  }
}
