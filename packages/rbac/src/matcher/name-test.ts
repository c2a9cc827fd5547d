import { isFaultOfText, RbacError } from '../errors.js';
import { dottedName } from '../expression/ast.js';
import { parseExpression } from '../expression/parser.js';
import { compileValuePattern } from '../expression/value-pattern.js';
import { need, type Toolkit } from '../languages/toolkit.js';
import { splitTemplate } from '../template/outer.js';

/**
 * A test for names of roles. It throws an EvaluationFailure for a name that is too long for the pattern.
 *
 * @throws RbacError `invalid-pattern`, `too-long`
 */
export function compileNameTest(pattern: string, kit: Toolkit): (name: string) => boolean {
  if (pattern.length > kit.maxTextLength) {
    throw new RbacError('too-long', `The matcher has more than ${kit.maxTextLength} characters.`);
  }
  const form = splitTemplate(pattern);
  if (form === undefined) {
    throw new RbacError(
      'invalid-pattern',
      'A matcher holds one {{…}} at most, without other braces.',
    );
  }
  if (form.kind === 'literal') return compileValuePattern(form.text, kit);
  const { prefix, suffix } = form;
  const { regexp, wanted } = readFunction(form.expression, form.offset, kit);
  return (name) => {
    if (!name.startsWith(prefix) || !name.endsWith(suffix)) return false;
    // One after the other, so that a short name may be prefix and suffix at once.
    const rest = name.slice(prefix.length);
    const inner = rest.endsWith(suffix) ? rest.slice(0, rest.length - suffix.length) : rest;
    return regexp.test(inner) === wanted;
  };
}

function readFunction(text: string, offset: number, kit: Toolkit) {
  try {
    const expression = parseExpression(text, kit);
    if (expression.kind !== 'call') throw notAMatcher();
    const name = dottedName(expression.callee)?.join('.');
    const [argument] = expression.args;
    const isMatch = name === 'regexp.match';
    if ((!isMatch && name !== 'regexp.not_match') || expression.args.length !== 1) {
      throw notAMatcher();
    }
    if (argument?.kind !== 'string') throw notAMatcher();
    return { regexp: need(kit, 'regexp')(argument.value, kit), wanted: isMatch };
  } catch (error) {
    if (!isFaultOfText(error) || error.code === 'too-long') throw error;
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
