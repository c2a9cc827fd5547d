import type { TextFault } from '../shape/text.js';

const ROOTS: ReadonlySet<string> = new Set(['internal', 'external']);
const FUNCTIONS: ReadonlySet<string> = new Set(['email.local', 'regexp.replace']);

/** These give no value but a test, so they stand where names are matched only. */
const MATCHERS: ReadonlySet<string> = new Set(['regexp.match', 'regexp.not_match']);

/**
 * Whether a value of a document is a template: a text with `{{…}}` in it. Evaluating it is for the rbac package.
 */
export function isTemplate(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const open = value.indexOf('{{');
  return open >= 0 && value.indexOf('}}', open + 2) >= 0;
}

/** Looks at the outer form of every template in a text: braces in pairs, a known root or function. */
export function checkTemplates(
  text: string,
  where: 'values' | 'matchers' = 'values',
): TextFault | undefined {
  let at = 0;
  for (;;) {
    const open = text.indexOf('{{', at);
    const close = text.indexOf('}}', at);
    if (open < 0 && close < 0) return undefined;
    if (open < 0 || close < open + 2)
      return unknown('The braces {{ and }} of the template do not come in pairs.');
    const inner = text.slice(open + 2, close).trim();
    if (!isKnown(inner, where)) {
      return unknown(
        'The template is not known: {{internal.name}}, {{external.name}} or a function such as {{email.local(external.email)}} is expected.',
      );
    }
    at = close + 2;
  }
}

function isKnown(inner: string, where: 'values' | 'matchers'): boolean {
  const call = /^([a-z_.]{1,32})\((.*)\)$/s.exec(inner);
  const name = call?.[1];
  if (name !== undefined) {
    return FUNCTIONS.has(name) || (where === 'matchers' && MATCHERS.has(name));
  }
  const variable = /^([a-z]{1,32})(?:\.[^\s.{}()[\]"]+|\["[^"{}]+"\])$/.exec(inner);
  return ROOTS.has(variable?.[1] ?? '');
}

function unknown(message: string): TextFault {
  return { code: 'unknown-template', message };
}
