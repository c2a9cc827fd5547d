import { type LanguageName, type Languages, partsOf } from './languages.js';
import type { LanguageParts } from './toolkit.js';

const NAMES: readonly LanguageName[] = [
  'documents',
  'email',
  'expressions',
  'extensions',
  'regexp',
  'requests',
  'rules',
  'strict',
  'templates',
];

/** Makes a frozen value of what is loaded. */
export function makeLanguages(parts: LanguageParts): Languages {
  const names = Object.freeze(NAMES.filter((name) => parts[name] !== undefined));
  // Functions are of no use in a log.
  return Object.freeze(
    Object.defineProperty({ names, [partsOf]: parts }, partsOf, { enumerable: false }),
  );
}
