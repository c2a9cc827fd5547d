import type { Traits } from '../resource-types.js';
import type { Claims } from './connector.js';

/** Claims as traits: a text is a list of one, of a list the texts are kept, everything else is ignored. */
export function claimsToTraits(claims: Claims): Traits {
  const traits: Record<string, readonly string[]> = Object.create(null);
  for (const [name, value] of Object.entries(claims)) {
    if (typeof value === 'string') traits[name] = [value];
    else if (Array.isArray(value)) traits[name] = value.filter((item) => typeof item === 'string');
  }
  return traits;
}
