import { EvaluationFailure } from '../expression/evaluation-failure.js';
import { fullToolkit } from '../languages/all-languages.js';
import type { Limits } from '../limits.js';
import { compileNameTest } from './name-test.js';

/**
 * Compiles a matcher for names of roles, as `request.roles` and `review_requests.roles` hold them.
 *
 * `^…$` is a regular expression; in other texts `*` is any run of characters and the whole name must match.
 * `{{regexp.match("re")}}` and `{{regexp.not_match("re")}}` search without anchors; text around the braces must begin and end
 * the name and is taken off first. A name that is too long for the pattern is not matched, not even by a negation.
 *
 * @param pattern - the matcher as the role has it
 * @throws RbacError `invalid-pattern` for variables, other functions, wrong braces and bad patterns; `too-long`
 */
export function compileNameMatcher(
  pattern: string,
  options: { readonly limits?: Partial<Limits> | undefined } = {},
): (name: string) => boolean {
  const test = compileNameTest(pattern, fullToolkit(options.limits));
  return (name) => {
    try {
      return test(name);
    } catch (error) {
      if (error instanceof EvaluationFailure) return false;
      throw error;
    }
  };
}
