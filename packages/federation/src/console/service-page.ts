import { FederationError } from '../errors.js';
import { type ServiceShortcut, serviceShortcuts } from './data/service-shortcuts.js';

const MOST_SUGGESTIONS = 3;
const MAX_DISTANCE = 2;
/** Longer texts are no misspelt names, and the comparison is quadratic. */
const LONGEST_NAME = 64;

/**
 * Finds the console page of a service by its short name or an alias, in any case; the empty name is console home.
 *
 * @throws FederationError `unknown-service` with up to three near names; an unknown name never becomes a path
 */
export function findServicePage(name: string): ServiceShortcut {
  const wanted = name.toLowerCase() || 'home';
  const found = serviceShortcuts.find(
    (shortcut) => shortcut.name === wanted || shortcut.aliases.includes(wanted),
  );
  if (found) return found;
  const suggestions = nearNames(wanted);
  const hint = suggestions.length > 0 ? `did you mean ${suggestions.join(', ')}?` : 'give a path.';
  throw new FederationError({
    code: 'unknown-service',
    message: `No console page is known by this service name: ${hint}`,
    suggestions,
  });
}

/** The names within two typing errors, the nearest first, one per page. */
function nearNames(wanted: string): readonly string[] {
  if (wanted.length > LONGEST_NAME) return [];
  const found: { readonly name: string; readonly distance: number }[] = [];
  for (const shortcut of serviceShortcuts) {
    const near = [shortcut.name, ...shortcut.aliases]
      .map((name) => ({ name, distance: editDistance(wanted, name) }))
      // A name of two letters is two errors away from everything short; that is no hint.
      .filter(({ name, distance }) => distance <= MAX_DISTANCE && distance < name.length)
      .sort(byDistance)[0];
    if (near) found.push(near);
  }
  return found
    .sort(byDistance)
    .slice(0, MOST_SUGGESTIONS)
    .map(({ name }) => name);
}

function byDistance(
  a: { readonly name: string; readonly distance: number },
  b: { readonly name: string; readonly distance: number },
): number {
  return a.distance - b.distance || (a.name < b.name ? -1 : 1);
}

/** Insertions, deletions and replacements that turn one text into the other. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return Number.POSITIVE_INFINITY;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, character] of [...a].entries()) {
    const current = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (previous[j] ?? 0) + (character === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[j + 1] ?? 0) + 1, (current[j] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? Number.POSITIVE_INFINITY;
}
