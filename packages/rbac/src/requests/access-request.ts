import type * as config from '@postern/config';
import type { DocumentHead, RequestThreshold } from '../resource-types.js';

/** Where a request stands. */
export type RequestState = 'NONE' | config.AccessRequestState;

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

/** What it takes to approve a request, and what has been said so far. */
export interface RequestApproval {
  readonly thresholds: readonly RequestThreshold[];
  /** Role to sets of indexes into the thresholds; every set must be met by one of its thresholds. */
  readonly roleThresholds: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** Notes of the requester's roles; conditions of reviewers read them as `request.system_annotations`. */
  readonly annotations: Readonly<Record<string, readonly string[]>>;
  readonly reviews: readonly RequestReview[];
}

/** A request as a document may write it; `createAccessRequest` makes the full form. */
export interface AccessRequestDocument extends DocumentHead {
  readonly spec: Omit<config.AccessRequestSpec, 'state'> & {
    /** Default `PENDING`. */
    readonly state?: RequestState | undefined;
  };
  /** Kept beside the document and not part of it. Without it nobody can approve the request. */
  readonly approval?: RequestApproval | undefined;
}

/** A resource asked for; without a cluster it is one of the cluster itself. */
export type RequestedResource = config.ResourceId;

/**
 * A request for roles with everything that decides about it. Without `approval` it is a document that `loadResources` of
 * `@postern/config` reads.
 */
export interface AccessRequest extends AccessRequestDocument {
  readonly kind: 'access_request';
  readonly version: 'v3';
  readonly spec: AccessRequestDocument['spec'] & {
    readonly roles: readonly string[];
    readonly state: RequestState;
    readonly suggested_reviewers: readonly string[];
  };
  readonly approval: RequestApproval;
}
