import type { ListedErrorCode } from './error-kinds.js';

/** Why a request was refused, or which option is unusable. The list is closed; the README says what each one means. */
export type SigV4ProxyErrorCode = ListedErrorCode;

const BRAND = Symbol.for('@postern/sigv4-proxy:SigV4ProxyError');

/** What an error can carry besides code and message. Nothing of it may be a secret. */
export interface SigV4ProxyErrorOptions {
  /** The exception of a library or of the platform that led here. */
  readonly cause?: unknown;
  /** Which chunk of an aws-chunked body failed, from 0. */
  readonly chunkIndex?: number | undefined;
}

/**
 * The one error of this package. Its message names no secret, signature or token; it may quote header names, key ids and
 * hosts as the client sent them. What has been verified when it is thrown stands at each function.
 */
export class SigV4ProxyError extends Error {
  override readonly name = 'SigV4ProxyError';
  /** Why, as a stable word to switch on. */
  readonly code: SigV4ProxyErrorCode;
  /** Which chunk failed, from 0; only with errors about a chunk. */
  readonly chunkIndex?: number | undefined;

  /**
   * Makes the error.
   *
   * @param code why
   * @param message one sentence with the place and the fix
   * @param options cause and position
   */
  constructor(code: SigV4ProxyErrorCode, message: string, options: SigV4ProxyErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    if (options.chunkIndex !== undefined) this.chunkIndex = options.chunkIndex;
  }

  /** Marks errors of every copy of this package (ESM and CJS), so that `instanceof` holds across them. */
  get [BRAND](): true {
    return true;
  }

  /** Holds for the errors of every copy of this package, and for no other error. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}
