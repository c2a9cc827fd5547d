// More pieces than this are sorted by the engine, whose sort is better but dearer to start.
const FEW = 8;
const EQUALS = 0x3d;

/**
 * The canonical query of encoded parameters: by name and then value.
 *
 * @param pieces `name=value`, both encoded; sorted in place
 */
export function joinSorted(pieces: string[]): string {
  if (pieces.length > FEW) pieces.sort((a, b) => (isAfter(a, b) ? 1 : -1));
  else sortFew(pieces);
  return pieces.join('&');
}

function sortFew(pieces: string[]): void {
  for (let i = 1; i < pieces.length; i += 1) {
    const piece = pieces[i] ?? '';
    let at = i;
    for (; at > 0 && isAfter(pieces[at - 1] ?? '', piece); at -= 1)
      pieces[at] = pieces[at - 1] ?? '';
    pieces[at] = piece;
  }
}

/** Whether a comes after b; the end of a name comes before every character of a longer one. */
function isAfter(a: string, b: string): boolean {
  for (let i = 0; i < b.length; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return x !== EQUALS && (y === EQUALS || x > y);
  }
  return a.length > b.length;
}
