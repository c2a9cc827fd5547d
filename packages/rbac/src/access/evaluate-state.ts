import type { App } from '../resource-types.js';
import type { Plan } from '../role/plan.js';
import type { AccessState } from './access-state.js';
import { type AppTable, tableFor } from './app-table.js';
import { decide } from './decide.js';
import { type AccessDecision, deny } from './decision.js';
import { clusterMfaWanted, notListed } from './reasons.js';

/** How many AWS roles a table keeps decisions for; a client that asks for random ones must not fill the memory. */
const MAX_MEMO = 512;

/** Decides in the order of the product: resource list, MFA for everything, deny pass, allow pass. */
export function evaluateState(
  plan: Plan,
  app: App,
  roleArn: string | undefined,
  state: AccessState | undefined,
): AccessDecision {
  const table = tableFor(plan, app);
  let mfaOpen = plan.anyMfa;
  let deviceOpen = false;
  if (state !== undefined || plan.allMfa) {
    const mfaVerified = state?.mfaVerified === true;
    mfaOpen = mfaOpen && !mfaVerified;
    deviceOpen = state?.enableDeviceVerification === true && state.deviceVerified !== true;
    const { allowedResources = [], cluster = '' } = state ?? {};
    const isListed = ({ cluster: home, kind, name }: (typeof allowedResources)[number]) => {
      return kind === 'app' && name === table.name && home === cluster;
    };
    if (allowedResources.length > 0 && !allowedResources.some(isListed)) {
      const source = { plan, table, roleArn, mfaOpen, deviceOpen };
      return deny('resource-not-listed', notListed(table.name), source);
    }
    const byCluster = state?.clusterRequireMfa === true;
    if ((byCluster || plan.allMfa) && !mfaVerified) {
      const source = { plan, table, roleArn, mfaOpen: true, deviceOpen };
      return deny('mfa-required', clusterMfaWanted(byCluster), source);
    }
  }
  const open = (mfaOpen ? 1 : 0) + (deviceOpen ? 2 : 0);
  // The app alone has maps of its own: no text is safe to stand for "no ARN".
  const memo = memoOf(table, roleArn === undefined ? open + 4 : open);
  const key = roleArn ?? '';
  const kept = memo.get(key);
  if (kept !== undefined) return kept;
  const decision = decide({ plan, table, roleArn, mfaOpen, deviceOpen });
  keep(plan, memo, key, decision);
  return decision;
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
  memo: Map<string, AccessDecision>,
  key: string,
  decision: AccessDecision,
): void {
  if (memo.size >= MAX_MEMO) memo.clear();
  plan.kept.decisions += 1;
  if (plan.kept.decisions > plan.kept.limit) {
    plan.tables.clear();
    plan.kept.decisions = 0;
    return;
  }
  memo.set(key, decision);
}

function memoOf(table: AppTable, open: number): Map<string, AccessDecision> {
  const kept = table.memo[open];
  if (kept !== undefined) return kept;
  const memo = new Map<string, AccessDecision>();
  table.memo[open] = memo;
  return memo;
}
