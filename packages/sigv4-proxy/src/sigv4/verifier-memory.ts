import { parseAmzDate } from './read-date.js';
import { SignatureComparer } from './signature-comparer.js';
import type { SigningCache } from './signing-cache.js';
import { SigningKeys } from './signing-keys.js';
import { TokenMemory } from './token-memory.js';

const NOBODYS_KEYS = 16;

/** What reading and verifying requests remembers, beside header lists. */
export class VerifierMemory {
  /** Of unknown keys, whose requests may name any day and service and must not displace anyone. */
  readonly nobodysKeys = new SigningKeys(NOBODYS_KEYS);
  readonly tokens = new TokenMemory();
  readonly signatures = new SignatureComparer();
  #timeText = '';
  #time: number | undefined;

  /** Milliseconds since 1970 of `YYYYMMDDTHHMMSSZ`, as `parseAmzDate` gives them. */
  parseDate(timestamp: string): number | undefined {
    if (timestamp !== this.#timeText) {
      this.#time = parseAmzDate(timestamp);
      this.#timeText = timestamp;
    }
    return this.#time;
  }
}

/** The verifier's part of a cache, made when it is first asked for. */
export function verifierMemoryOf(cache: SigningCache): VerifierMemory {
  cache.memory.verifier ??= new VerifierMemory();
  return cache.memory.verifier;
}
