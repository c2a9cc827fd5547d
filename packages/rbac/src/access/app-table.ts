import { isConsoleUri } from '@postern/config/aws';
import { appLabels } from '../labels/label-map.js';
import type { LabelMatch } from '../labels/selector.js';
import type { App } from '../resource-types.js';
import { parsed } from '../role/compiled-role.js';
import { type BoundConditions, type BoundRole, findStrictLoss, type Plan } from '../role/plan.js';
import type { SubstitutionWarning } from '../role/role-set.js';
import { type AppSnapshot, isUnchanged, takeSnapshot } from './app-snapshot.js';
import type { AccessDecision, DenyCode, Reason } from './decision.js';
import type { AskedOfApp } from './decision-source.js';
import { brokenRole, deniedByApp } from './reasons.js';
import type { AwsRoleChoice } from './to-aws-role-choices.js';

/** How many combinations of open checks there are: MFA or not, device or not. */
const CHECKS = 4;

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

/** The denial of an app whatever the AWS role, by the first role whose deny part hits it. */
export interface AppDenial {
  readonly role: BoundRole;
  readonly code: DenyCode;
  readonly reasons: readonly [Reason];
}

/** What the roles of a user make of one app, found out once. */
export interface AppTable {
  readonly name: string;
  readonly isAws: boolean;
  /** Labels at the time, dynamic ones over static ones. */
  readonly labels: ReadonlyMap<string, string>;
  /** What the app looked like; absent when it is frozen all through and cannot have changed. */
  readonly snapshot: AppSnapshot | undefined;
  readonly denial: AppDenial | undefined;
  /** Roles whose allow labels and expression match, in order. */
  readonly matching: readonly BoundRole[];
  /** Roles of which that cannot be told, in order. */
  readonly broken: readonly BoundRole[];
  /** The first of {@link broken} that is strict. */
  readonly firstStrictError: BoundRole | undefined;
  readonly appArns: AppArns;
  /** The first value lost in a deny part of a strict role, for any app or for this one: it denies. */
  readonly strictLoss: SubstitutionWarning | undefined;
  /** What was asked but for the AWS role, one entry for each combination of open checks. */
  readonly asked: (AskedOfApp | undefined)[];
  /** Decisions by AWS role, one map for each such combination; under undefined the one about the app alone. */
  readonly kept: (Map<string | undefined, AccessDecision> | undefined)[];
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
  const found = [...plan.unanchored];
  for (const [key, byValue] of plan.anchored) {
    // An absent label may find the roles that want an empty one; they do not match.
    for (const role of byValue.get(labels.get(key) ?? '') ?? []) found.push(role);
  }
  found.sort((a, b) => a.index - b.index);
  const matching: BoundRole[] = [];
  const broken: BoundRole[] = [];
  for (const role of found) {
    const matched = matchAllow(plan, role.allow, labels);
    if (matched !== 'no-match') (matched === 'match' ? matching : broken).push(role);
  }
  const appArns = plan.extensions?.expandAppArns(plan, app) ?? NONE;
  return {
    name: app.metadata.name,
    isAws: cloud === 'AWS' || isConsole(plan, uri),
    labels,
    snapshot: takeSnapshot(app),
    denial: findDenial(plan, app.metadata.name, labels),
    matching,
    broken,
    firstStrictError: broken.find(({ role }) => role[parsed].strict),
    appArns,
    strictLoss: plan.strictLoss ?? findStrictLoss(plan.roles, appArns.lost),
    asked: new Array<AppTable['asked'][number]>(CHECKS),
    kept: new Array<AppTable['kept'][number]>(CHECKS),
    choices: undefined,
  };
}

function matchAllow(
  plan: Plan,
  conditions: BoundConditions,
  labels: ReadonlyMap<string, string>,
): LabelMatch {
  const matched = conditions.selector?.match(labels) ?? 'match';
  // An expression is evaluated even when the labels do not match, because it may fail.
  if (matched === 'error' || conditions.expressionText === '') return matched;
  const found = evaluateExpression(plan, conditions, labels);
  return found === 'match' ? matched : found;
}

function findDenial(
  plan: Plan,
  app: string,
  labels: ReadonlyMap<string, string>,
): AppDenial | undefined {
  for (const role of plan.denying) {
    const { selector, expressionText } = role.deny;
    const byLabels = selector?.match(labels) ?? 'no-match';
    const matched =
      byLabels !== 'no-match' || expressionText === ''
        ? byLabels
        : evaluateExpression(plan, role.deny, labels);
    if (matched === 'error') {
      return { role, code: 'bad-role', reasons: brokenRole(role, 'deny', labels) };
    }
    if (matched === 'match') {
      const keys = byLabels === 'match' ? selector?.keys : undefined;
      return { role, code: 'explicit-deny', reasons: deniedByApp(role, keys, app, labels) };
    }
  }
  return undefined;
}

function evaluateExpression(
  { user }: Plan,
  { expression }: BoundConditions,
  labels: ReadonlyMap<string, string>,
): LabelMatch {
  const result = expression?.evaluate({ labels, traits: user.traits, username: user.name });
  if (result === undefined || 'error' in result) return 'error';
  return result.value ? 'match' : 'no-match';
}

function isConsole(plan: Plan, uri: string): boolean {
  return plan.consoleUris.get(uri) ?? plan.consoleUris.set(uri, isConsoleUri(uri));
}
