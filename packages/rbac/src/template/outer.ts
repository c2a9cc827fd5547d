/** How a value is put together: text, or text around one `{{…}}`. */
export type OuterForm =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'template';
      readonly prefix: string;
      readonly expression: string;
      readonly suffix: string;
      /** Where the expression begins in the whole text. */
      readonly offset: number;
    };

/**
 * Splits a value at its double braces: a text without `{{` and `}}` is a literal, one `{{…}}` without a
 * brace inside or around it is a template. Undefined for everything else, such as two templates in one value.
 */
export function splitTemplate(text: string): OuterForm | undefined {
  if (!text.includes('{{') && !text.includes('}}')) return { kind: 'literal', text };
  const match = /^([^{}]*)\{\{([^{}]*)\}\}([^{}]*)$/.exec(text);
  if (match === null) return undefined;
  const [, prefix = '', expression = '', suffix = ''] = match;
  return { kind: 'template', prefix, expression, suffix, offset: prefix.length + 2 };
}

// The blanks of Go's unicode.IsSpace; those of JavaScript's trim differ in two characters.
const LEADING = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const BLANK = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** The text without blanks at its beginning. */
export function trimStart(text: string): string {
  return text.replace(LEADING, '');
}

/** The text without blanks at its end; a loop, because an expression anchored at the end is quadratic. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && BLANK.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
