import type { SelectorKey } from '../labels/selector.js';
import type { BoundRole } from '../role/plan.js';
import type { SubstitutionWarning } from '../role/role-set.js';
import { only, type Reason } from './decision.js';

/** The sentences of decisions about apps. Each gives a frozen list of one reason. */
type OneReason = readonly [Reason];

/** A sentence about a role that begins with its name. */
function ofRole(
  effect: Reason['effect'],
  role: string,
  condition: Reason['condition'],
  rest: string,
): OneReason {
  return only(effect, role, condition, `Role ${quote(role)} ${rest}.`);
}

/** A role grants. */
export function granted(role: string): OneReason {
  return ofRole('allow', role, 'granted', 'allows it');
}

/** A role wants MFA. */
export function mfaWanted({ role }: BoundRole): OneReason {
  return ofRole('deny', role.name, 'session-mfa', 'allows it only after MFA for this session');
}

/** A role wants a trusted device. */
export function deviceWanted({ role }: BoundRole): OneReason {
  return ofRole('deny', role.name, 'trusted-device', 'allows it only from a trusted device');
}

/** The cluster, or every role, wants MFA. */
export function clusterMfaWanted(byCluster: boolean): OneReason {
  const who = byCluster ? 'The cluster asks' : 'Every role asks';
  return only('deny', '', 'cluster-mfa', `${who} for MFA at each session, and it is not done.`);
}

/** A deny ARN hits. */
export function deniedByArn({ role }: BoundRole, roleArn = ''): OneReason {
  return ofRole('deny', role.name, 'aws-role-arns', `denies the AWS role ${quote(roleArn)}`);
}

/** Deny labels or a deny expression hit. */
export function deniedByApp(
  { role, deny }: BoundRole,
  /** The labels that match; absent when the expression is true. */
  keys: readonly SelectorKey[] | undefined,
  app: string,
  labels: ReadonlyMap<string, string>,
): OneReason {
  const what =
    keys === undefined
      ? `its deny.app_labels_expression is true: ${code(deny.expressionText)}`
      : `its deny.app_labels match (${describeLabels(keys, labels)})`;
  const condition = keys === undefined ? 'app-labels-expression' : 'app-labels';
  return ofRole('deny', role.name, condition, `denies the app ${quote(app)}: ${what}`);
}

/** A role cannot be evaluated on an app. */
export function brokenRole(
  bound: BoundRole,
  side: 'allow' | 'deny',
  labels: ReadonlyMap<string, string>,
): OneReason {
  const bad = bound[side].selector?.keys.find(({ key, test }) => {
    const value = labels.get(key);
    return value !== undefined && test(value) === 'error';
  });
  const [condition, what] =
    bad === undefined
      ? (['app-labels-expression', `its ${side}.app_labels_expression fails`] as const)
      : (['app-labels', `${side}.app_labels.${plain(bad.key)} has an invalid pattern`] as const);
  return ofRole('deny', bound.role.name, condition, `cannot be evaluated: ${what}`);
}

/** A strict role lost a value of its deny part. */
export function lostValue({ role, text, message }: SubstitutionWarning): OneReason {
  const sentence = `Strict role ${quote(role)} lost ${quote(text)} of its deny part: ${message}`;
  return only('deny', role, 'substitution', sentence);
}

/** The session is limited to other resources. */
export function notListed(app: string): OneReason {
  const message = `The session is limited to a list of resources, and app ${quote(app)} is not on it.`;
  return only('deny', '', 'resource-list', message);
}

/** A name as it is, or in quotes when it has other characters than names usually have. */
export function plain(text: string): string {
  return /^[\w.:/@*-]{1,200}$/.test(text) ? text : quote(text);
}

/** Text in quotes, with control characters escaped so that a hostile name cannot fake a line. */
export function quote(text: string): string {
  return escapeControls(JSON.stringify(text));
}

/** An expression between back-ticks, on one line, its own quotes left as they are. */
export function code(text: string): string {
  return `\`${escapeControls(text)}\``;
}

/** Besides the control characters, those that end a line or turn the direction of writing. */
function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function describeLabels(keys: readonly SelectorKey[], labels: ReadonlyMap<string, string>): string {
  if (keys.some(({ key }) => key === '*') && !labels.has('*')) return 'any labels';
  return keys.map(({ key }) => `${plain(key)} is ${quote(labels.get(key) ?? '')}`).join(', ');
}
