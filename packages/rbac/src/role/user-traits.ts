import type { Traits, User } from '../resource-types.js';
import type { TextList } from '../text-list.js';

/** The traits of a user as lists, copied onto an object without a prototype. */
export function userTraits(user: User): Traits {
  return toTraits(user.spec?.traits);
}

/** Traits as documents write them, as lists. */
export function toTraits(written: Readonly<Record<string, TextList>> | undefined): Traits {
  const traits: Record<string, readonly string[]> = Object.create(null);
  for (const [name, value] of Object.entries(written ?? {})) {
    if (typeof value === 'string') traits[name] = [value];
    else if (Array.isArray(value)) traits[name] = value.filter((item) => typeof item === 'string');
  }
  return Object.freeze(traits);
}
