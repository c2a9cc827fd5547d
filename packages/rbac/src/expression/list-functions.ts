import { need, type Toolkit } from '../languages/toolkit.js';
import { EvaluationFailure } from './evaluation-failure.js';
import type { Regexp } from './regexp.js';
import type { Replacement } from './replacement.js';

/** `email.local(list)`: one value that is no address fails the whole call. */
export function emailLocal(kit: Toolkit): (values: readonly string[]) => readonly string[] {
  const localPart = need(kit, 'email');
  return (values) => {
    return values.map((value) => {
      const local = localPart(value, kit);
      if (local !== undefined) return local;
      throw new EvaluationFailure('email.local got a value that is not a mail address');
    });
  };
}

/** `regexp.replace(list, regex, replacement)`: values without a match and empty results are dropped. */
export function regexpReplace(
  values: readonly string[],
  regexp: Regexp,
  replacement: Replacement,
): readonly string[] {
  const results: string[] = [];
  for (const value of values) {
    const result = regexp.replace(value, replacement);
    if (result !== undefined && result !== '') results.push(result);
  }
  return results;
}

/**
 * A pattern that is compiled at its first use and kept: a bad one is a failure of the evaluation, not of the parse.
 */
export function lazyPattern<T>(compile: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly compiled: T } | undefined;
  return (text) => {
    if (last?.text === text) return last.compiled;
    try {
      last = { text, compiled: compile(text) };
    } catch (error) {
      throw new EvaluationFailure(error instanceof Error ? error.message : 'a pattern is invalid');
    }
    return last.compiled;
  };
}

/** Regular expressions with {@link lazyPattern}. */
export function lazyRegexp(kit: Toolkit): (text: string) => Regexp {
  const compile = need(kit, 'regexp');
  return lazyPattern((text) => compile(text, kit));
}
