import { RbacError } from '../errors.js';
import { compileRegexp } from '../expression/regexp.js';
import { compileValuePattern } from '../expression/value-pattern.js';
import type { Toolkit } from '../languages/toolkit.js';
import type { CompiledConditions, RoleExtensions } from '../role/compiled-role.js';
import type { Finding } from './lint-roles.js';

/** Patterns that hardly match what was meant, and deny labels that hardly deny. */
export function lintLabels(
  side: 'allow' | 'deny',
  conditions: CompiledConditions,
  kit: Toolkit,
  { denyAnyLabel = false }: RoleExtensions,
): readonly Finding[] {
  const { labels, labelPointers, expression } = conditions;
  const findings: Finding[] = [];
  for (const { key, values } of labels) {
    if (key.text.includes('*') && key.text !== '*') {
      findings.push({
        code: 'inert-wildcard',
        severity: 'warning',
        message: 'Label names are compared as they stand; this * is a literal star.',
        pointer: labelPointers.get(key) ?? '',
      });
    }
    for (const template of values) {
      const pointer = labelPointers.get(template) ?? '';
      findings.push(...lintPattern(template.text, pointer, template.isLiteral, kit));
    }
  }
  for (const { text, kind } of expression?.patterns ?? []) {
    const pointer = `/spec/${side}/app_labels_expression`;
    if (kind === 'value') {
      findings.push(...lintPattern(text, pointer, true, kit));
      continue;
    }
    const problem = problemOf(() => compileRegexp(text, kit));
    if (problem !== undefined) findings.push(invalid(problem, pointer));
  }
  for (const template of [...labelPointers.keys(), ...conditions.arns.map((arn) => arn.template)]) {
    for (const pattern of template.patterns) {
      const problem = problemOf(() => compileRegexp(pattern, kit));
      const entry = conditions.arns.find((arn) => arn.template === template);
      const pointer = entry?.pointer ?? labelPointers.get(template) ?? '';
      if (problem !== undefined) findings.push(invalid(problem, pointer));
    }
  }
  if (side === 'deny') findings.push(...lintDenyLabels(conditions, denyAnyLabel));
  return findings;
}

function lintPattern(
  text: string,
  pointer: string,
  isLiteral: boolean,
  kit: Toolkit,
): readonly Finding[] {
  const starts = text.startsWith('^');
  const ends = text.endsWith('$');
  if (starts !== ends && isLiteral) {
    const hint = starts ? `${text}$` : `^${text}`;
    const missing = starts ? 'a closing $' : 'an opening ^';
    const message = `Without ${missing} this is plain text, not a regular expression.`;
    return [{ code: 'half-anchored', severity: 'warning', message, hint, pointer }];
  }
  if (!starts || !ends || !isLiteral) return [];
  const problem = problemOf(() => compileValuePattern(text, kit));
  if (problem !== undefined) return [invalid(problem, pointer)];
  if (!hasBareAlternation(text)) return [];
  const message = 'Each side of | keeps only its own anchor, so more values match than it seems.';
  const hint = `^(${text.slice(1, -1)})$`;
  return [{ code: 'alternation-anchor', severity: 'warning', message, hint, pointer }];
}

/** A `|` outside every group and class. */
function hasBareAlternation(pattern: string): boolean {
  let depth = 0;
  for (const token of pattern.match(/\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*(?:\]|$)|[\s\S]/g) ??
    []) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (token === '|' && depth === 0) return true;
  }
  return false;
}

function lintDenyLabels({ labels }: CompiledConditions, anyOf: boolean): readonly Finding[] {
  const pointer = '/spec/deny/app_labels';
  const star = labels.find(({ key }) => key.text === '*');
  const isUniversal = star?.values.length === 1 && star.values[0]?.text === '*';
  if (star !== undefined && !isUniversal) {
    const message =
      "Only the value '*' makes the label '*' universal; this denies next to nothing.";
    return [
      {
        code: 'inert-deny',
        severity: 'warning',
        message,
        hint: "'*': '*'",
        pointer: `${pointer}/*`,
      },
    ];
  }
  if (labels.some(({ values }) => values.length === 0)) {
    const message = 'An empty list of values matches nothing, so these labels deny nothing.';
    return [{ code: 'inert-deny', severity: 'warning', message, pointer }];
  }
  if (labels.length < 2 || isUniversal || anyOf) return [];
  const message = 'All of these labels have to match before anything is denied, not any of them.';
  const hint = 'Put each label into a role of its own, or use app_labels_expression with ||.';
  return [{ code: 'deny-all-keys', severity: 'warning', message, hint, pointer }];
}

function invalid(problem: RbacError, pointer: string): Finding {
  return { code: 'invalid-pattern', severity: 'error', message: problem.message, pointer };
}

function problemOf(compile: () => unknown): RbacError | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    if (error instanceof RbacError) return error;
    throw error;
  }
}
