/**
 * A text could not be evaluated with the values it got: a value is no mail address, a pattern made from labels is invalid, or
 * a match would take more work than the limits permit. Never leaves this package.
 */
export class EvaluationFailure extends Error {}
