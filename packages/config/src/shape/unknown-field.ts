import type { MapEntry } from '../load/node.js';
import { child, type Place, pathOf } from '../load/place.js';
import { nearestName } from '../text/nearest-name.js';
import { placesOf, type ReadContext } from './shape.js';

/** More names than this are no help. */
const MAX_LISTED = 12;

/** Reports a field that is not known where it stands: where it belongs, what it may be called, or what there is. */
export function reportUnknown(
  entry: MapEntry,
  place: Place | undefined,
  context: ReadContext,
  names: readonly string[],
): void {
  const elsewhere = () => rightPlace(entry.key, place, context);
  context.report({
    code: 'unknown-field',
    message: () => unknownField(entry.key, place, names, elsewhere()),
    hint: () => elsewhere() ?? nearestName(entry.key, names),
    at: entry,
    place: child(place, entry.key),
  });
}

/** The sentence for a field that is not known. */
export function unknownField(
  key: string,
  place: Place | undefined,
  names: readonly string[],
  elsewhere?: string,
): string {
  const owner = pathOf(place) || 'The document';
  // Only what looks like a name is repeated: anything else may be a value at the wrong side of its colon.
  const what = /^[\w./-]{1,64}$/.test(key) ? `no field "${key}"` : 'no such field';
  const nearest = nearestName(key, names);
  if (elsewhere !== undefined) return `${owner} has ${what}: it belongs at ${elsewhere}.`;
  if (nearest !== undefined) return `${owner} has ${what}; did you mean ${nearest}?`;
  if (names.length === 0) return `${owner} has ${what}.`;
  const more = names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : '';
  return `${owner} has ${what}; known here are: ${names.slice(0, MAX_LISTED).join(', ')}${more}.`;
}

/**
 * Where a field of that name belongs: of several places the one that shares most with where it was written, then
 * the outermost. Items of a list that was not even begun come last. Where places in several sections are equally
 * good, none is.
 */
function rightPlace(
  name: string,
  place: Place | undefined,
  context: ReadContext,
): string | undefined {
  const here = pathOf(place)
    .replace(/\[\d+\]/g, '[]')
    .split('.');
  const candidates = placesOf(context.root, name)
    .map((path) => {
      const parts = path.split('.');
      const end = parts.findIndex((part, index) => part !== here[index]);
      const common = end < 0 ? parts.length : end;
      const inList = parts.slice(common).some((part) => part.includes('[]'));
      return { path, parts, common, inList };
    })
    .sort(
      (a, b) =>
        Number(a.inList) - Number(b.inList) ||
        b.common - a.common ||
        a.parts.length - b.parts.length,
    );
  const [best, second] = candidates;
  const isTie =
    best?.common === 0 &&
    second?.common === 0 &&
    best.inList === second.inList &&
    best.parts.length === second.parts.length &&
    best.parts[0] !== second.parts[0];
  return isTie ? undefined : best?.path;
}
