import { RbacError } from '../errors.js';
import type { Role } from '../resource-types.js';
import { compileDocument } from '../role/compile-document.js';
import type { CompiledRole } from '../role/compiled-role.js';
import { createRoleSet } from '../role/create-role-set.js';
import type { LanguageName, Languages } from './languages.js';
import type { LanguageOptions } from './load-languages.js';
import { makeLanguages } from './make-languages.js';
import type { LanguageParts } from './toolkit.js';

/** Where each language comes from. Written out, so that bundlers see what can be loaded. */
const SOURCES: {
  readonly [K in LanguageName]: () => Promise<Pick<LanguageParts, K>>;
} = {
  documents: () => import('./sources/documents.js'),
  email: () => import('./sources/email.js'),
  expressions: () => import('./sources/expressions.js'),
  extensions: () => import('./sources/extensions.js'),
  regexp: () => import('./sources/regexp.js'),
  requests: () => import('./sources/requests.js'),
  rules: () => import('./sources/rules.js'),
  strict: () => import('./sources/strict.js'),
  templates: () => import('./sources/templates.js'),
};

/**
 * Finds out what is needed by doing it: roles are compiled and users' traits filled in, and each language that proves to be
 * missing is loaded. So there is no second opinion on what a text needs.
 */
export async function loadNeeded(
  roles: readonly Role[],
  { users = [], also = [], ...options }: LanguageOptions,
): Promise<Languages> {
  let parts: LanguageParts = { documents: compileDocument };
  const load = async (name: LanguageName) => {
    parts = { ...parts, ...(await SOURCES[name]()) };
  };
  /** The result of a task, tried again with each language it lacks; undefined when it fails for another reason. */
  const attempt = async <T>(task: () => T): Promise<T | undefined> => {
    for (;;) {
      try {
        return task();
      } catch (error) {
        if (!(error instanceof RbacError) || error.language === undefined) return undefined;
        await load(error.language);
      }
    }
  };
  for (const name of also) {
    if (!Object.hasOwn(SOURCES, name)) {
      const known = Object.keys(SOURCES).join(', ');
      const message = `There is no language ${JSON.stringify(name)}; the option also takes ${known}.`;
      throw new RbacError('missing-language', message);
    }
    await load(name);
  }
  const compiled: CompiledRole[] = [];
  for (const role of roles) {
    const one = await attempt(() => compileDocument(role, options, parts));
    if (one !== undefined) compiled.push(one);
  }
  for (const user of users) {
    await attempt(() => createRoleSet(compiled, user, { languages: makeLanguages(parts) }));
  }
  return makeLanguages(parts);
}
