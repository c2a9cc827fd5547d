import type { CompiledConditions } from '../role/compiled-role.js';
import type { Template } from '../template/template.js';
import { INTERNAL_TRAITS } from '../template/trait-source.js';
import type { Finding } from './lint-roles.js';

/** Templates that parse and still cannot give what was meant, and label keys that do not parse. */
export function lintTemplates(
  side: 'allow' | 'deny',
  conditions: CompiledConditions,
): readonly Finding[] {
  const places: (readonly [Template, string])[] = [
    ...conditions.labelPointers,
    ...conditions.arns.map(({ template, pointer }) => [template, pointer] as const),
  ];
  const keys = new Set(conditions.labels.map(({ key }) => key));
  const effect =
    side === 'deny' ? 'the denial is lost for everybody' : 'the value is lost for everybody';
  return places.flatMap(([template, pointer]) => {
    const findings: Finding[] = [];
    // Values with this fault are warnings of the compiler already; keys are not.
    if (template.problem !== undefined && keys.has(template)) {
      const { message, span } = template.problem;
      findings.push({ code: 'template-syntax', severity: 'error', message, pointer, span });
    }
    for (const { namespace, name } of template.variables) {
      if (namespace === 'internal' && !INTERNAL_TRAITS.has(name)) {
        findings.push({
          code: 'unsupported-internal',
          severity: 'error',
          message: `internal.${name} is not one of the internal traits, so ${effect}.`,
          hint: `external.${name}`,
          pointer,
        });
      } else if (namespace !== 'internal' && namespace !== 'external') {
        findings.push({
          code: 'unknown-namespace',
          severity: 'warning',
          message: `The namespace ${namespace} is unknown and reads trait ${name} like external.`,
          hint: `external.${name}`,
          pointer,
        });
      }
    }
    return findings;
  });
}
