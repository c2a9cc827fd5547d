/** Shorter names are blanked as a whole. */
const MIN_LENGTH = 16;

/**
 * Gives the form of a token name that may be shown: the last quarter, stars before it. The name of a token of
 * method `token` is all it takes to join.
 */
export function maskTokenName(name: string): string {
  const shown = name.length < MIN_LENGTH ? 0 : Math.floor(name.length / 4);
  return '*'.repeat(name.length - shown) + name.slice(name.length - shown);
}
