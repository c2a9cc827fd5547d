import { type Kept, makeRoom } from './make-room.js';
import type { SigningCache } from './signing-cache.js';
import type { KeySource } from './signing-keys.js';
import { SigV4aKey } from './sigv4a-key.js';

/** Derived SigV4A key pairs, bounded. A pair is found again only by the secret it was made from. */
export class V4aKeys {
  readonly #max: number;
  readonly #keys = new Map<string, Kept<SigV4aKey>>();

  constructor(max: number) {
    this.#max = max;
  }

  forget(accessKeyId: string): void {
    this.#keys.delete(accessKeyId);
  }

  /** The key pair of an access key. */
  key(source: KeySource): SigV4aKey {
    const id = source.accessKeyId;
    const kept = this.#keys.get(id);
    if (kept?.key.isOf(source.secretAccessKey)) {
      kept.used = true;
      return kept.key;
    }
    this.#keys.delete(id);
    const key = new SigV4aKey(id, source.secretAccessKey);
    makeRoom(this.#keys, this.#max, (old) => this.#keys.delete(old));
    this.#keys.set(id, { key, used: false });
    return key;
  }
}

/** The SigV4A keys of a cache, made when they are first asked for. */
export function v4aKeysOf(cache: SigningCache): V4aKeys {
  cache.memory.v4aKeys ??= new V4aKeys(cache.maxKeys);
  return cache.memory.v4aKeys;
}
