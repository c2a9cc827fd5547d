import { timingSafeEqual } from 'node:crypto';

/** Compares signatures in constant time, over buffers that are kept. */
export class SignatureComparer {
  readonly #given = Buffer.alloc(64);
  readonly #computed = Buffer.alloc(64);

  /** Whether two signatures of 64 hex digits are equal; of another length they never are. */
  isSame(computed: string, given: string): boolean {
    if (computed.length !== 64 || given.length !== 64) return false;
    this.#computed.write(computed, 0, 64, 'latin1');
    this.#given.write(given, 0, 64, 'latin1');
    return timingSafeEqual(this.#computed, this.#given);
  }
}
