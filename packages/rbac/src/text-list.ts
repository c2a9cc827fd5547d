import type { StringList } from '@postern/config';

/** One text, or a list of them: documents may write a single text where a list is meant. */
export type TextList = StringList;

/** The texts of a field; an absent one, or one of another type in a document nobody checked, has none. */
export function listOf(value: TextList | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
