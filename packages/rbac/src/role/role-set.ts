import type { Plan } from './plan.js';

/** Where the prepared roles stand; an implementation detail that crosses module copies. */
export const planOf: unique symbol = Symbol.for('@postern/rbac:RoleSet.plan');

/** A value of a role that was lost when the traits of the user were filled in. */
export interface SubstitutionWarning {
  readonly code: 'value-dropped' | 'value-emptied';
  /** Name of the role. */
  readonly role: string;
  /** `allow` or `deny`: a loss in `deny` makes the role weaker than it reads. */
  readonly side: 'allow' | 'deny';
  /** JSON pointer into the role document. */
  readonly pointer: string;
  /** The value as written. */
  readonly text: string;
  /** Why it has no value for this user. */
  readonly message: string;
}

/** The roles of one user, traits filled in, ready for decisions. Make one per user and session; it may be kept. */
export interface RoleSet {
  /** Name of the user. */
  readonly user: string;
  /** Names of the roles held, in their order, without the built-in one. */
  readonly roles: readonly string[];
  /** Values that substitution dropped or emptied. */
  readonly warnings: readonly SubstitutionWarning[];
  readonly [planOf]: Plan;
}
