import type { Limits } from '../limits.js';
import type { Traits } from '../resource-types.js';
import { compileTemplate, type Template } from './compile-template.js';

/** Tells about a value that substitution dropped or emptied. */
export type ReportFailure = (template: Template, message: string, index: number) => void;

/**
 * Fills the traits of a user into a list field such as `aws_role_arns`: a value that fails is left out,
 * duplicates are removed and the first place is kept. No value is checked further.
 *
 * @param texts - the values as the role has them
 * @param traits - the traits of the user
 */
export function expandTemplates(
  texts: readonly string[],
  traits: Traits,
  options: { readonly limits?: Partial<Limits> | undefined } = {},
): readonly string[] {
  const templates = texts.map((text) => compileTemplate(text, options));
  return expandCompiled(templates, traits);
}

/** {@link expandTemplates} for templates that are compiled already. */
export function expandCompiled(
  templates: readonly Template[],
  traits: Traits,
  report?: ReportFailure,
): readonly string[] {
  const values = new Set<string>();
  for (const [index, template] of templates.entries()) {
    const expansion = template.expand(traits);
    if ('error' in expansion) report?.(template, expansion.message, index);
    else for (const value of expansion.values) values.add(value);
  }
  return [...values];
}
