import { allLanguages } from '../languages/all-languages.js';
import type { Role } from '../resource-types.js';
import { compileDocument } from './compile-document.js';
import type { CompiledRole, CompileRoleOptions } from './compiled-role.js';

/**
 * Checks a role document and parses every template, expression, condition and pattern in it once.
 *
 * Texts that do not parse are warnings, not errors, so that one bad role cannot lock everybody out; they
 * grant nothing. With `strict` they are errors.
 *
 * @param role - the document, as `loadResources` of `@postern/config` gives it; its shape is checked here
 * @throws RbacError `invalid-role`, `unsupported-version`, `reserved-name`, each with the JSON pointer of the fault;
 *   with `strict` also `invalid-template`, `invalid-expression`, `invalid-pattern`
 *
 * @example
 * ```ts
 * const role = compileRole({
 *   version: 'v7',
 *   metadata: { name: 'reader' },
 *   spec: { allow: { app_labels: { env: 'dev' }, aws_role_arns: ['{{external.aws_role_arns}}'] } },
 * });
 * // role.warnings names texts that do not parse
 * ```
 */
export function compileRole(role: Role, options: CompileRoleOptions = {}): CompiledRole {
  return compileDocument(role, options, allLanguages);
}
