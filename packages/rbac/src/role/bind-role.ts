import { granted } from '../access/reasons.js';
import { compileSelector } from '../labels/selector.js';
import type { Traits } from '../resource-types.js';
import type { Template } from '../template/compile-template.js';
import { expandLabels } from '../template/expand-label-templates.js';
import { compileArnPattern } from './arn-pattern.js';
import { type CompiledConditions, type CompiledRole, parsed } from './compiled-role.js';
import type { BoundConditions, BoundRole } from './plan.js';
import type { SubstitutionWarning } from './role-set.js';

/** Fills the traits of a user into one role. Losses are added to the warnings. */
export function bindRole(
  role: CompiledRole,
  index: number,
  traits: Traits,
  warnings: SubstitutionWarning[],
): BoundRole {
  const { allow, deny } = role[parsed];
  return {
    index,
    role,
    allow: bindConditions(role, 'allow', allow, traits, warnings),
    deny: bindConditions(role, 'deny', deny, traits, warnings),
    granted: granted(role.name),
    choices: undefined,
  };
}

function bindConditions(
  role: CompiledRole,
  side: 'allow' | 'deny',
  conditions: CompiledConditions,
  traits: Traits,
  warnings: SubstitutionWarning[],
): BoundConditions {
  const { limits, extensions } = role[parsed];
  const { labels, labelPointers, expressionText, expression } = conditions;
  const warn = (
    code: SubstitutionWarning['code'],
    template: Template,
    pointer: string,
    message: string,
  ) => {
    const { text } = template;
    warnings.push(Object.freeze({ code, role: role.name, side, pointer, text, message }));
  };
  const bindLabels = () => {
    const report = (template: Template, message: string) => {
      warn('value-emptied', template, labelPointers.get(template) ?? '', message);
    };
    const expanded = expandLabels(labels, traits, report, extensions.literalTraits === true);
    return compileSelector(expanded, limits, side === 'deny' && extensions.denyAnyLabel === true);
  };
  const exact = new Set<string>();
  const wild = new Set<string>();
  const appArns = conditions.arns.filter(({ template }) => template.needsApp);
  for (const { template, pointer } of conditions.arns) {
    if (template.needsApp) continue;
    const expansion = template.expand(traits);
    if ('error' in expansion) {
      warn('value-dropped', template, pointer, expansion.message);
      continue;
    }
    for (const value of expansion.values) {
      const isPattern = extensions.arnPatterns === true && isWrittenPattern(template.text, value);
      (isPattern ? wild : exact).add(value);
    }
  }
  return {
    selector: labels.length === 0 ? undefined : (conditions.selector ?? bindLabels()),
    expressionText,
    expression,
    arns: [...exact],
    arnPatterns: [...wild].map((text) => ({ text, test: compileArnPattern(text) })),
    appArns,
  };
}

/** Whether the wildcards of a value were all written by the author of the role: those of a trait stay literal. */
function isWrittenPattern(text: string, value: string): boolean {
  const written = countWildcards(text.replace(/\{\{[^{}]*\}\}/g, ''));
  return written > 0 && written === countWildcards(value);
}

function countWildcards(text: string): number {
  return text.replace(/[^*?]/g, '').length;
}
