/**
 * Reads a JSON text from an untrusted peer.
 *
 * @returns the value, or undefined when the text is not JSON or an object anywhere in it has two members of
 *   one name: `JSON.parse` takes the last of them, other readers the first
 */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return hasDuplicateNames(text) ? undefined : value;
}

/** Walks a text that is known to be JSON. Iterative, so that depth cannot exhaust the stack. */
function hasDuplicateNames(text: string): boolean {
  // One entry for each open container: the names of an object, or undefined for an array.
  const open: (Set<string> | undefined)[] = [];
  let nameComesNext = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (character === '{') {
      open.push(new Set());
      nameComesNext = true;
    } else if (character === '[') {
      open.push(undefined);
      nameComesNext = false;
    } else if (character === '}' || character === ']') {
      open.pop();
      nameComesNext = false;
    } else if (character === ',') {
      nameComesNext = open.at(-1) !== undefined;
    } else if (character === '"') {
      const end = endOfString(text, i);
      const names = open.at(-1);
      if (nameComesNext && names) {
        // Decoded, because escapes can spell one name in several ways.
        const name: unknown = JSON.parse(text.slice(i, end));
        if (typeof name !== 'string' || names.has(name)) return true;
        names.add(name);
        nameComesNext = false;
      }
      i = end - 1;
    }
  }
  return false;
}

/** Index after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}
