import type { AppTable } from '../access/app-table.js';
import type { Reason } from '../access/decision.js';
import type { AwsRoleChoice } from '../access/to-aws-role-choices.js';
import type { LabelExpression } from '../labels/label-expression.js';
import type { CompiledSelector } from '../labels/selector.js';
import type { App, Traits, User } from '../resource-types.js';
import { type CompiledRole, parsed, type TemplateEntry } from './compiled-role.js';
import type { Extensions } from './extensions.js';
import type { RecentCache } from './recent-cache.js';
import type { SubstitutionWarning } from './role-set.js';

/** One side of a role with the traits of the user filled in. */
export interface BoundConditions {
  /** Absent when the side has no labels. */
  readonly selector: CompiledSelector | undefined;
  /** Empty when the side has no expression. */
  readonly expressionText: string;
  /** Absent when there is none or when it does not parse. */
  readonly expression: LabelExpression | undefined;
  readonly arns: readonly string[];
  /** Wildcard matchers among the ARNs, with the option for them. */
  readonly arnPatterns: readonly {
    readonly text: string;
    readonly test: (arn: string) => boolean;
  }[];
  /** ARNs that read variables of the app. */
  readonly appArns: readonly TemplateEntry[];
}

/** A role of a user. */
export interface BoundRole {
  readonly index: number;
  readonly role: CompiledRole;
  readonly allow: BoundConditions;
  readonly deny: BoundConditions;
  /** What a grant of this role says; made at the first grant. */
  granted: readonly [Reason] | undefined;
  /** The ARNs under allow that name an IAM role, by account; made when somebody lists them. */
  choices: ReadonlyMap<string, readonly AwsRoleChoice[]> | undefined;
}

/** Everything about a user's roles that does not depend on the app. */
export interface Plan {
  readonly user: { readonly name: string; readonly traits: Traits; readonly document: User };
  readonly roles: readonly BoundRole[];
  readonly warnings: readonly SubstitutionWarning[];
  /** ARN to the roles that list it under allow, in order. */
  readonly allowArns: ReadonlyMap<string, readonly BoundRole[]>;
  /** ARN to the first role that lists it under deny. */
  readonly denyArns: ReadonlyMap<string, BoundRole>;
  /** Roles whose allow or deny ARNs are more than exact texts. */
  readonly wildAllow: readonly BoundRole[];
  readonly wildDeny: readonly BoundRole[];
  /** What {@link wildAllow} and {@link wildDeny} take; absent when there are none. */
  readonly extensions: Extensions | undefined;
  /** Label name, label value, roles that cannot match without them. */
  readonly anchored: ReadonlyMap<string, ReadonlyMap<string, readonly BoundRole[]>>;
  /** Roles with labels or an expression that every app has to be tried on. */
  readonly unanchored: readonly BoundRole[];
  /** Roles with labels or an expression under deny. */
  readonly denying: readonly BoundRole[];
  /** The first value lost in a deny part of a strict role: every decision is a denial then. */
  readonly strictLoss: SubstitutionWarning | undefined;
  readonly anyMfa: boolean;
  readonly allMfa: boolean;
  /** What was found out about apps; bounded. */
  readonly tables: RecentCache<App, AppTable>;
  readonly consoleUris: RecentCache<string, boolean>;
  /** Decisions kept in the tables, and how many may be before all tables are dropped. */
  readonly kept: { decisions: number; readonly limit: number };
}

/** The first value that was lost in a deny part of a strict role. */
export function findStrictLoss(
  roles: readonly BoundRole[],
  lost: readonly SubstitutionWarning[],
): SubstitutionWarning | undefined {
  return lost.find(({ side, role: name }) => {
    return side === 'deny' && roles.some(({ role }) => role.name === name && role[parsed].strict);
  });
}

/** Names of the roles held, in their order; the built-in one is hidden. */
export function namesHeld({ roles }: Plan): readonly string[] {
  return roles.filter(({ role }) => !role[parsed].isImplicit).map(({ role }) => role.name);
}
