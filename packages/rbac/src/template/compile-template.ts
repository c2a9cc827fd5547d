import { fullToolkit } from '../languages/all-languages.js';
import type { Limits } from '../limits.js';
import { compileTemplateText, type Template } from './template.js';

/**
 * Compiles a value that may hold one template: `{{external.team}}`, `{{internal.logins}}`,
 * `{{email.local(external.email)}}` or `{{regexp.replace(external.groups, "^aws-(.*)$", "$1")}}` with text around it.
 * A text that does not parse is no exception: it compiles to a template whose expansion fails with `parse`.
 *
 * @param text - the value as the role has it
 * @param options - limits for hostile texts
 *
 * @example
 * ```ts
 * const template = compileTemplate('arn:aws:iam::111122223333:role/{{email.local(external.email)}}');
 * const expansion = template.expand({ email: ['Dana <dana@example.com>'] });
 * // { values: ['arn:aws:iam::111122223333:role/dana'] }
 * ```
 */
export function compileTemplate(
  text: string,
  options: { readonly limits?: Partial<Limits> | undefined } = {},
): Template {
  return compileTemplateText(text, fullToolkit(options.limits));
}
