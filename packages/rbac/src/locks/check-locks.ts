import { type AccessDecision, deny, only } from '../access/decision.js';
import { NO_APP } from '../access/decision-source.js';
import { quote } from '../access/reasons.js';
import { namesHeld, type Plan } from '../role/plan.js';
import { evaluateLocks } from './evaluate-locks.js';
import type { Lock, LockIdentity, LockMode } from './lock.js';
import { lockTargetsOf } from './lock-targets-of.js';
import { lockModeOf } from './resolve-lock-mode.js';

/** Locks that a decision looks at first. */
export interface LockCheck {
  readonly locks: readonly Lock[];
  /** Who asks. Its name and roles and those of the role set both count. */
  readonly identity: LockIdentity;
  /** Mode of the cluster; roles may change it. Default `best_effort`. */
  readonly mode?: LockMode | undefined;
  /** Whether the list of locks is outdated. Default false. */
  readonly stale?: boolean | undefined;
}

/** A denial when a lock hits the identity, undefined when none does. */
export function checkLocks(plan: Plan, check: LockCheck, now: Date): AccessDecision | undefined {
  const { locks, identity, mode = 'best_effort', stale } = check;
  const roles = new Set([...identity.roles, ...namesHeld(plan)]);
  const targets = [...lockTargetsOf({ ...identity, roles: [...roles] }), { user: plan.user.name }];
  const result = evaluateLocks(locks, { targets, now, mode: lockModeOf(plan, mode), stale });
  if (!result.locked) return undefined;
  const [lock] = result.locks;
  const reason =
    lock === undefined
      ? only('deny', '', 'stale-locks', 'The list of locks is outdated, and the mode is strict.')
      : only('deny', '', 'lock', lockSentence(lock));
  return deny('locked', reason, { ...NO_APP, plan });
}

function lockSentence({ metadata, spec }: Lock): string {
  const message = spec.message ? `: ${quote(spec.message)}` : '.';
  return `Lock ${quote(metadata.name)} is in force${message}`;
}
