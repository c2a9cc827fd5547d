import type { AttributeMapping } from '../connectors/connector.js';
import { compileMapping } from '../connectors/map-attributes.js';
import { RbacError } from '../errors.js';
import { compileValuePattern } from '../expression/value-pattern.js';
import { need, type Toolkit } from '../languages/toolkit.js';
import type { Template } from '../template/template.js';
import { type CompiledConditions, type CompiledRole, parsed } from './compiled-role.js';

const KNOWN_NAMESPACES: ReadonlySet<string> = new Set(['external', 'internal']);

const STRICT_CODES = {
  'expression-syntax': 'invalid-expression',
  'matcher-syntax': 'invalid-pattern',
  'template-syntax': 'invalid-template',
  'where-syntax': 'invalid-expression',
} as const;

/**
 * Refuses what a lenient role would only warn about or drop in silence: texts that do not parse, unknown namespaces,
 * patterns that do not compile.
 *
 * @throws RbacError `invalid-template`, `invalid-expression`, `invalid-pattern` with pointer and span
 */
export function refuseInStrictMode(role: CompiledRole): void {
  const [warning] = role.warnings;
  if (warning !== undefined) {
    throw new RbacError(STRICT_CODES[warning.code], warning.message, warning);
  }
  const { allow, deny, kit } = role[parsed];
  for (const [side, conditions] of [
    ['allow', allow],
    ['deny', deny],
  ] as const) {
    for (const [template, pointer] of conditions.labelPointers) {
      checkTemplate(template, pointer, kit);
    }
    for (const { template, pointer } of conditions.arns) {
      checkTemplate(template, pointer, kit);
    }
    for (const { values } of conditions.labels) checkPatterns(values, conditions, kit);
    for (const { text, kind } of conditions.expression?.patterns ?? []) {
      located(`/spec/${side}/app_labels_expression`, () => {
        if (kind === 'value') compileValuePattern(text, kit);
        else need(kit, 'regexp')(text, kit);
      });
    }
    checkClaims(conditions.request.claims, `/spec/${side}/request/claims_to_roles`, kit);
    checkClaims(conditions.review.claims, `/spec/${side}/review_requests/claims_to_roles`, kit);
  }
}

function checkTemplate(template: Template, pointer: string, kit: Toolkit): void {
  if (template.problem !== undefined) {
    throw new RbacError('invalid-template', template.problem.message, { pointer });
  }
  for (const { namespace, name } of template.variables) {
    if (KNOWN_NAMESPACES.has(namespace)) continue;
    const message = `${namespace}.${name} has an unknown namespace; write external.${name}.`;
    throw new RbacError('invalid-template', message, { pointer });
  }
  for (const pattern of template.patterns)
    located(pointer, () => need(kit, 'regexp')(pattern, kit));
}

function checkClaims(mappings: readonly AttributeMapping[], pointer: string, kit: Toolkit): void {
  for (const [index, mapping] of mappings.entries()) {
    if (compileMapping(mapping, kit) !== undefined) continue;
    const message = `The pattern ${JSON.stringify(mapping.value)} does not compile.`;
    throw new RbacError('invalid-pattern', message, { pointer: `${pointer}/${index}/value` });
  }
}

function checkPatterns(
  values: readonly Template[],
  { labelPointers }: CompiledConditions,
  kit: Toolkit,
): void {
  for (const template of values) {
    if (!template.isLiteral) continue;
    located(labelPointers.get(template) ?? '', () => compileValuePattern(template.text, kit));
  }
}

function located(pointer: string, compile: () => unknown): void {
  try {
    compile();
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    const { code, message, cause, language } = error;
    throw new RbacError(code, message, { pointer, cause, language });
  }
}
