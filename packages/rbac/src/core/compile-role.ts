import { type Languages, partsOf } from '../languages/languages.js';
import { need } from '../languages/toolkit.js';
import type { Role } from '../resource-types.js';
import type { CompiledRole, CompileRoleOptions } from '../role/compiled-role.js';

/** Options of {@link compileRole}. */
export interface CoreRoleOptions extends CompileRoleOptions {
  /** What `loadLanguages` gave for this role, or for all roles. */
  readonly languages: Languages;
}

/**
 * Checks a role document and parses every template, expression, condition and pattern in it once, with the languages that were
 * loaded. The result is that of `compileRole` of `@postern/rbac`.
 *
 * Texts that do not parse are warnings, not errors, so that one bad role cannot lock everybody out; they
 * grant nothing. With `strict` they are errors.
 *
 * @param role - the document, as `loadResources` of `@postern/config` gives it; its shape is checked here
 * @throws RbacError `missing-language` when the role needs a language that `options.languages` does not hold;
 *   `invalid-role`, `unsupported-version`, `reserved-name`, each with the JSON pointer of the fault;
 *   with `strict` also `invalid-template`, `invalid-expression`, `invalid-pattern`
 *
 * @example
 * ```ts
 * import { compileRole, loadLanguages, type Role } from '@postern/rbac/core';
 *
 * declare const documents: readonly Role[];
 * const languages = await loadLanguages(documents);
 * const roles = documents.map((document) => compileRole(document, { languages }));
 * ```
 */
export function compileRole(role: Role, options: CoreRoleOptions): CompiledRole {
  // A promise nobody waited for, or no options at all, has no language either.
  const languages = options?.languages?.[partsOf] ?? {};
  return need({ languages }, 'documents')(role, options, languages);
}
