// The only file that imports the regular expression engine.
import { RE2JS } from 're2js';
import { RbacError } from '../errors.js';
import type { Limits } from '../limits.js';
import { EvaluationFailure } from './evaluation-failure.js';
import { estimatePatternSize } from './pattern-size.js';

/**
 * A compiled regular expression. Matching takes time linear in the text; both methods throw an {@link EvaluationFailure} for a text that
 * is too long for the size of the pattern.
 */
export interface Regexp {
  /** Whether the expression matches anywhere in the text. */
  test(text: string): boolean;
  /**
   * The text with every match replaced, or undefined when nothing matches. In the replacement `$1` and
   * `$name` (also `${1}`, `${name}`) are groups, an unknown one is empty; `$0` is the match and `$$` a dollar.
   */
  replace(text: string, replacement: string): string | undefined;
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
  const size = estimatePatternSize(pattern);
  if (size > limits.maxPatternSize) {
    throw new RbacError('invalid-pattern', 'The repetitions of the pattern make it too large.');
  }
  const engine = build(pattern, options.ignoreCase === true ? RE2JS.CASE_INSENSITIVE : 0);
  const guard = (text: string) => {
    if (text.length * size <= limits.maxPatternWork) return;
    throw new EvaluationFailure('a text is too long for a pattern of this size');
  };
  return {
    test: (text) => {
      guard(text);
      return engine.matcher(text).find();
    },
    replace: (text, replacement) => {
      guard(text);
      return replaceAll(engine, text, replacement);
    },
  };
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

function replaceAll(engine: RE2JS, text: string, replacement: string): string | undefined {
  const matcher = engine.matcher(text);
  const names = engine.namedGroups();
  const groups = engine.groupCount();
  let result = '';
  let copied = 0;
  let found = false;
  let lastEnd = -1;
  while (matcher.find()) {
    const start = matcher.start();
    const end = matcher.end();
    found = true;
    // Go makes no empty match right where the match before ended.
    if (start === end && start === lastEnd) continue;
    lastEnd = end;
    result += text.slice(copied, start);
    result += expandReplacement(replacement, (name) => {
      if (/^[0-9]+$/.test(name)) {
        return Number(name) <= groups ? (matcher.group(Number(name)) ?? '') : '';
      }
      return Object.hasOwn(names, name) ? (matcher.group(names[name]) ?? '') : '';
    });
    copied = end;
  }
  return found ? result + text.slice(copied) : undefined;
}

/** Puts groups into a replacement text by the rules of Go: the longest name counts, the unknown is empty. */
function expandReplacement(text: string, group: (name: string) => string): string {
  if (!text.includes('$')) return text;
  const reference = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;
  return text.replace(reference, (_, plain?: string, braced?: string) => {
    const name = plain ?? braced;
    return name === undefined ? '$' : group(name);
  });
}
