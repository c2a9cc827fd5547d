import type { Limits } from '../limits.js';
import type { Traits } from '../resource-types.js';
import { compileTemplate } from './compile-template.js';

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
  const values = texts.flatMap((text) => {
    const expansion = compileTemplate(text, options).expand(traits);
    return 'values' in expansion ? expansion.values : [];
  });
  return [...new Set(values)];
}
