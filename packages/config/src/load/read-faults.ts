import type { Limits } from './limits.js';
import type { Fault } from './reporter.js';
import { SYNTAX_MESSAGES } from './syntax-messages.js';

/** The fault for an alias too many. */
export function tooManyAliases(limits: Limits, at: Fault['at']): Fault {
  const message = `Aliases add more than ${limits.maxAliases} values to the document.`;
  return { code: 'too-many-aliases', message, at };
}

/** The fault for nesting beyond the bound. */
export function tooLarge(message: string, offset: number): Fault {
  return { code: 'too-large', message, at: { start: offset, end: offset + 1 } };
}

/** The fault for a code of the YAML library. */
export function syntaxFault(code: string, start: number, end: number): Fault {
  const message = SYNTAX_MESSAGES[code] ?? 'The text is not YAML here.';
  return { code: 'yaml-syntax', message, at: { start, end } };
}
