import type { SelectorKey } from '../labels/selector.js';
import { type Languages, partsOf } from '../languages/languages.js';
import type { User } from '../resource-types.js';
import { bindRole } from './bind-role.js';
import type { CompiledRole } from './compiled-role.js';
import { parsed } from './compiled-role.js';
import { IMPLICIT_ROLE } from './implicit-role.js';
import { type BoundRole, findStrictLoss, namesHeld, type Plan } from './plan.js';
import { RecentCache } from './recent-cache.js';
import { planOf, type RoleSet, type SubstitutionWarning } from './role-set.js';
import { userTraits } from './user-traits.js';

/** Options of {@link createRoleSet}. */
export interface RoleSetOptions {
  /** Add the built-in role that everybody holds. Default true. */
  readonly implicitRole?: boolean | undefined;
  /** For how many apps results are kept, at most twice as many. Default 4096. */
  readonly maxApps?: number | undefined;
  /** How many decisions are kept over all apps. Default 65536. */
  readonly maxDecisions?: number | undefined;
  /**
   * What `loadLanguages` of `@postern/rbac/core` gave for the user, whose traits can be patterns. Default: the languages the
   * roles were compiled with.
   */
  readonly languages?: Languages | undefined;
}

const DEFAULT_MAX_APPS = 4096;
const DEFAULT_MAX_DECISIONS = 65_536;
const MAX_CONSOLE_URIS = 1024;

/**
 * Puts the roles of a user together and fills in the user's traits. Values without a trait are dropped from lists and
 * emptied in labels; each loss is a warning of the set.
 *
 * @param roles - the roles held, in their order; with errors and MFA the order shows in decisions
 * @param user - the user document; its traits are copied
 * @throws RbacError `missing-language` when a trait makes a pattern of a label and the roles were compiled without
 *   regular expressions, which only `@postern/rbac/core` does
 *
 * @example
 * ```ts
 * const reader = compileRole({ version: 'v7', metadata: { name: 'reader' } });
 * const roles = createRoleSet([reader], { metadata: { name: 'dana' } });
 * // roles.warnings names every value that was lost for want of a trait
 * ```
 */
export function createRoleSet(
  roles: readonly CompiledRole[],
  user: User,
  options: RoleSetOptions = {},
): RoleSet {
  const traits = userTraits(user);
  const parts = options.languages?.[partsOf];
  const warnings: SubstitutionWarning[] = [];
  const held = options.implicitRole === false ? [...roles] : [...roles, IMPLICIT_ROLE];
  const bound = held.map((role, index) => bindRole(role, index, traits, warnings, parts));
  const plan: Plan = {
    user: { name: user.metadata.name, traits, document: user },
    roles: bound,
    warnings: Object.freeze(warnings),
    ...indexArns(bound),
    ...indexLabels(bound),
    denying: bound.filter(({ deny }) => deny.selector !== undefined || deny.expressionText !== ''),
    strictLoss: findStrictLoss(bound, warnings),
    anyMfa: held.some((role) => role.requireSessionMfa),
    allMfa: held.length > 0 && held.every((role) => role.requireSessionMfa),
    tables: new RecentCache(options.maxApps ?? DEFAULT_MAX_APPS),
    consoleUris: new RecentCache(MAX_CONSOLE_URIS),
    kept: { decisions: 0, limit: options.maxDecisions ?? DEFAULT_MAX_DECISIONS },
  };
  return new PreparedRoles(plan);
}

/** The plan is no field, so that no log of a role set shows the traits of the user. */
class PreparedRoles implements RoleSet {
  readonly user: string;
  readonly roles: readonly string[];
  readonly warnings: readonly SubstitutionWarning[];
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.user = plan.user.name;
    this.roles = Object.freeze(namesHeld(plan));
    this.warnings = plan.warnings;
    this.#plan = plan;
    Object.freeze(this);
  }

  get [planOf](): Plan {
    return this.#plan;
  }
}

function indexArns(roles: readonly BoundRole[]) {
  const allowArns = new Map<string, BoundRole[]>();
  const denyArns = new Map<string, BoundRole>();
  for (const role of roles) {
    for (const arn of role.allow.arns) append(allowArns, arn, role);
    for (const arn of role.deny.arns) if (!denyArns.has(arn)) denyArns.set(arn, role);
  }
  const isWild = ({ arnPatterns, appArns }: BoundRole['allow']) => {
    return arnPatterns.length > 0 || appArns.length > 0;
  };
  const wildAllow = roles.filter(({ allow }) => isWild(allow));
  const wildDeny = roles.filter(({ deny }) => isWild(deny));
  const [anyWild] = [...wildAllow, ...wildDeny];
  const { extensions } = anyWild?.role[parsed].kit.languages ?? {};
  return { allowArns, denyArns, wildAllow, wildDeny, extensions };
}

/** Label name, label value, roles. */
type LabelIndex = Map<string, Map<string, BoundRole[]>>;

function indexLabels(roles: readonly BoundRole[]) {
  const all: LabelIndex = new Map();
  for (const role of roles) for (const anchor of anchorsOf(role)) put(all, anchor, role);
  // The more values of a label the roles ask for, the fewer apps carry a certain one.
  const share = ({ key, values }: SelectorKey) => values.length / (all.get(key)?.size ?? 1);
  const anchored: LabelIndex = new Map();
  const unanchored: BoundRole[] = [];
  for (const role of roles) {
    const { selector, expressionText } = role.allow;
    const [best] = [...anchorsOf(role)].sort((a, b) => share(a) - share(b));
    if (best !== undefined) put(anchored, best, role);
    else if (selector !== undefined || expressionText !== '') unanchored.push(role);
  }
  return { anchored, unanchored };
}

function put(index: LabelIndex, { key, values }: SelectorKey, role: BoundRole): void {
  const byValue = index.get(key) ?? new Map<string, BoundRole[]>();
  index.set(key, byValue);
  for (const value of values) append(byValue, value, role);
}

/** An expression is evaluated even when the labels do not match, because it may fail. */
function anchorsOf({ allow }: BoundRole): readonly SelectorKey[] {
  return (allow.expressionText === '' && allow.selector?.anchors) || [];
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
