import { EvaluationFailure } from '../expression/evaluation-failure.js';
import type { Regexp } from '../expression/regexp.js';
import { compileReplacement } from '../expression/replacement.js';
import { isRawPattern } from '../expression/value-pattern.js';
import { need, type Toolkit } from '../languages/toolkit.js';
import type { Traits } from '../resource-types.js';
import { listOf } from '../text-list.js';
import type { AttributeMapping, ConnectorWarning } from './connector.js';

/** A role text that a mapping gave. */
export interface MappedRole {
  readonly text: string;
  /** Whether groups were put in; such a text is taken literally wherever patterns are allowed. */
  readonly expanded: boolean;
}

/**
 * Maps attributes to role texts: mapping by mapping, value by value, role by role; of equal texts the first counts.
 * A value that fits only when case is ignored gives a warning instead of a role.
 *
 * @param mappings - from a connector or a role
 * @param pointer - where the mappings stand in their document
 */
export function mapAttributes(
  mappings: readonly AttributeMapping[],
  traits: Traits,
  pointer: string,
  kit: Toolkit,
): { readonly roles: readonly MappedRole[]; readonly warnings: readonly ConnectorWarning[] } {
  const roles = new Map<string, MappedRole>();
  const warnings: ConnectorWarning[] = [];
  for (const [index, mapping] of mappings.entries()) {
    const name = mapping.claim ?? mapping.name ?? '';
    const values = Object.hasOwn(traits, name) ? (traits[name] ?? []) : [];
    if (values.length === 0) continue;
    const place = `${pointer}/${index}`;
    const patterns = compileMapping(mapping, kit);
    if (patterns === undefined) {
      const message = `The pattern ${JSON.stringify(mapping.value ?? '')} for ${JSON.stringify(name)} is invalid, so the mapping was skipped.`;
      warnings.push({ code: 'invalid-pattern', message, pointer: `${place}/value` });
      continue;
    }
    const replacements = listOf(mapping.roles).map(compileReplacement);
    for (const value of values) {
      for (const replacement of replacements) {
        const { text: role } = replacement;
        const text = orNothing(() => patterns.anyCase.replace(value, replacement));
        if (text === undefined || text === '') continue;
        if (orNothing(() => patterns.exact.test(value)) === true) {
          if (!roles.has(text)) roles.set(text, { text, expanded: text !== role });
          continue;
        }
        const message = `A value of ${JSON.stringify(name)} fits ${JSON.stringify(mapping.value)} except for upper and lower case, so role ${JSON.stringify(role)} was not given.`;
        warnings.push({ code: 'case-differs', message, pointer: `${place}/value` });
      }
    }
  }
  return { roles: [...roles.values()], warnings };
}

/** The pattern of a mapping in its two forms; undefined when it is missing or does not compile. */
export function compileMapping(
  { value }: AttributeMapping,
  kit: Toolkit,
): { readonly anyCase: Regexp; readonly exact: Regexp } | undefined {
  if (typeof value !== 'string' || value.length > kit.maxPatternLength) return undefined;
  const pattern = isRawPattern(value) ? value : globPattern(value);
  // Quoting makes a glob longer than what was written; the length was checked before.
  const roomy = { ...kit, maxPatternLength: pattern.length };
  const compileRegexp = need(kit, 'regexp');
  try {
    return {
      anyCase: compileRegexp(pattern, roomy, { ignoreCase: true }),
      exact: compileRegexp(pattern, roomy),
    };
  } catch {
    return undefined;
  }
}

function globPattern(value: string): string {
  const parts = value.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return `^${parts.join('(.*)')}$`;
}

/** A value that is too long for the pattern does not match. */
function orNothing<T>(match: () => T): T | undefined {
  try {
    return match();
  } catch (error) {
    if (error instanceof EvaluationFailure) return undefined;
    throw error;
  }
}
