import { compileSelector } from '../labels/selector.js';
import { type LanguageParts, need, type Toolkit } from '../languages/toolkit.js';
import type { Traits } from '../resource-types.js';
import { expandLabels } from '../template/expand-labels.js';
import type { Template } from '../template/template.js';
import { type CompiledConditions, type CompiledRole, parsed } from './compiled-role.js';
import type { BoundConditions, BoundRole } from './plan.js';
import type { SubstitutionWarning } from './role-set.js';

/** Fills the traits of a user into one role. Losses are added to the warnings. */
export function bindRole(
  role: CompiledRole,
  index: number,
  traits: Traits,
  warnings: SubstitutionWarning[],
  languages: LanguageParts | undefined,
): BoundRole {
  const own = role[parsed];
  const { allow, deny } = own;
  const kit =
    languages === undefined
      ? own.kit
      : { ...own.kit, languages: { ...own.kit.languages, ...languages } };
  return {
    index,
    // Whoever explains the decision, or adds a role, needs the same languages.
    role: kit === own.kit ? role : Object.freeze({ ...role, [parsed]: { ...own, kit } }),
    allow: bindConditions(role, 'allow', allow, traits, warnings, kit),
    deny: bindConditions(role, 'deny', deny, traits, warnings, kit),
    granted: undefined,
    choices: undefined,
  };
}

function bindConditions(
  role: CompiledRole,
  side: 'allow' | 'deny',
  conditions: CompiledConditions,
  traits: Traits,
  warnings: SubstitutionWarning[],
  kit: Toolkit,
): BoundConditions {
  const { extensions } = role[parsed];
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
    const quote =
      extensions.literalTraits === true ? need(kit, 'extensions').quotePattern : undefined;
    const report = (template: Template, message: string) => {
      warn('value-emptied', template, labelPointers.get(template) ?? '', message);
    };
    const expanded = expandLabels(labels, traits, report, quote);
    return compileSelector(
      expanded,
      { ...kit, place: `/spec/${side}/app_labels` },
      side === 'deny' && extensions.denyAnyLabel === true,
    );
  };
  const extended = extensions.arnPatterns === true ? need(kit, 'extensions') : undefined;
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
      const isPattern = extended?.isWrittenPattern(template.text, value) === true;
      (isPattern ? wild : exact).add(value);
    }
  }
  return {
    selector: labels.length === 0 ? undefined : (conditions.selector ?? bindLabels()),
    expressionText,
    expression,
    arns: [...exact],
    arnPatterns: [...wild].map((text) => {
      return { text, test: need(kit, 'extensions').compileArnPattern(text) };
    }),
    appArns,
  };
}
