import type * as config from '@postern/config';
import type { DocumentHead } from '../resource-types.js';

/** What a lock or an identity is about; every field is a name. */
export interface LockTarget extends config.LockTarget {
  /** Old name of {@link config.LockTarget.server_id}. */
  readonly node?: string | undefined;
}

/** A lock document. */
export interface Lock extends DocumentHead {
  readonly spec: Omit<config.LockSpec, 'target'> & { readonly target: LockTarget };
}

/** How an outdated list of locks is taken: `strict` refuses everybody, `best_effort` goes on with it. */
export type LockMode = 'strict' | 'best_effort';

/** Who asks, for {@link lockTargetsOf}. */
export interface LockIdentity {
  readonly user: string;
  readonly roles: readonly string[];
  /** Id of the MFA device used. */
  readonly mfaDevice?: string | undefined;
  /** Id of the trusted device. */
  readonly deviceId?: string | undefined;
  /** Names of the active access requests. */
  readonly accessRequests?: readonly string[] | undefined;
}
