import { timingSafeEqual } from 'node:crypto';

const NOTHING = Buffer.alloc(0);

/** Compares session tokens in constant time, with the bytes of the last expected one at hand. */
export class TokenMemory {
  #expected = '';
  #expectedBytes = NOTHING;
  #givenBytes = NOTHING;

  /** Wipes the token. */
  clear(): void {
    this.#expectedBytes.fill(0);
    this.#givenBytes.fill(0);
    this.#expected = '';
    this.#expectedBytes = NOTHING;
    this.#givenBytes = NOTHING;
  }

  /**
   * Whether the tokens are equal. The time tells their lengths, which are no secret.
   *
   * @param given attacker-controlled
   * @param expected the token that was issued
   */
  isSame(given: string, expected: string): boolean {
    if (expected !== this.#expected) {
      this.#expected = expected;
      this.#expectedBytes = Buffer.from(expected);
      this.#givenBytes = Buffer.alloc(this.#expectedBytes.length);
    }
    // What does not fit is cut off, so the lengths are compared first; equal lengths in other bytes still differ.
    if (given.length !== expected.length) return false;
    const written = this.#givenBytes.write(given);
    return (
      written === this.#expectedBytes.length &&
      timingSafeEqual(this.#givenBytes, this.#expectedBytes)
    );
  }
}
