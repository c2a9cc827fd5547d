import type { Traits, User } from '../resource-types.js';

/** The traits of a user as lists, copied onto an object without a prototype. */
export function userTraits(user: User): Traits {
  const traits: Record<string, readonly string[]> = Object.create(null);
  for (const [name, value] of Object.entries(user.spec?.traits ?? {})) {
    if (typeof value === 'string') traits[name] = [value];
    else if (Array.isArray(value)) traits[name] = value.filter((item) => typeof item === 'string');
  }
  return Object.freeze(traits);
}
