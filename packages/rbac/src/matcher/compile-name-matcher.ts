import { RbacError } from '../errors.js';
import { dottedName } from '../expression/ast.js';
import { EvaluationFailure } from '../expression/evaluation-failure.js';
import { parseExpression } from '../expression/parser.js';
import { compileRegexp } from '../expression/regexp.js';
import { compileValuePattern } from '../expression/value-pattern.js';
import { type Limits, resolveLimits } from '../limits.js';
import { splitTemplate } from '../template/outer.js';

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
  const test = compileNameTest(pattern, resolveLimits(options.limits));
  return (name) => {
    try {
      return test(name);
    } catch (error) {
      if (error instanceof EvaluationFailure) return false;
      throw error;
    }
  };
}

/** {@link compileNameMatcher} whose matcher throws an EvaluationFailure for a name that is too long for the pattern. */
export function compileNameTest(pattern: string, limits: Limits): (name: string) => boolean {
  if (pattern.length > limits.maxTextLength) {
    throw new RbacError(
      'too-long',
      `The matcher has more than ${limits.maxTextLength} characters.`,
    );
  }
  const form = splitTemplate(pattern);
  if (form === undefined) {
    throw new RbacError(
      'invalid-pattern',
      'A matcher holds one {{…}} at most, without other braces.',
    );
  }
  if (form.kind === 'literal') return compileValuePattern(form.text, limits);
  const { prefix, suffix } = form;
  const { regexp, wanted } = readFunction(form.expression, form.offset, limits);
  return (name) => {
    if (!name.startsWith(prefix) || !name.endsWith(suffix)) return false;
    // One after the other, so that a short name may be prefix and suffix at once.
    const rest = name.slice(prefix.length);
    const inner = rest.endsWith(suffix) ? rest.slice(0, rest.length - suffix.length) : rest;
    return regexp.test(inner) === wanted;
  };
}

function readFunction(text: string, offset: number, limits: Limits) {
  try {
    const expression = parseExpression(text, limits);
    if (expression.kind !== 'call') throw notAMatcher();
    const name = dottedName(expression.callee)?.join('.');
    const [argument] = expression.args;
    const isMatch = name === 'regexp.match';
    if ((!isMatch && name !== 'regexp.not_match') || expression.args.length !== 1) {
      throw notAMatcher();
    }
    if (argument?.kind !== 'string') throw notAMatcher();
    return { regexp: compileRegexp(argument.value, limits), wanted: isMatch };
  } catch (error) {
    if (!(error instanceof RbacError) || error.code === 'too-long') throw error;
    const { span } = error;
    throw new RbacError('invalid-pattern', error.message, {
      cause: error.cause,
      span: span && { start: span.start + offset, end: span.end + offset },
    });
  }
}

function notAMatcher(): RbacError {
  return new RbacError(
    'invalid-pattern',
    'Only regexp.match("re") and regexp.not_match("re") can stand in a matcher; it takes no variables.',
  );
}
