import type { HeaderList } from '../request.js';
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
import type { SigningCache } from './signing-cache.js';

/** A shape and what was last made of it. */
export interface KnownShape {
  readonly shape: HeaderShape;
  plan: HeaderPlan | undefined;
  /** The Authorization header up to its signature, and its meaning. */
  prefix: string;
  scope: AuthorizationScope | undefined;
}

/** An Authorization header whose scope may be shared with other requests. */
export interface SplitAuthorization {
  readonly scope: AuthorizationScope;
  readonly signature: string;
}

const SHAPES = 256;
const MAX_PREFIX = 1024;
const SIGNATURE_PART = 'Signature=';

/**
 * What header lists and Authorization prefixes meant when they were last seen. It holds no keys and nothing that was proven, only
 * what follows from the text; a client sends the same names and the same prefix all day.
 */
export class HeaderMemory {
  readonly #maxAuthorizations: number;
  readonly #authorizations = new Map<string, AuthorizationScope>();
  // Direct-mapped: a crowd of odd lists can only displace entries, not grow it.
  readonly #shapes: (KnownShape | undefined)[] = [];
  #last: KnownShape | undefined;

  constructor(maxAuthorizations: number) {
    this.#maxAuthorizations = maxAuthorizations;
  }

  /** How many Authorization prefixes are kept. */
  get size(): number {
    return this.#authorizations.size;
  }

  /** The shape of a header list. */
  shape(headers: HeaderList): KnownShape {
    if (this.#last !== undefined && isShapeOf(this.#last.shape, headers)) return this.#last;
    const slot = slotOf(headers);
    let known = this.#shapes[slot];
    if (known === undefined || !isShapeOf(known.shape, headers)) {
      const shape = describeHeaders(headers.map(([name]) => name));
      known = { shape, plan: undefined, prefix: '', scope: undefined };
      this.#shapes[slot] = known;
    }
    this.#last = known;
    return known;
  }

  /** The canonical header lines of a shape. */
  plan(known: KnownShape, signedHeaders: readonly string[]): HeaderPlan {
    if (known.plan === undefined || !isSameList(known.plan.signedHeaders, signedHeaders)) {
      known.plan = planHeaders(known.shape, signedHeaders);
    }
    return known.plan;
  }

  /** Reads an Authorization header as `parseAuthorization` does. */
  authorization(known: KnownShape, header: string): SplitAuthorization {
    const cut = Math.max(header.length - 64, 0);
    // Compared as a slice: startsWith goes letter by letter, which takes longer than the rest of the parse.
    const prefix = header.slice(0, cut);
    if (known.scope !== undefined && known.prefix === prefix) {
      const signature = checkSignatureText(known.scope.algorithm, header.slice(cut));
      return { scope: known.scope, signature };
    }
    if (cut > MAX_PREFIX || !prefix.endsWith(SIGNATURE_PART)) {
      return split(parseAuthorization(header));
    }
    let scope = this.#authorizations.get(prefix);
    if (scope === undefined) {
      const parsed = split(parseAuthorization(header));
      // A SigV4A signature is longer than what was cut off.
      if (parsed.signature.length !== 64) return parsed;
      scope = parsed.scope;
      if (this.#authorizations.size >= this.#maxAuthorizations) this.#authorizations.clear();
      this.#authorizations.set(prefix, scope);
    }
    known.prefix = prefix;
    known.scope = scope;
    return { scope, signature: checkSignatureText(scope.algorithm, header.slice(cut)) };
  }
}

/** The header memory of a cache, made when it is first asked for. */
export function headersOf(cache: SigningCache): HeaderMemory {
  cache.memory.headers ??= new HeaderMemory(cache.maxAuthorizations);
  return cache.memory.headers;
}

function split({ signature, ...scope }: ParsedAuthorization): SplitAuthorization {
  return { scope, signature };
}

function slotOf(headers: HeaderList): number {
  let slot = headers.length;
  for (let i = 0; i < headers.length; i += 1) {
    slot = (slot * 31 + (headers[i]?.[0].length ?? 0)) | 0;
  }
  return slot & (SHAPES - 1);
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

function isShapeOf(shape: HeaderShape, headers: HeaderList): boolean {
  const { names } = shape;
  if (names.length !== headers.length) return false;
  for (let i = 0; i < names.length; i += 1) if (names[i] !== headers[i]?.[0]) return false;
  return true;
}
