import type { RequestThreshold } from '../resource-types.js';
import type { RequestReview } from './access-request.js';

/** What decides about a request. */
export interface RequestStateQuery {
  readonly thresholds: readonly RequestThreshold[];
  /** Role to sets of indexes into the thresholds. */
  readonly roleThresholds: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** Reviews in the order they came; of one author the first counts. */
  readonly reviews: readonly RequestReview[];
}

/**
 * Counts reviews. Denied as soon as the denials of any threshold are reached; approved when for every role every set of
 * thresholds has one whose approvals are reached; otherwise pending. What is resolved stays so: later reviews have no
 * effect. A role without a set of thresholds is never approved.
 *
 * @example
 * ```ts
 * const state = resolveRequestState({
 *   thresholds: [{ approve: 2, deny: 1 }],
 *   roleThresholds: { admin: [[0]] },
 *   reviews: [{ author: 'kim', state: 'APPROVED', thresholdIndexes: [0] }],
 * }); // 'PENDING': one of two approvals
 * ```
 */
export function resolveRequestState(query: RequestStateQuery): 'PENDING' | 'APPROVED' | 'DENIED' {
  const { thresholds, roleThresholds, reviews } = query;
  const counts = thresholds.map(() => ({ approvals: 0, denials: 0 }));
  const authors = new Set<string>();
  const sets = Object.values(roleThresholds);
  for (const { author, state, thresholdIndexes } of reviews) {
    if (authors.has(author)) continue;
    authors.add(author);
    for (const index of new Set(thresholdIndexes)) {
      const count = counts[index];
      if (count === undefined) continue;
      if (state === 'APPROVED') count.approvals += 1;
      else count.denials += 1;
    }
    const isDenied = thresholds.some(({ deny = 1 }, index) => {
      return deny > 0 && (counts[index]?.denials ?? 0) >= deny;
    });
    if (isDenied) return 'DENIED';
    const isReached = (index: number) => {
      const { approve = 1 } = thresholds[index] ?? { approve: 0 };
      return approve > 0 && (counts[index]?.approvals ?? 0) >= approve;
    };
    const isApproved =
      sets.length > 0 &&
      sets.every((ofRole) => ofRole.length > 0 && ofRole.every((set) => set.some(isReached)));
    if (isApproved) return 'APPROVED';
  }
  return 'PENDING';
}
