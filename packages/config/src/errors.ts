/** Everything that can be wrong with an argument of this package. Stable: codes are only added, never renamed. */
export type ConfigErrorCode =
  | 'dualstack-not-available'
  | 'dualstack-with-custom-endpoint'
  | 'fips-not-available'
  | 'fips-with-custom-endpoint'
  | 'insecure-custom-endpoint'
  | 'invalid-arn'
  | 'invalid-argument'
  | 'invalid-assumed-role-arn'
  | 'invalid-custom-endpoint'
  | 'invalid-duration'
  | 'invalid-region'
  | 'invalid-role-arn'
  | 'missing-region'
  | 'unknown-partition'
  | 'unknown-region'
  | 'unknown-service'
  | 'unreadable-file';

const brand: unique symbol = Symbol.for('@postern/config/ConfigError');

/** What a {@link ConfigError} is made of. */
export interface ConfigErrorInit {
  /** The stable code. */
  readonly code: ConfigErrorCode;
  /** One sentence: what is wrong and where. Never holds a secret. */
  readonly message: string;
  /** What would be right, when there is a good guess. Default: none. */
  readonly hint?: string | undefined;
  /** The foreign error behind this one. Default: none. */
  readonly cause?: unknown;
}

/**
 * The one error class of this package. Faults inside a resource document are not errors but
 * diagnostics; this class is for calls that cannot give a result at all, such as a region that no
 * partition knows.
 *
 * `instanceof` also holds between the ESM and the CJS copy of this package.
 */
export class ConfigError extends Error {
  /** The stable code. */
  readonly code: ConfigErrorCode;
  /** What would be right, when there is a good guess. */
  readonly hint: string | undefined;
  /** Marks instances across module copies. */
  readonly [brand] = true;

  /**
   * Makes the error.
   *
   * @param init - code, sentence, and what else is known
   */
  constructor(init: ConfigErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'ConfigError';
    this.code = init.code;
    this.hint = init.hint;
  }

  /** Holds for the errors of every copy of this package, and for no other error. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
