import { type Kept, makeRoom } from './make-room.js';
import { SigningScope } from './signing-scope.js';

/** What keys are derived from. */
export interface KeySource {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const RECENT = 64;

/** Derived signing keys, bounded. A key is found again only by the secret it was made from. */
export class SigningKeys {
  readonly #max: number;
  readonly #scopes = new Map<string, Kept<SigningScope>>();
  // Direct-mapped view of the map above: spares building its key. Only entries of the map are in it, or wiped ones.
  readonly #recent: (Kept<SigningScope> | undefined)[] = [];
  #day = '';

  constructor(max: number) {
    this.#max = max;
  }

  /** How many are kept. */
  get size(): number {
    return this.#scopes.size;
  }

  forget(accessKeyId: string): void {
    this.#dropUnless((id) => !id.startsWith(`${accessKeyId}/`));
  }

  clear(): void {
    this.#dropUnless(() => false);
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

  #keep(source: KeySource, date: string, region: string, service: string): Kept<SigningScope> {
    const id = `${source.accessKeyId}/${date}/${region}/${service}`;
    const kept = this.#scopes.get(id);
    if (kept?.key.fits(source, date, region, service)) {
      kept.used = true;
      return kept;
    }
    if (kept !== undefined) this.#drop(id, kept);
    if (date > this.#day) {
      this.#dropUnless((_, key) => key.scope.startsWith(date));
      this.#day = date;
    }
    const fresh = { key: new SigningScope(source, date, region, service), used: false };
    makeRoom(this.#scopes, this.#max, (old, oldKept) => this.#drop(old, oldKept));
    this.#scopes.set(id, fresh);
    return fresh;
  }

  #dropUnless(isKept: (id: string, key: SigningScope) => boolean): void {
    for (const [id, kept] of this.#scopes) if (!isKept(id, kept.key)) this.#drop(id, kept);
    this.#recent.length = 0;
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
