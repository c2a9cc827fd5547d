import { SigV4ProxyError } from '../errors.js';
import { DateMemory } from './date-memory.js';
import type { HeaderMemory } from './header-memory.js';
import type { RequestPlans } from './request-plan.js';
import { SigningKeys } from './signing-keys.js';
import type { V4aKeys } from './v4a-keys.js';
import type { VerifierMemory } from './verifier-memory.js';

/** Bounds of a signing cache. */
export interface SigningCacheOptions {
  /** How many signing keys are kept, the least used going first. Default 256. */
  readonly maxKeys?: number | undefined;
  /** How many Authorization prefixes are kept, of at most 1024 characters each. Default 512. */
  readonly maxAuthorizations?: number | undefined;
}

/**
 * What is worth remembering between requests: signing keys, header shapes and parsed Authorization prefixes, all bounded. It
 * belongs to the caller; hand one to every call that may share it. A key is found again only by the secret it was made from, so a
 * rotated secret never meets the old key; call `forget` when a key id is revoked, so that its material leaves memory at once.
 */
export class SigningCache {
  /** @internal */
  readonly keys: SigningKeys;
  /** @internal */
  readonly dates = new DateMemory();
  /** @internal Made by those who need it, so that a program that only signs does not load what verifying or SigV4A need. */
  readonly memory: {
    headers?: HeaderMemory | undefined;
    requests?: RequestPlans | undefined;
    v4aKeys?: V4aKeys | undefined;
    verifier?: VerifierMemory | undefined;
  } = {};
  /** @internal */
  readonly maxKeys: number;
  /** @internal */
  readonly maxAuthorizations: number;

  constructor(options: SigningCacheOptions = {}) {
    this.maxKeys = bound('maxKeys', options.maxKeys ?? 256);
    this.keys = new SigningKeys(this.maxKeys);
    this.maxAuthorizations = bound('maxAuthorizations', options.maxAuthorizations ?? 512);
  }

  /**
   * Wipes and drops all signing keys of an access key id, and what else may hold a token: call it on revocation, expiry and
   * rotation.
   */
  forget(accessKeyId: string): void {
    this.keys.forget(accessKeyId);
    this.memory.v4aKeys?.forget(accessKeyId);
    this.#forgetValues();
  }

  /** Wipes and drops everything. */
  clear(): void {
    this.keys.clear();
    this.memory.verifier?.nobodysKeys.clear();
    this.memory.v4aKeys = undefined;
    this.#forgetValues();
  }

  /** Values of headers and tokens belong to nobody in particular; they are learned again with the next request. */
  #forgetValues(): void {
    this.memory.verifier?.tokens.clear();
    this.memory.headers = undefined;
    this.memory.requests = undefined;
  }
}

/**
 * Makes an empty signing cache.
 *
 * @param options bounds
 * @throws SigV4ProxyError `invalid-option`
 *
 * @example
 * ```ts
 * // One for each gateway, and given to every call.
 * const cache = createSigningCache({ maxKeys: 1000 });
 * ```
 */
export function createSigningCache(options: SigningCacheOptions = {}): SigningCache {
  return new SigningCache(options);
}

function bound(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new SigV4ProxyError('invalid-option', `${name} must be a positive whole number.`);
}
