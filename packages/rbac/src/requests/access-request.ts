import type { RequestThreshold } from '../resource-types.js';
import type { TextList } from '../text-list.js';

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

/** A request as a document may write it; `createAccessRequest` makes the full form. */
export interface AccessRequestDocument {
  readonly metadata: { readonly name: string; readonly expires?: string | undefined };
  readonly spec: {
    readonly user: string;
    readonly roles?: TextList | undefined;
    /** Default `PENDING`. */
    readonly state?: RequestState | undefined;
    readonly created?: string | undefined;
    readonly expires?: string | undefined;
    readonly request_reason?: string | undefined;
    readonly resolve_reason?: string | undefined;
    readonly requested_resource_ids?: readonly RequestedResource[] | undefined;
    readonly suggested_reviewers?: TextList | undefined;
    readonly system_annotations?: Readonly<Record<string, TextList>> | undefined;
    readonly thresholds?: readonly RequestThreshold[] | undefined;
    readonly role_thresholds?: Readonly<Record<string, readonly (readonly number[])[]>> | undefined;
    readonly reviews?: readonly RequestReview[] | undefined;
  };
}

/** A resource asked for; without a cluster it is one of the cluster itself. */
export interface RequestedResource {
  readonly cluster?: string | undefined;
  readonly kind: string;
  readonly name: string;
}

/** A request for roles with everything that decides about it. */
export interface AccessRequest extends AccessRequestDocument {
  readonly kind: 'access_request';
  readonly version: 'v3';
  readonly metadata: {
    readonly name: string;
    /** RFC 3339 time until which it can be reviewed. */
    readonly expires?: string | undefined;
  };
  readonly spec: AccessRequestDocument['spec'] & {
    readonly roles: readonly string[];
    readonly state: RequestState;
    /** RFC 3339 time until which granted roles are held. */
    readonly expires?: string | undefined;
    readonly suggested_reviewers: readonly string[];
    readonly thresholds: readonly RequestThreshold[];
    /** Role to sets of indexes into the thresholds; every set must be met by one of its thresholds. */
    readonly role_thresholds: Readonly<Record<string, readonly (readonly number[])[]>>;
    readonly reviews: readonly RequestReview[];
  };
}
