import { evaluateLocks } from '../locks/evaluate-locks.js';
import type { Lock } from '../locks/lock.js';
import type { Traits, User } from '../resource-types.js';
import { toTraits, userTraits } from '../role/user-traits.js';
import { listOf } from '../text-list.js';
import { timeOf } from '../times.js';
import type {
  AccessList,
  AccessListGrants,
  AccessListMember,
  AccessListRequirements,
} from './access-list.js';

/** A question about access lists. */
export interface AccessListQuery {
  /** The user with own roles and traits; grants of lists do not count for requirements. */
  readonly user: User;
  readonly now: Date;
  /** Locked users are members of nothing. Default: none. */
  readonly locks?: readonly Lock[] | undefined;
}

/** What access lists add to a user at login. */
export interface AccessListGrant {
  /** Roles, each once. */
  readonly roles: readonly string[];
  /** Traits, values each once. */
  readonly traits: Traits;
  /** Names of the lists the user is a member of. */
  readonly memberOf: readonly string[];
  /** Names of the lists the user owns. */
  readonly ownerOf: readonly string[];
}

/** How deep lists may stand in lists. */
const MAX_DEPTH = 10;

/**
 * Collects what access lists grant to a user. A member is named in the list, or is a member of a list that is; the
 * membership is not over, and the user meets every requirement of every list on the way. Owners get the grants for
 * owners. Never throws.
 *
 * @param lists - all access lists; lists that are members of others must be among them
 *
 * @example
 * ```ts
 * declare const lists: readonly AccessList[];
 * declare const user: User;
 * const { roles, traits } = resolveAccessListGrants(lists, { user, now: new Date() });
 * // add both to the user before createRoleSet
 * ```
 */
export function resolveAccessListGrants(
  lists: readonly AccessList[],
  query: AccessListQuery,
): AccessListGrant {
  const { user, now, locks = [] } = query;
  const { name } = user.metadata;
  if (evaluateLocks(locks, { targets: [{ user: name }], now }).locked) {
    return { roles: [], traits: {}, memberOf: [], ownerOf: [] };
  }
  const person = { name, roles: listOf(user.spec?.roles), traits: userTraits(user), now };
  const joined = membershipsOf(lists, person);
  const memberOf = lists.filter((list) => joined.has(list.metadata.name));
  const ownerOf = lists.filter(({ spec }) => {
    return isNamed(spec.owners, person, joined) && meets(spec.ownership_requires, person);
  });
  const grants = [
    ...memberOf.map(({ spec }) => spec.grants),
    ...ownerOf.map(({ spec }) => spec.owner_grants),
  ].filter((grant) => grant !== undefined);
  const names = (found: readonly AccessList[]) => found.map(({ metadata }) => metadata.name);
  return {
    roles: [...new Set(grants.flatMap(({ roles }) => listOf(roles)))],
    traits: mergeTraits(grants),
    memberOf: names(memberOf),
    ownerOf: names(ownerOf),
  };
}

interface Person {
  readonly name: string;
  readonly roles: readonly string[];
  readonly traits: Traits;
  readonly now: Date;
}

/**
 * Names of the lists a person is an effective member of. Each round adds lists that hold a list of the rounds before; so circles
 * end, and deep nesting costs no more than the rounds.
 */
function membershipsOf(lists: readonly AccessList[], person: Person): ReadonlySet<string> {
  const open = new Set(lists.filter(({ spec }) => meets(spec.membership_requires, person)));
  const joined = new Set<string>();
  for (let round = 0; round <= MAX_DEPTH; round += 1) {
    const found = [...open].filter(({ spec }) => isNamed(spec.members, person, joined));
    if (found.length === 0) break;
    for (const list of found) {
      open.delete(list);
      joined.add(list.metadata.name);
    }
  }
  return joined;
}

function isNamed(
  members: readonly AccessListMember[] | undefined,
  person: Person,
  joined: ReadonlySet<string>,
): boolean {
  return (members ?? []).some(({ name, expires, membership_kind = 'user' }) => {
    // A time that cannot be read ends the membership.
    const isOver = expires !== undefined && !(timeOf(expires) > person.now.getTime());
    if (isOver) return false;
    return membership_kind === 'user' ? name === person.name : joined.has(name);
  });
}

function meets(wanted: AccessListRequirements | undefined, { roles, traits }: Person): boolean {
  const wantedRoles = listOf(wanted?.roles);
  const wantedTraits = toTraits(wanted?.traits);
  return (
    wantedRoles.every((role) => roles.includes(role)) &&
    Object.entries(wantedTraits).every(([name, values]) => {
      const has = Object.hasOwn(traits, name) ? (traits[name] ?? []) : [];
      return values.every((value) => has.includes(value));
    })
  );
}

function mergeTraits(grants: readonly AccessListGrants[]): Traits {
  const merged: Record<string, readonly string[]> = Object.create(null);
  for (const { traits } of grants) {
    for (const [name, values] of Object.entries(toTraits(traits))) {
      merged[name] = [...new Set([...(merged[name] ?? []), ...values])];
    }
  }
  return merged;
}
