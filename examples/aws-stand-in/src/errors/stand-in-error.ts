/**
 * What can go wrong in setting the stand-in up:
 * - `invalid-seed`: an account, role, user, policy or bucket given at the start makes no sense
 * - `unknown-principal`: a user or role asked for was never seeded
 * - `not-listening`: the address was read before `listen()` or after `close()`
 */
export type StandInErrorCode = 'invalid-seed' | 'unknown-principal' | 'not-listening';

const brand = Symbol.for('postern.aws-stand-in.error');

/** Thrown by the stand-in's own API. Answers to AWS clients are never this class. */
export class StandInError extends Error {
  readonly code: StandInErrorCode;

  constructor(code: StandInErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StandInError';
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
