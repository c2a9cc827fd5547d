// The only file that imports the regular expression engine.
import { RE2JS } from 're2js';
import { RbacError } from '../errors.js';
import type { Limits } from '../limits.js';
import { EvaluationFailure } from './evaluation-failure.js';
import { estimatePattern, type PatternSize } from './pattern-size.js';
import type { GroupReference, Replacement } from './replacement.js';

/**
 * A compiled regular expression. Matching takes time linear in the text; both methods throw an {@link EvaluationFailure} for a text that
 * is too long for the size of the pattern.
 */
export interface Regexp {
  /** Whether the expression matches anywhere in the text. */
  test(text: string): boolean;
  /**
   * The text with every match replaced, or undefined when nothing matches. A group that the expression does not have is
   * empty. A result longer than the limit is a failure.
   */
  replace(text: string, replacement: Replacement): string | undefined;
}

/** Options of {@link compileRegexp}. */
export interface RegexpOptions {
  /** Match letters of either case. Default false. */
  readonly ignoreCase?: boolean | undefined;
}

/**
 * Compiles a pattern in RE2 syntax, the one of Go. Matching is linear in the text whatever the pattern, so
 * patterns of role authors and values of identity providers cannot be combined into a denial of service.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 * @throws RbacError `invalid-pattern` when it does not parse or is too large, `too-long`
 */
export function compileRegexp(
  pattern: string,
  limits: Limits,
  options: RegexpOptions = {},
): Regexp {
  if (pattern.length > limits.maxPatternLength) {
    throw new RbacError(
      'too-long',
      `The pattern has ${pattern.length} characters; at most ${limits.maxPatternLength} are allowed.`,
    );
  }
  const ignoreCase = options.ignoreCase === true;
  const cost = estimatePattern(pattern, ignoreCase);
  if (cost.size > limits.maxPatternSize) {
    throw new RbacError(
      'invalid-pattern',
      'The repetitions or character classes of the pattern make it too large.',
    );
  }
  const engine = build(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  // Without a choice and with one place to start, one state is alive at a time.
  const steps = cost.isStraight && pattern.startsWith('^') ? 1 : cost.size;
  return {
    test: (text) => {
      spend(limits.maxPatternWork, text.length * steps);
      return engine.matcher(text).find();
    },
    replace: (text, replacement) => replaceAll(engine, { ...cost, limits }, text, replacement),
  };
}

/** What is left of a budget of work. */
function spend(budget: number, work: number): number {
  if (work <= budget) return budget - work;
  throw new EvaluationFailure('a text is too long for a pattern of this size');
}

function build(pattern: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(pattern, flags);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : 'it does not parse';
    const message = `The pattern is no regular expression of the RE2 syntax: ${detail}`;
    throw new RbacError('invalid-pattern', message, { cause });
  }
}

interface Cost extends PatternSize {
  readonly limits: Limits;
}

function replaceAll(
  engine: RE2JS,
  { size, isStraight, limits }: Cost,
  text: string,
  replacement: Replacement,
): string | undefined {
  let budget = spend(limits.maxPatternWork, text.length * size);
  const matcher = engine.matcher(text);
  const group = groupReader(engine, matcher);
  let result = '';
  let copied = 0;
  let found = false;
  let lastEnd = -1;
  const add = (part: string) => {
    result += part;
    if (result.length <= limits.maxResultLength) return;
    throw new EvaluationFailure(`a result is longer than ${limits.maxResultLength} characters`);
  };
  while (matcher.find()) {
    const start = matcher.start();
    const end = matcher.end();
    found = true;
    // A pattern such as `a*b|a` looks at the whole rest for each match.
    const ahead = isStraight ? 0 : (text.length - end) * size;
    budget = spend(budget, ahead + replacement.parts.length);
    // Go makes no empty match right where the match before ended.
    if (start === end && start === lastEnd) continue;
    lastEnd = end;
    add(text.slice(copied, start));
    for (const part of replacement.parts) add(typeof part === 'string' ? part : group(part));
    copied = end;
  }
  if (!found) return undefined;
  add(text.slice(copied));
  return result;
}

function groupReader(engine: RE2JS, matcher: ReturnType<RE2JS['matcher']>) {
  const names = engine.namedGroups();
  const count = engine.groupCount();
  return ({ index, name }: GroupReference): string => {
    if (index !== undefined) return index <= count ? (matcher.group(index) ?? '') : '';
    return Object.hasOwn(names, name) ? (matcher.group(names[name]) ?? '') : '';
  };
}
