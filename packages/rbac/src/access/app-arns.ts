import type { App } from '../resource-types.js';
import type { BoundRole, Plan } from '../role/plan.js';
import type { SubstitutionWarning } from '../role/role-set.js';
import type { AppVariables } from '../template/template.js';
import type { AppArns } from './app-table.js';

/** Fills the variables of an app into the ARNs that read them. */
export function expandAppArns(plan: Plan, app: App): AppArns {
  const variables: AppVariables = new Map([
    ...Object.entries(app.metadata.labels ?? {}),
    ['name', app.metadata.name],
  ]);
  const lost: SubstitutionWarning[] = [];
  const expand = (bound: BoundRole, side: 'allow' | 'deny'): readonly string[] => {
    const role = bound.role.name;
    return bound[side].appArns.flatMap(({ template, pointer }) => {
      const expansion = template.expand(plan.user.traits, variables);
      if ('values' in expansion) return expansion.values;
      const { text } = template;
      lost.push({ code: 'value-dropped', role, side, pointer, text, message: expansion.message });
      return [];
    });
  };
  const allow = new Map<string, readonly BoundRole[]>();
  const deny = new Map<string, BoundRole>();
  for (const role of plan.wildAllow) {
    for (const arn of expand(role, 'allow')) {
      allow.set(arn, [...(allow.get(arn) ?? []), role]);
    }
  }
  for (const role of plan.wildDeny) {
    for (const arn of expand(role, 'deny')) if (!deny.has(arn)) deny.set(arn, role);
  }
  return { allow, deny, lost };
}
