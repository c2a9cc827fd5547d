import { EvaluationFailure } from '../expression/evaluation-failure.js';
import { parseExpression } from '../expression/parser.js';
import type { Toolkit } from '../languages/toolkit.js';
import type { Labels, Traits } from '../resource-types.js';
import { labelMap } from './label-map.js';
import { typePredicate } from './typed-predicate.js';

/** What an expression is asked about. */
export interface LabelExpressionContext {
  /** Labels of the resource. */
  readonly labels: Labels | ReadonlyMap<string, string>;
  /** Traits of the user. Default: none. */
  readonly traits?: Traits | undefined;
  /** Name of the user; reading it without one is an error. Default: none. */
  readonly username?: string | undefined;
}

/** The answer of an expression, or why there is none. */
export type LabelExpressionResult =
  | { readonly value: boolean }
  | { readonly error: 'eval'; readonly message: string };

/** A compiled `app_labels_expression`. */
export interface LabelExpression {
  /** The expression as written. */
  readonly text: string;
  /** Patterns that stand in the expression as strings; lint and strict mode look at them. */
  readonly patterns: readonly { readonly text: string; readonly kind: 'value' | 'regexp' }[];
  /** Decides. Never throws; a function that fails on its values gives `error`. */
  evaluate(context: LabelExpressionContext): LabelExpressionResult;
}

/**
 * Compiles an `app_labels_expression`.
 *
 * @throws RbacError `invalid-expression` with the span of the fault, `too-long`
 */
export function compileExpressionText(text: string, kit: Toolkit): LabelExpression {
  const { predicate, patterns } = typePredicate(parseExpression(text, kit), kit);
  return {
    text,
    patterns,
    evaluate: ({ labels, traits = {}, username }) => {
      const map = isMap(labels) ? labels : labelMap(labels);
      try {
        return predicate({ labels: map, traits, username }) ? TRUE : FALSE;
      } catch (error) {
        if (error instanceof EvaluationFailure) return { error: 'eval', message: error.message };
        throw error;
      }
    },
  };
}

const TRUE: LabelExpressionResult = Object.freeze({ value: true });
const FALSE: LabelExpressionResult = Object.freeze({ value: false });

function isMap(
  labels: Labels | ReadonlyMap<string, string>,
): labels is ReadonlyMap<string, string> {
  return labels instanceof Map;
}
