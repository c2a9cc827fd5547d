import { isConsoleUri } from '@postern/config/aws';
import { appLabels } from '../labels/label-map.js';
import type { SelectorKey } from '../labels/selector.js';
import type { App } from '../resource-types.js';
import { parsed } from '../role/compiled-role.js';
import { type BoundConditions, type BoundRole, findStrictLoss, type Plan } from '../role/plan.js';
import type { SubstitutionWarning } from '../role/role-set.js';
import { type AppSnapshot, isUnchanged, takeSnapshot } from './app-snapshot.js';
import type { AccessDecision } from './decision.js';
import type { AwsRoleChoice } from './to-aws-role-choices.js';

/** ARNs that come from variables of one app. */
export interface AppArns {
  /** To the roles that list them under allow. */
  readonly allow: ReadonlyMap<string, readonly BoundRole[]>;
  /** To the first role that lists them under deny. */
  readonly deny: ReadonlyMap<string, BoundRole>;
  /** Values without an ARN for this app. */
  readonly lost: readonly SubstitutionWarning[];
}

const NONE: AppArns = Object.freeze({ allow: new Map(), deny: new Map(), lost: [] });

/** How one role meets the labels of one app: 0 it does not, 1 it does, 2 that cannot be told. */
export type LabelStatus = 0 | 1 | 2;

/** The first role whose deny part hits an app whatever the AWS role. */
export interface AppDenial {
  readonly role: BoundRole;
  /** Whether the part cannot be evaluated. */
  readonly isBroken: boolean;
  /** The labels that match; absent when the expression is true. */
  readonly keys?: readonly SelectorKey[] | undefined;
}

/** What the roles of a user make of one app, found out once. */
export interface AppTable {
  readonly name: string;
  readonly uri: string;
  readonly cloud: string;
  readonly isAws: boolean;
  /** Labels at the time, dynamic ones over static ones. */
  readonly labels: ReadonlyMap<string, string>;
  /** Static label that narrows listings to one account; empty when there is none. */
  readonly accountId: string;
  /** What the app looked like; absent when it is frozen all through and cannot have changed. */
  readonly snapshot: AppSnapshot | undefined;
  readonly denial: AppDenial | undefined;
  /** Status of each role's allow labels, by index. */
  readonly status: Uint8Array;
  /** Roles whose allow labels match or cannot be told, in order. */
  readonly candidates: readonly BoundRole[];
  /** The first role whose allow labels cannot be told. */
  readonly firstError: BoundRole | undefined;
  /** The first such role that is strict. */
  readonly firstStrictError: BoundRole | undefined;
  readonly appArns: AppArns;
  /** The first value lost in a deny part of a strict role, for any app or for this one: it denies. */
  readonly strictLoss: SubstitutionWarning | undefined;
  /** Decisions by AWS role, one map for each combination of open checks. */
  readonly memo: (Map<string, AccessDecision> | undefined)[];
  /** The AWS roles to choose from, once somebody has asked. */
  choices: readonly AwsRoleChoice[] | undefined;
}

/** The table for an app: the kept one, unless the app has changed. */
export function tableFor(plan: Plan, app: App): AppTable {
  const kept = plan.tables.get(app);
  if (kept !== undefined && (kept.snapshot === undefined || isUnchanged(kept.snapshot, app))) {
    return kept;
  }
  return plan.tables.set(app, buildTable(plan, app));
}

function buildTable(plan: Plan, app: App): AppTable {
  const { uri = '', cloud = '' } = app.spec;
  const labels = appLabels(app);
  const status = new Uint8Array(plan.roles.length);
  const candidates: BoundRole[] = [];
  const meet = (role: BoundRole, found: LabelStatus) => {
    if (found === 0) return;
    status[role.index] = found;
    candidates.push(role);
  };
  for (const [key, byValue] of plan.anchored) {
    const value = labels.get(key);
    const roles = value === undefined ? undefined : byValue.get(value);
    if (roles === undefined) continue;
    // The anchor is sure; the other keys are not.
    for (const role of roles) meet(role, role.allow.selector?.match(labels) === 'match' ? 1 : 0);
  }
  for (const role of plan.unanchored) meet(role, allowStatus(plan, role.allow, labels));
  candidates.sort((a, b) => a.index - b.index);
  const errors = candidates.filter(({ index }) => status[index] === 2);
  const appArns = plan.extensions?.expandAppArns(plan, app) ?? NONE;
  return {
    name: app.metadata.name,
    uri,
    cloud,
    isAws: cloud === 'AWS' || isConsole(plan, uri),
    labels,
    accountId: labelText(app, 'aws_account_id'),
    snapshot: takeSnapshot(app),
    denial: findDenial(plan, labels),
    status,
    candidates,
    firstError: errors[0],
    firstStrictError: errors.find(({ role }) => role[parsed].strict),
    appArns,
    strictLoss: plan.strictLoss ?? findStrictLoss(plan.roles, appArns.lost),
    memo: [],
    choices: undefined,
  };
}

function allowStatus(
  plan: Plan,
  conditions: BoundConditions,
  labels: ReadonlyMap<string, string>,
): LabelStatus {
  const { selector, expression, expressionText } = conditions;
  const matched = selector === undefined ? 'match' : selector.match(labels);
  if (matched === 'error') return 2;
  if (expressionText === '') return matched === 'match' ? 1 : 0;
  const { traits, name: username } = plan.user;
  const result = expression?.evaluate({ labels, traits, username });
  if (result === undefined || 'error' in result) return 2;
  return matched === 'match' && result.value ? 1 : 0;
}

function findDenial(plan: Plan, labels: ReadonlyMap<string, string>): AppDenial | undefined {
  const { traits, name: username } = plan.user;
  for (const role of plan.denying) {
    const { deny } = role;
    if (deny.selector !== undefined) {
      const { keys } = deny.selector;
      const matched = deny.selector.match(labels);
      if (matched === 'match') return { role, isBroken: false, keys };
      if (matched === 'error') return { role, isBroken: true };
    }
    if (deny.expressionText === '') continue;
    const result = deny.expression?.evaluate({ labels, traits, username });
    if (result === undefined || 'error' in result) return { role, isBroken: true };
    if (result.value) return { role, isBroken: false };
  }
  return undefined;
}

function isConsole(plan: Plan, uri: string): boolean {
  return plan.consoleUris.get(uri) ?? plan.consoleUris.set(uri, isConsoleUri(uri));
}

function labelText(app: App, key: string): string {
  const labels = app.metadata.labels ?? {};
  const text = Object.hasOwn(labels, key) ? labels[key] : undefined;
  return text ?? '';
}
