import type { CompiledConditions } from './compiled-role.js';

/** No `request` and no `review_requests`. */
export const NO_REQUESTS: Pick<CompiledConditions, 'request' | 'review'> = {
  request: {
    names: [],
    claims: [],
    searchAsRoles: [],
    thresholds: [],
    suggestedReviewers: [],
    needsReason: false,
    annotations: [],
  },
  review: { names: [], claims: [], where: undefined },
};

/** Conditions that never apply to an app. */
export const NOTHING: CompiledConditions = {
  ...NO_REQUESTS,
  labelPointers: new Map(),
  applies: false,
  labels: [],
  selector: undefined,
  expressionText: '',
  expression: undefined,
  arns: [],
  rules: [],
};
