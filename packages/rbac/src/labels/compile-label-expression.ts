import { fullToolkit } from '../languages/all-languages.js';
import type { Limits } from '../limits.js';
import { compileExpressionText, type LabelExpression } from './label-expression.js';

/**
 * Compiles a predicate over labels and traits, such as
 * `labels["env"] == "dev" || contains(user.spec.traits["teams"], labels["team"])`.
 * Types are checked here: what compiles is boolean and compares like with like.
 *
 * @param text - the expression as the role has it
 * @throws RbacError `invalid-expression` with the span of the fault, `too-long`
 */
export function compileLabelExpression(
  text: string,
  options: { readonly limits?: Partial<Limits> | undefined } = {},
): LabelExpression {
  return compileExpressionText(text, fullToolkit(options.limits));
}
