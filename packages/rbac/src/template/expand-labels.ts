import type { Traits } from '../resource-types.js';
import type { Template } from './template.js';

/** One entry of `app_labels`, compiled. */
export interface LabelTemplate {
  readonly key: Template;
  readonly values: readonly Template[];
}

/** Tells about a key or value that substitution emptied. */
export type ReportEmptied = (template: Template, message: string) => void;

/**
 * Fills the traits of a user into `app_labels`, keys in alphabetical order: a value that fails becomes the empty text.
 *
 * @param quote - makes what templates give literal, so that a trait cannot be a pattern nor the universal selector
 */
export function expandLabels(
  templates: readonly LabelTemplate[],
  traits: Traits,
  report?: ReportEmptied,
  quote?: (text: string) => string,
): ReadonlyMap<string, readonly string[]> {
  const selector = new Map<string, readonly string[]>();
  // Keys that become equal overwrite each other. The templates are sorted, so the order written does not decide.
  for (const place of templates) {
    const expand = (template: Template): readonly string[] => {
      const expansion = template.expand(traits);
      if ('values' in expansion) return expansion.values;
      // The empty text as written is no failure, it wants an empty label.
      if (template.text !== '') report?.(template, expansion.message);
      return [''];
    };
    const [key = ''] = expand(place.key);
    const values = place.values.flatMap((template) => {
      const found = expand(template);
      return quote === undefined || template.isLiteral ? found : found.map(quote);
    });
    // A second value keeps a `*` that came from a trait from being universal; it still asks for a label of that name.
    if (quote !== undefined && key === '*' && !place.key.isLiteral) values.push('');
    selector.set(key, [...new Set(values)]);
  }
  return selector;
}
