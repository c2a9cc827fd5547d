import { compileWildcard } from '@postern/config/wildcard';
import { SigV4ProxyError } from '../errors.js';

/** What the patterns of a list are compared with. */
export type PatternKind = 'service' | 'region' | 'operation';

/** The only signing names that have capitals. */
const WITH_CAPITALS: readonly string[] = ['IngestionService', 'IoTSecuredTunneling'];
const SERVICE = /^[A-Za-z0-9.*?-]+$/;
const REGION = /^[a-z0-9*?-]+$/;
const OPERATION = /^[A-Z*?][A-Za-z0-9*?]*$/;

/**
 * Refuses a pattern that can never fit, before a rule stands there that says nothing: a deny list with a slip in it would allow
 * what it was written against.
 *
 * @param pattern from the configuration
 * @throws SigV4ProxyError `invalid-option`, with the form that was probably meant
 */
export function checkPattern(kind: PatternKind, pattern: unknown): void {
  if (typeof pattern !== 'string')
    throw invalid(`A ${kind} pattern is not a text: ${EXAMPLES[kind]}.`);
  const hint = hintOf(kind, pattern);
  if (hint === undefined) return;
  const shown = JSON.stringify(pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern);
  throw invalid(`The ${kind} pattern ${shown} can never match: ${hint}.`);
}

/**
 * The lists of one kind, checked.
 *
 * @throws SigV4ProxyError `invalid-option`
 */
export function checkPatterns(
  kind: PatternKind,
  list: { readonly allow?: unknown; readonly deny?: unknown },
): void {
  for (const name of ['allow', 'deny'] as const) {
    const patterns = list[name];
    if (patterns === undefined) continue;
    if (!Array.isArray(patterns)) {
      throw invalid(
        `The list "${name}" of ${kind} patterns is no list: put the patterns into an array.`,
      );
    }
    for (const pattern of patterns) checkPattern(kind, pattern);
  }
}

const EXAMPLES: Readonly<Record<PatternKind, string>> = {
  service: 'write a signing name such as "s3"',
  region: 'write a region such as "eu-west-1" or "eu-*"',
  operation: 'write "service:Operation" such as "s3:Get*"',
};

function hintOf(kind: PatternKind, pattern: string): string | undefined {
  if (pattern.trim() === '') return EXAMPLES[kind];
  if (kind === 'region') {
    return REGION.test(pattern) ? undefined : suggest(pattern.trim().toLowerCase(), REGION, kind);
  }
  if (kind === 'service') {
    const lower = pattern.trim().toLowerCase();
    return isServicePattern(pattern) ? undefined : suggest(lower, SERVICE, kind);
  }
  if (pattern === '*') return undefined;
  const [service = '', operation, more] = pattern.split(':');
  if (operation === undefined) {
    return /^[a-z]/.test(pattern)
      ? `it has no operation, write "${pattern}:*"`
      : `it has no service, write "s3:${pattern}" or "*:${pattern}"`;
  }
  if (more !== undefined) return EXAMPLES.operation;
  const capital = operation.trim();
  const meant = `${service.trim()}:${capital.charAt(0).toUpperCase()}${capital.slice(1)}`;
  if (!isServicePattern(service)) {
    const lower = meant.slice(0, meant.indexOf(':')).toLowerCase();
    return suggest(`${lower}${meant.slice(lower.length)}`, FULL, kind);
  }
  return OPERATION.test(operation) ? undefined : suggest(meant, FULL, kind);
}

const FULL = /^[A-Za-z0-9.*?-]+:[A-Z*?][A-Za-z0-9*?]*$/;

/** Signing names are lower case, but for two. */
function isServicePattern(service: string): boolean {
  if (!SERVICE.test(service)) return false;
  return (
    service === service.toLowerCase() ||
    WITH_CAPITALS.some((name) => compileWildcard(service)(name))
  );
}

function suggest(text: string, form: RegExp, kind: PatternKind): string {
  return form.test(text) ? `write "${text}"` : EXAMPLES[kind];
}

function invalid(message: string): SigV4ProxyError {
  return new SigV4ProxyError('invalid-option', message);
}
