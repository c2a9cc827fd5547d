import { SigningScope } from './signing-scope.js';
import { SigV4aKey } from './sigv4a.js';

/** What keys are derived from. */
export interface KeySource {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface Kept<Key> {
  readonly key: Key;
  used: boolean;
}

const RECENT = 64;

/** Derived signing keys, bounded. A key is found again only by the secret it was made from. */
export class SigningKeys {
  readonly #max: number;
  readonly #scopes = new Map<string, Kept<SigningScope>>();
  readonly #v4aKeys = new Map<string, Kept<SigV4aKey>>();
  // Direct-mapped view of the map above: spares building its key. Only entries of the map are in it, or wiped ones.
  readonly #recent: (Kept<SigningScope> | undefined)[] = [];
  #day = '';

  constructor(max: number) {
    this.#max = max;
  }

  forget(accessKeyId: string): void {
    for (const [id, kept] of this.#scopes) {
      if (id.startsWith(`${accessKeyId}/`)) this.#drop(id, kept);
    }
    this.#recent.length = 0;
    this.#v4aKeys.delete(accessKeyId);
  }

  clear(): void {
    for (const [id, kept] of this.#scopes) this.#drop(id, kept);
    this.#recent.length = 0;
    this.#v4aKeys.clear();
  }

  /** The key of a scope; `timestamp` starts with its day. */
  scope(source: KeySource, timestamp: string, region: string, service: string): SigningScope {
    const slot = slotOf(source.accessKeyId, service.length + region.length);
    const recent = this.#recent[slot];
    if (recent?.key.fits(source, timestamp, region, service)) {
      recent.used = true;
      return recent.key;
    }
    const kept = this.#keep(source, timestamp.slice(0, 8), region, service);
    this.#recent[slot] = kept;
    return kept.key;
  }

  /** The SigV4A key pair of an access key. */
  v4aKey(source: KeySource): SigV4aKey {
    const id = source.accessKeyId;
    const kept = this.#v4aKeys.get(id);
    if (kept?.key.isOf(source.secretAccessKey)) {
      kept.used = true;
      return kept.key;
    }
    this.#v4aKeys.delete(id);
    const key = new SigV4aKey(id, source.secretAccessKey);
    makeRoom(this.#v4aKeys, this.#max, (old) => this.#v4aKeys.delete(old));
    this.#v4aKeys.set(id, { key, used: false });
    return key;
  }

  #keep(source: KeySource, date: string, region: string, service: string): Kept<SigningScope> {
    const id = `${source.accessKeyId}/${date}/${region}/${service}`;
    const kept = this.#scopes.get(id);
    if (kept?.key.fits(source, date, region, service)) {
      kept.used = true;
      return kept;
    }
    if (kept !== undefined) this.#drop(id, kept);
    if (date > this.#day) this.#startDay(date);
    const fresh = { key: new SigningScope(source, date, region, service), used: false };
    makeRoom(this.#scopes, this.#max, (old, oldKept) => this.#drop(old, oldKept));
    this.#scopes.set(id, fresh);
    return fresh;
  }

  #startDay(date: string): void {
    for (const [id, kept] of this.#scopes) {
      if (!kept.key.scope.startsWith(date)) this.#drop(id, kept);
    }
    this.#day = date;
  }

  #drop(id: string, kept: Kept<SigningScope>): void {
    kept.key.dispose();
    this.#scopes.delete(id);
  }
}

function slotOf(accessKeyId: string, seed: number): number {
  let slot = seed;
  // Four characters beyond the prefix that all key ids share.
  for (let i = 5; i < 20; i += 4) slot = (slot * 31 + accessKeyId.charCodeAt(i)) | 0;
  return slot & (RECENT - 1);
}

function makeRoom<Key>(
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
