import { selectorMap } from '../labels/label-map.js';
import type { Limits } from '../limits.js';
import type { LabelSelector, Traits } from '../resource-types.js';
import { compileTemplate, type Template } from './compile-template.js';

/** One entry of `app_labels`, compiled. */
export interface LabelTemplate {
  readonly key: Template;
  readonly values: readonly Template[];
}

/** Compiles the keys and values of `app_labels`, keys in alphabetical order. */
export function compileLabelTemplates(
  selector: LabelSelector,
  options: { readonly limits?: Partial<Limits> | undefined } = {},
): readonly LabelTemplate[] {
  return [...selectorMap(selector)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => ({
      key: compileTemplate(key, options),
      values: values.map((value) => compileTemplate(value, options)),
    }));
}

/** Tells about a key or value that substitution emptied. */
export type ReportEmptied = (template: Template, message: string) => void;

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
  for (const [key, values] of expandLabels(compileLabelTemplates(selector, options), traits)) {
    result[key] = values;
  }
  return result;
}

/**
 * {@link expandLabelTemplates} for templates that are compiled already.
 *
 * @param literalTraits - quote what templates give, so that a trait cannot be a pattern nor the universal selector
 */
export function expandLabels(
  templates: readonly LabelTemplate[],
  traits: Traits,
  report?: ReportEmptied,
  literalTraits = false,
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
      return literalTraits && !template.isLiteral ? found.map(quotePattern) : found;
    });
    // A second value keeps a `*` that came from a trait from being universal; it still asks for a label of that name.
    if (literalTraits && key === '*' && !place.key.isLiteral) values.push('');
    selector.set(key, [...new Set(values)]);
  }
  return selector;
}

/** A pattern that matches the text and nothing else. */
function quotePattern(text: string): string {
  const isPattern = text.includes('*') || (text.startsWith('^') && text.endsWith('$'));
  return isPattern ? `^${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$` : text;
}
