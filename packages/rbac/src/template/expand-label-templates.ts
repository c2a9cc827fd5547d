import { selectorMap } from '../labels/label-map.js';
import { fullToolkit } from '../languages/all-languages.js';
import type { Toolkit } from '../languages/toolkit.js';
import type { Limits } from '../limits.js';
import type { LabelSelector, Traits } from '../resource-types.js';
import { expandLabels, type LabelTemplate } from './expand-labels.js';
import { compileTemplateText } from './template.js';

/**
 * Fills the traits of a user into `app_labels`: a value that fails becomes the empty text (which matches an empty label),
 * several trait values all count, of a templated key the first one does. Substituted values are still patterns.
 *
 * @param selector - the field as the role has it
 * @param traits - the traits of the user
 * @returns key to values, on an object without a prototype
 */
export function expandLabelTemplates(
  selector: LabelSelector,
  traits: Traits,
  options: { readonly limits?: Partial<Limits> | undefined } = {},
): Readonly<Record<string, readonly string[]>> {
  const result: Record<string, readonly string[]> = Object.create(null);
  const templates = compileLabelTemplates(selector, fullToolkit(options.limits));
  for (const [key, values] of expandLabels(templates, traits)) {
    result[key] = values;
  }
  return result;
}

/** Compiles the keys and values of `app_labels`, keys in alphabetical order. */
function compileLabelTemplates(selector: LabelSelector, kit: Toolkit): readonly LabelTemplate[] {
  return [...selectorMap(selector)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => ({
      key: compileTemplateText(key, kit),
      values: values.map((value) => compileTemplateText(value, kit)),
    }));
}
