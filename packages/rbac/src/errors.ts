import type { LanguageName } from './languages/languages.js';

/**
 * Why a document or text could not be compiled. The list is closed and stable; the README says what each code means.
 */
export type RbacErrorCode =
  | 'invalid-expression'
  | 'invalid-pattern'
  | 'invalid-role'
  | 'invalid-template'
  | 'missing-language'
  | 'reserved-name'
  | 'too-long'
  | 'unsupported-version';

/** A range in the offending text, in UTF-16 code units from its beginning. */
export interface Span {
  /** First code unit. */
  readonly start: number;
  /** One past the last code unit. */
  readonly end: number;
}

/** What a {@link RbacError} can carry besides code and message. */
export interface RbacErrorOptions {
  /** JSON pointer of the value inside the document, such as `/spec/allow/rules/0`. Default: none. */
  readonly pointer?: string | undefined;
  /** Where in the text the fault is. Default: none. */
  readonly span?: Span | undefined;
  /** The language that is missing, with code `missing-language`. Default: none. */
  readonly language?: LanguageName | undefined;
  /** The foreign error behind this one. Default: none. */
  readonly cause?: unknown;
}

const BRAND = Symbol.for('@postern/rbac:RbacError');

/**
 * The one error class of this package. Only the functions that compile documents and texts throw it
 * (`compileRole`, `compileLabelExpression`, `compileWhere`, `compileNameMatcher`); everything that decides returns a value. `instanceof` also holds between the ESM and the CJS copy of this package.
 */
export class RbacError extends Error {
  /** The stable code. */
  readonly code: RbacErrorCode;
  /** JSON pointer of the value inside the document, when there is a document. */
  readonly pointer: string | undefined;
  /** Where in the text the fault is, when it is in a text. */
  readonly span: Span | undefined;
  /** The language that is missing, with code `missing-language`. */
  readonly language: LanguageName | undefined;
  /** Marks instances across module copies. */
  readonly [BRAND] = true;

  /**
   * Makes the error.
   *
   * @param code - the stable code
   * @param message - one sentence with the place and the fix
   * @param options - cause and position
   */
  constructor(code: RbacErrorCode, message: string, options: RbacErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RbacError';
    this.code = code;
    this.pointer = options.pointer;
    this.span = options.span;
    this.language = options.language;
  }

  /** Holds for the errors of every copy of this package, and for no other error. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

/** Whether an error is the fault of a text that somebody wrote into a role; then a role can be used without that text. */
export function isFaultOfText(error: unknown): error is RbacError {
  return error instanceof RbacError && error.code !== 'missing-language';
}
