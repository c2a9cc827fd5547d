import { fullToolkit } from '../languages/all-languages.js';
import type { Limits } from '../limits.js';
import type { LabelSelector, Labels } from '../resource-types.js';
import { labelMap, selectorMap } from './label-map.js';
import { compileSelector, type LabelMatch } from './selector.js';

/**
 * Compares a selector of a role, traits filled in, with the labels of a resource.
 *
 * Every key must be there and one of its values must fit: `*` in the list asks for the key only, `^…$` is a regular
 * expression, in other texts `*` is any run of characters. An empty selector matches nothing, `'*': '*'`
 * everything. An invalid pattern gives `error`, unless an earlier value of its list matched.
 *
 * @param selector - what the role wants
 * @param labels - what the resource has
 */
export function matchLabels(
  selector: LabelSelector,
  labels: Labels,
  options: { readonly limits?: Partial<Limits> | undefined } = {},
): LabelMatch {
  return compileSelector(selectorMap(selector), fullToolkit(options.limits)).match(
    labelMap(labels),
  );
}
