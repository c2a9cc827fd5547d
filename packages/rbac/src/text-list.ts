/** One text, or a list of them: documents may write a single text where a list is meant. */
export type TextList = string | readonly string[];

/** The texts of a field; an absent one has none. */
export function listOf(value: TextList | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
