/** A pattern that matches the text and nothing else. */
export function quotePattern(text: string): string {
  const isPattern = text.includes('*') || (text.startsWith('^') && text.endsWith('$'));
  return isPattern ? `^${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$` : text;
}
