import type { App } from '../resource-types.js';
import type { Plan } from '../role/plan.js';
import type { AccessState } from './access-state.js';
import { type AppTable, tableFor } from './app-table.js';
import { decide } from './decide.js';
import { type AccessDecision, deny } from './decision.js';
import type { AskedOfApp } from './decision-source.js';
import { clusterMfaWanted, notListed } from './reasons.js';

/** How many AWS roles a table keeps decisions for; a client that asks for random ones must not fill the memory. */
const MAX_KEPT = 512;

/** Decides in the order of the product: resource list, MFA for everything, deny pass, allow pass. */
export function evaluateState(
  plan: Plan,
  app: App,
  roleArn: string | undefined,
  state: AccessState | undefined,
): AccessDecision {
  const table = tableFor(plan, app);
  const byCluster = state?.clusterRequireMfa === true;
  const mfaOpen = (byCluster || plan.anyMfa) && state?.mfaVerified !== true;
  const deviceOpen = state?.enableDeviceVerification === true && state.deviceVerified !== true;
  // The checks that are open, as an index.
  const open = (mfaOpen ? 1 : 0) + (deviceOpen ? 2 : 0);
  if (state?.allowedResources !== undefined && !isListed(table.name, state)) {
    return deny('resource-not-listed', notListed(table.name), askedOf(plan, table, open), roleArn);
  }
  if (mfaOpen && (byCluster || plan.allMfa)) {
    return deny('mfa-required', clusterMfaWanted(byCluster), askedOf(plan, table, open), roleArn);
  }
  const kept = table.kept[open]?.get(roleArn);
  if (kept !== undefined) return kept;
  const decision = decide(askedOf(plan, table, open), roleArn);
  table.kept[open] ??= new Map();
  keep(plan, table.kept[open], roleArn, decision);
  return decision;
}

function askedOf(plan: Plan, table: AppTable, open: number): AskedOfApp {
  table.asked[open] ??= { plan, table, mfaOpen: open % 2 === 1, deviceOpen: open > 1 };
  return table.asked[open];
}

function isListed(
  app: string,
  { allowedResources = [], cluster: home = '' }: AccessState,
): boolean {
  return (
    allowedResources.length === 0 ||
    allowedResources.some(({ cluster, kind, name }) => {
      return kind === 'app' && name === app && cluster === home;
    })
  );
}

/**
 * {@link evaluateState} for an AWS role. What callers without types give in place of a text is no ARN; it must not turn the
 * question into the one about the app alone.
 */
export function evaluateRoleArn(
  plan: Plan,
  app: App,
  roleArn: string,
  state: AccessState | undefined,
): AccessDecision {
  return evaluateState(plan, app, typeof roleArn === 'string' ? roleArn : '', state);
}

/** Keeps a decision within two bounds: so many for a table, so many for all of them together. */
function keep(
  plan: Plan,
  kept: Map<string | undefined, AccessDecision>,
  roleArn: string | undefined,
  decision: AccessDecision,
): void {
  if (kept.size >= MAX_KEPT) kept.clear();
  plan.kept.decisions += 1;
  if (plan.kept.decisions > plan.kept.limit) {
    plan.tables.clear();
    plan.kept.decisions = 0;
    return;
  }
  kept.set(roleArn, decision);
}
