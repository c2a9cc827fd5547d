import { SigV4ProxyError } from '../errors.js';
import type { HeaderList } from '../request.js';
import { formatAmzDate } from './amz-date.js';
import {
  describeHeaders,
  type HeaderPlan,
  type HeaderShape,
  planHeaders,
} from './canonical-headers.js';
import {
  type AuthorizationScope,
  checkSignatureText,
  type ParsedAuthorization,
  parseAuthorization,
} from './parse-authorization.js';
import { SigningScope } from './signing-scope.js';
import { SigV4aKey } from './sigv4a.js';

/** Bounds of a signing cache. */
export interface SigningCacheOptions {
  /** How many signing keys are kept, the least used going first. Default 256. */
  readonly maxKeys?: number | undefined;
  /** How many Authorization prefixes are kept, of at most 1024 characters each. Default 512. */
  readonly maxAuthorizations?: number | undefined;
}

const SHAPES = 256;
const MAX_PREFIX = 1024;
const SIGNATURE_PART = 'Signature=';

interface Kept<Key> {
  readonly key: Key;
  used: boolean;
}

export interface KnownShape {
  readonly shape: HeaderShape;
  plan: HeaderPlan | undefined;
  /** The names that are signed when nobody chose. */
  signable: readonly string[] | undefined;
}

/**
 * What is worth remembering between requests: signing keys, header shapes and parsed Authorization prefixes, all bounded. It
 * belongs to the caller; hand one to every call that may share it. A key is found again only by the secret it was made from, so a
 * rotated secret never meets the old key; call `forget` when a key id is revoked, so that its material leaves memory at once.
 */
export class SigningCache {
  readonly #maxKeys: number;
  readonly #maxAuthorizations: number;
  readonly #scopes = new Map<string, Kept<SigningScope>>();
  readonly #v4aKeys = new Map<string, Kept<SigV4aKey>>();
  readonly #authorizations = new Map<string, AuthorizationScope>();
  readonly #shapes: (KnownShape | undefined)[] = [];
  #day = '';
  #time = Number.NaN;
  #timestamp = '';

  constructor(options: SigningCacheOptions = {}) {
    this.#maxKeys = bound('maxKeys', options.maxKeys ?? 256);
    this.#maxAuthorizations = bound('maxAuthorizations', options.maxAuthorizations ?? 512);
  }

  /** Wipes and drops all signing keys of an access key id: call it on revocation, expiry and rotation. */
  forget(accessKeyId: string): void {
    for (const [id, kept] of this.#scopes) {
      if (id.startsWith(`${accessKeyId}/`)) this.#drop(id, kept);
    }
    this.#v4aKeys.delete(accessKeyId);
  }

  /** Wipes and drops everything. */
  clear(): void {
    for (const [id, kept] of this.#scopes) this.#drop(id, kept);
    this.#v4aKeys.clear();
    this.#authorizations.clear();
    this.#shapes.length = 0;
  }

  /** @internal The signing key of a scope. */
  scope(
    credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
    date: string,
    region: string,
    service: string,
  ): SigningScope {
    const id = `${credentials.accessKeyId}/${date}/${region}/${service}`;
    const kept = this.#scopes.get(id);
    if (kept !== undefined) {
      if (kept.key.isOf(credentials.secretAccessKey)) {
        kept.used = true;
        return kept.key;
      }
      this.#drop(id, kept);
    }
    if (date > this.#day) this.#startDay(date);
    const key = new SigningScope(credentials.secretAccessKey, date, region, service);
    makeRoom(this.#scopes, this.#maxKeys, (old, oldKept) => this.#drop(old, oldKept));
    this.#scopes.set(id, { key, used: false });
    return key;
  }

  /** @internal The SigV4A key pair of an access key. */
  v4aKey(credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  }): SigV4aKey {
    const id = credentials.accessKeyId;
    const kept = this.#v4aKeys.get(id);
    if (kept?.key.isOf(credentials.secretAccessKey)) {
      kept.used = true;
      return kept.key;
    }
    this.#v4aKeys.delete(id);
    const key = new SigV4aKey(id, credentials.secretAccessKey);
    makeRoom(this.#v4aKeys, this.#maxKeys, (old) => this.#v4aKeys.delete(old));
    this.#v4aKeys.set(id, { key, used: false });
    return key;
  }

  /** @internal `YYYYMMDDTHHMMSSZ` of a signing date. */
  timestamp(date: Date | number | string): string {
    const time = date instanceof Date ? date.getTime() : Number.NaN;
    if (time !== this.#time) {
      this.#timestamp = formatAmzDate(date);
      this.#time = time;
    }
    return this.#timestamp;
  }

  /** @internal Parses an Authorization header; all but its signature is the same all day for a client. */
  authorization(header: string): ParsedAuthorization {
    const cut = header.length - 64;
    if (cut > MAX_PREFIX || !header.startsWith(SIGNATURE_PART, cut - SIGNATURE_PART.length)) {
      return parseAuthorization(header);
    }
    const prefix = header.slice(0, cut);
    const known = this.#authorizations.get(prefix);
    if (known !== undefined) {
      return { ...known, signature: checkSignatureText(known.algorithm, header.slice(cut)) };
    }
    const { signature, ...scope } = parseAuthorization(header);
    if (signature.length === 64) {
      if (this.#authorizations.size >= this.#maxAuthorizations) this.#authorizations.clear();
      this.#authorizations.set(prefix, scope);
    }
    return { ...scope, signature };
  }

  /** @internal The shape of a header list. */
  shape(headers: HeaderList): KnownShape {
    let slot = headers.length;
    for (let i = 0; i < headers.length; i += 1)
      slot = (slot * 31 + (headers[i]?.[0].length ?? 0)) | 0;
    slot &= SHAPES - 1;
    const known = this.#shapes[slot];
    if (known !== undefined && isShapeOf(known.shape, headers)) return known;
    const fresh = {
      shape: describeHeaders(headers.map(([name]) => name)),
      plan: undefined,
      signable: undefined,
    };
    this.#shapes[slot] = fresh;
    return fresh;
  }

  /** @internal The canonical header lines of a shape. */
  plan(known: KnownShape, signedHeaders: readonly string[]): HeaderPlan {
    // Equal lists that are not the same object are planned again; the Authorization cache makes them the same object.
    if (known.plan?.signedHeaders !== signedHeaders) {
      known.plan = planHeaders(known.shape, signedHeaders);
    }
    return known.plan;
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

/**
 * Makes an empty signing cache.
 *
 * @param options bounds
 * @throws SigV4ProxyError `invalid-option`
 */
export function createSigningCache(options: SigningCacheOptions = {}): SigningCache {
  return new SigningCache(options);
}

function isShapeOf(shape: HeaderShape, headers: HeaderList): boolean {
  const { names } = shape;
  if (names.length !== headers.length) return false;
  for (let i = 0; i < names.length; i += 1) if (names[i] !== headers[i]?.[0]) return false;
  return true;
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

function bound(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new SigV4ProxyError('invalid-option', `${name} must be a positive whole number.`);
}
