import type { ResourceId } from '../access/access-state.js';
import type { RequestThreshold } from '../resource-types.js';

/** Where a request stands. */
export type RequestState = 'NONE' | 'PENDING' | 'APPROVED' | 'DENIED' | 'PROMOTED';

/** A review of a request. */
export interface RequestReview {
  /** Name of the reviewer. */
  readonly author: string;
  readonly state: 'APPROVED' | 'DENIED';
  /** Thresholds whose filter the review meets, as indexes into the thresholds of the request. */
  readonly thresholdIndexes: readonly number[];
  readonly reason?: string | undefined;
  /** RFC 3339. */
  readonly created?: string | undefined;
}

/** A request for roles, as a document. */
export interface AccessRequest {
  readonly kind: 'access_request';
  readonly version: 'v3';
  readonly metadata: {
    readonly name: string;
    /** RFC 3339 time until which it can be reviewed. */
    readonly expires?: string | undefined;
  };
  readonly spec: {
    readonly user: string;
    readonly roles: readonly string[];
    readonly state: RequestState;
    readonly created?: string | undefined;
    /** RFC 3339 time until which granted roles are held. */
    readonly expires?: string | undefined;
    readonly request_reason?: string | undefined;
    readonly resolve_reason?: string | undefined;
    readonly requested_resource_ids?: readonly ResourceId[] | undefined;
    readonly suggested_reviewers?: readonly string[] | undefined;
    readonly system_annotations?: Readonly<Record<string, readonly string[]>> | undefined;
    readonly thresholds?: readonly RequestThreshold[] | undefined;
    /** Role to sets of indexes into the thresholds; every set must be met by one of its thresholds. */
    readonly role_thresholds?: Readonly<Record<string, readonly (readonly number[])[]>> | undefined;
    readonly reviews?: readonly RequestReview[] | undefined;
  };
}
