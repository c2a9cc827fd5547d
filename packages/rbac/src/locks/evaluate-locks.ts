import { timeOf } from '../times.js';
import type { Lock, LockMode, LockTarget } from './lock.js';

/** A question about locks. */
export interface LockQuery {
  /** What to look for; a lock is hit when all fields of one target equal its own. */
  readonly targets: readonly LockTarget[];
  readonly now: Date;
  /** What an outdated list means. Default `best_effort`. */
  readonly mode?: LockMode | undefined;
  /** Whether the list of locks is outdated. Default false. */
  readonly stale?: boolean | undefined;
}

/** The answer of {@link evaluateLocks}. */
export interface LockDecision {
  readonly locked: boolean;
  /** The locks that hit; empty when an outdated list alone refuses. */
  readonly locks: readonly Lock[];
}

const FIELDS = [
  'user',
  'role',
  'login',
  'mfa_device',
  'windows_desktop',
  'access_request',
  'device',
  'server_id',
  'bot_instance_id',
  'join_token',
] as const;

/**
 * Finds the locks in force that hit any of the targets. A lock with two fields is hit by either: targets of an identity have
 * one field each, and only the fields of the target are compared. Without targets every lock in force hits.
 *
 * Never throws. A lock whose expiry cannot be read stays in force.
 *
 * @param locks - lock documents
 */
export function evaluateLocks(locks: readonly Lock[], query: LockQuery): LockDecision {
  const { targets, now, mode = 'best_effort', stale = false } = query;
  const wanted = targets.map(fieldsOf);
  const hit = locks.filter((lock) => {
    if (!isInForce(lock, now)) return false;
    const own = new Map(fieldsOf(lock.spec.target));
    return (
      wanted.length === 0 ||
      wanted.some((fields) => {
        return fields.length > 0 && fields.every(([field, value]) => own.get(field) === value);
      })
    );
  });
  return { locked: hit.length > 0 || (stale && mode === 'strict'), locks: hit };
}

/** A lock is over at the instant it names. */
function isInForce({ spec }: Lock, now: Date): boolean {
  if (spec.expires === undefined || spec.expires === '') return true;
  return !(timeOf(spec.expires) <= now.getTime());
}

function fieldsOf(target: LockTarget): readonly (readonly [string, string])[] {
  return FIELDS.flatMap((field) => {
    const value = field === 'server_id' ? target.server_id || target.node : target[field];
    return value ? [[field, value] as const] : [];
  });
}
