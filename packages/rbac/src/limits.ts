/**
 * How much a hostile text may ask for. Role authors and identity providers both write into templates,
 * expressions and patterns, so each of them is bounded before it is parsed.
 */
export interface Limits {
  /** Longest template, expression or name matcher, in UTF-16 code units. Default 8192. */
  readonly maxTextLength: number;
  /** Deepest nesting of parentheses, calls and operators in an expression. Default 64. */
  readonly maxDepth: number;
  /** Longest regular expression or glob, in UTF-16 code units. Default 2048. */
  readonly maxPatternLength: number;
  /** Largest regular expression after its counted repetitions are written out, in steps. Default 2048. */
  readonly maxPatternSize: number;
  /**
   * Most work of one match or replacement: the size of a regular expression times the length of the text it looks at, where a
   * pattern that starts with `^` and leaves no choice counts as one step. What would take more is an error, like a pattern
   * that does not compile. Default 400000.
   */
  readonly maxPatternWork: number;
  /** Longest text that `regexp.replace` or a mapping of a connector may make, in UTF-16 code units. Default 8192. */
  readonly maxResultLength: number;
  /** Longest mail address that `email.local` reads, in UTF-16 code units. Default 320. */
  readonly maxAddressLength: number;
}

/** The limits that hold unless an option says otherwise. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  maxTextLength: 8192,
  maxDepth: 64,
  maxPatternLength: 2048,
  maxPatternSize: 2048,
  maxPatternWork: 400_000,
  maxResultLength: 8192,
  maxAddressLength: 320,
});

/** Fills what the caller left out. */
export function resolveLimits(limits: Partial<Limits> | undefined): Limits {
  return limits === undefined ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, ...limits };
}
