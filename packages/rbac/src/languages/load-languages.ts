import type { Role, User } from '../resource-types.js';
import type { CompileRoleOptions } from '../role/compiled-role.js';
import type { LanguageName, Languages } from './languages.js';

/** Options of {@link loadLanguages}: those that the roles will be compiled with, and what else needs a language. */
export interface LanguageOptions
  extends Pick<CompileRoleOptions, 'strict' | 'extensions' | 'limits'> {
  /**
   * Users whose traits will be filled in: a trait such as `^dev-.*$` makes a pattern of a label that reads it. Default: none.
   */
  readonly users?: readonly User[] | undefined;
  /** Languages to load in any case, for instance `regexp` when users are not known yet. Default: none. */
  readonly also?: readonly LanguageName[] | undefined;
}

/**
 * Loads the languages that roles and users need, and no others: the regular expression engine only for regular expressions,
 * the reader of mail addresses only for `email.local`. Give the result to `compileRole` and `createRoleSet`.
 *
 * A document with a fault is passed over; what is wrong with it is for `compileRole` to say.
 *
 * @param roles - the role documents
 * @returns a value; nothing is kept behind it. Rejects when a module cannot be loaded
 * @throws RbacError `missing-language` when `also` names a language there is not
 *
 * @example
 * ```ts
 * import { compileRole, createRoleSet, loadLanguages, type Role, type User } from '@postern/rbac/core';
 *
 * declare const documents: readonly Role[];
 * declare const user: User;
 * const languages = await loadLanguages(documents, { users: [user] });
 * const compiled = documents.map((document) => compileRole(document, { languages }));
 * const roles = createRoleSet(compiled, user, { languages });
 * ```
 */
export async function loadLanguages(
  roles: readonly Role[],
  options: LanguageOptions = {},
): Promise<Languages> {
  const { loadNeeded } = await import('./load-needed.js');
  return loadNeeded(roles, options);
}
