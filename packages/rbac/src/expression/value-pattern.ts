import { RbacError } from '../errors.js';
import { need, type Toolkit } from '../languages/toolkit.js';

/** Whether the text is taken as a regular expression: it starts with `^` and ends with `$`. */
export function isRawPattern(text: string): boolean {
  return text.length > 1 && text.startsWith('^') && text.endsWith('$');
}

/**
 * Compiles a label value or a role name. `^…$` is a regular expression as it stands (so in `^a|b$` each branch keeps
 * its own anchor); in anything else `*` is any run of characters without a line feed, the rest is literal,
 * and the whole value must match.
 *
 * @throws RbacError `invalid-pattern`, `too-long`
 */
export function compileValuePattern(text: string, kit: Toolkit): (value: string) => boolean {
  if (isRawPattern(text)) return need(kit, 'regexp')(text, kit).test;
  if (!text.includes('*')) return (value) => value === text;
  if (text.length > kit.maxPatternLength) {
    throw new RbacError(
      'too-long',
      `The pattern has ${text.length} characters; at most ${kit.maxPatternLength} are allowed.`,
    );
  }
  return compileGlob(text);
}

function compileGlob(pattern: string): (value: string) => boolean {
  const parts = pattern.split('*');
  const head = parts[0] ?? '';
  const tail = parts.at(-1) ?? '';
  const middle = parts.slice(1, -1).filter((part) => part !== '');
  const shortest = pattern.length - (parts.length - 1);
  return (value) => {
    if (value.length < shortest || !value.startsWith(head) || !value.endsWith(tail)) return false;
    const end = value.length - tail.length;
    const oneLine = !value.includes('\n');
    let position = head.length;
    for (const part of middle) {
      // The first place is the best one: any later place leaves less room for the rest.
      const found = value.indexOf(part, position);
      if (found < 0 || found + part.length > end) return false;
      if (!oneLine && value.slice(position, found).includes('\n')) return false;
      position = found + part.length;
    }
    return oneLine || !value.slice(position, end).includes('\n');
  };
}
