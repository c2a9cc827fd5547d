import { plain, quote } from '../access/reasons.js';
import { RbacError } from '../errors.js';
import { EvaluationFailure } from '../expression/evaluation-failure.js';
import { compileValuePattern } from '../expression/value-pattern.js';
import { type CompiledRole, parsed } from '../role/compiled-role.js';
import type { BoundConditions } from '../role/plan.js';
import type { Finding } from './describe-role.js';

type LabelMap = ReadonlyMap<string, string>;

/** The first label that does not fit `allow.app_labels`; undefined when all do. */
export function describeLabels(
  role: CompiledRole,
  allow: BoundConditions,
  labels: LabelMap,
): Finding | undefined {
  const { selector } = allow;
  const matched = selector?.match(labels) ?? 'match';
  if (selector === undefined || matched === 'match') return undefined;
  if (matched === 'error') return brokenLabels('allow', role, allow, labels);
  const failed = selector.keys.find(({ key, test }) => {
    const value = labels.get(key);
    return value === undefined || test(value) !== 'match';
  });
  const { key = '', values = [] } = failed ?? {};
  const seen = labels.get(key);
  const has =
    seen === undefined ? `the app has no label ${plain(key)}` : `the app has ${quote(seen)}`;
  const wish = values.includes('*') ? 'must be there' : `must be ${values.map(quote).join(' or ')}`;
  return {
    side: 'allow',
    outcome: 'lacks',
    condition: 'app-labels',
    label: key,
    seen,
    wanted: values,
    message: `allow.app_labels: ${plain(key)} ${wish}, but ${has}`,
  };
}

/** The pattern of a selector that cannot be compared with the label of the app, and why. */
export function brokenLabels(
  side: 'allow' | 'deny',
  role: CompiledRole,
  { selector }: BoundConditions,
  labels: LabelMap,
): Finding {
  const bad = selector?.keys.find(({ key, test }) => {
    const value = labels.get(key);
    return value !== undefined && test(value) === 'error';
  });
  const { key = '', values = [] } = bad ?? {};
  const seen = labels.get(key) ?? '';
  const problems = values.flatMap((text) => {
    const why = problemOf(text, seen, role);
    return why === undefined ? [] : [{ text, why }];
  });
  const [{ text, why } = { text: '', why: '' }] = problems;
  return {
    side,
    outcome: 'broken',
    condition: 'app-labels',
    label: key,
    seen,
    wanted: [text],
    message: `${side}.app_labels: ${plain(key)} has the pattern ${quote(text)}, which cannot be compared with ${quote(seen)}: ${why}`,
  };
}

function problemOf(text: string, seen: string, role: CompiledRole): string | undefined {
  try {
    compileValuePattern(text, role[parsed].kit)(seen);
    return undefined;
  } catch (error) {
    if (error instanceof RbacError || error instanceof EvaluationFailure) return error.message;
    throw error;
  }
}
