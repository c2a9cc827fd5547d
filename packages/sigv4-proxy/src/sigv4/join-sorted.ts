// More pieces than this are sorted by the engine, whose sort is better but dearer to start.
const FEW = 8;

/**
 * The canonical query of encoded parameters.
 *
 * @param pieces `name value`, both encoded: a blank sorts before every character of an encoded name, so the texts sort by name and
 *   then value. They are sorted in place.
 */
export function joinSorted(pieces: string[]): string {
  if (pieces.length > FEW) pieces.sort();
  else sortFew(pieces);
  return pieces.join('&').replaceAll(' ', '=');
}

function sortFew(pieces: string[]): void {
  for (let i = 1; i < pieces.length; i += 1) {
    const piece = pieces[i] ?? '';
    let at = i;
    for (; at > 0 && (pieces[at - 1] ?? '') > piece; at -= 1) pieces[at] = pieces[at - 1] ?? '';
    pieces[at] = piece;
  }
}
