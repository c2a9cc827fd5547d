/** Where a value stands in its document: a chain from the value up to the root. `undefined` is the root. */
export interface Place {
  readonly parent: Place | undefined;
  readonly key: string | number;
}

/** One step down. */
export function child(parent: Place | undefined, key: string | number): Place {
  return { parent, key };
}

function keysOf(place: Place | undefined): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at = place; at; at = at.parent) keys.push(at.key);
  return keys.reverse();
}

/** The place for people: `spec.rules[0]`, with quotes where a key is no plain word. */
export function pathOf(place: Place | undefined): string {
  let path = '';
  for (const key of keysOf(place)) {
    if (typeof key === 'number') path += `[${key}]`;
    else if (!/^[A-Za-z_$][\w$]*$/.test(key)) path += `[${JSON.stringify(key)}]`;
    else path += path === '' ? key : `.${key}`;
  }
  return path;
}

/**
 * The place as a JSON pointer.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6901
 */
export function pointerOf(place: Place | undefined): string {
  return keysOf(place)
    .map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
