import { JoinIamError, type JoinIamErrorCode, type StsDeniedReason } from '../errors.js';

/** What may be told to a joiner. Plain data, ready for JSON. */
export interface JoinRefusal {
  /** `join-refused` stands for every fault of the token that a stranger must not learn about. */
  readonly code: JoinIamErrorCode | 'join-refused' | 'internal-error';
  readonly message: string;
  /** HTTP status that keeps throttling, outage and refusal apart. */
  readonly status: 400 | 403 | 429 | 500 | 503;
  /** Whether starting again from the challenge may help without a change on the joiner's side. */
  readonly tryAgain: boolean;
  readonly reason?: StsDeniedReason | undefined;
  /** With `no-rule-matched`: what STS proved about the joiner itself. */
  readonly identity?: { readonly account: string; readonly arn: string } | undefined;
}

const HIDDEN: ReadonlySet<JoinIamErrorCode> = new Set<JoinIamErrorCode>([
  'token-not-found',
  'token-expired',
  'wrong-join-method',
  'token-invalid',
]);

const BUSY: ReadonlySet<JoinIamErrorCode> = new Set<JoinIamErrorCode>([
  'challenge-limit',
  'sts-busy',
  'sts-unavailable',
  'sts-timeout',
  'aborted',
]);

/**
 * Turns whatever an attempt threw into what the joiner may know: faults of its own request and reasons of STS
 * in full, of the rules only that none matched, of the token nothing, and of the server's own faults nothing.
 */
export function describeRefusal(error: unknown): JoinRefusal {
  if (!(error instanceof JoinIamError) || error.stage === 'configuration') {
    return {
      code: 'internal-error',
      message: 'The server could not complete the join.',
      status: 500,
      tryAgain: false,
    };
  }
  if (HIDDEN.has(error.code)) {
    return { code: 'join-refused', message: 'The join was refused.', status: 403, tryAgain: false };
  }
  const { code, message, reason, identity } = error;
  const tryAgain = error.retryable || BUSY.has(code) || code.startsWith('challenge-');
  return {
    code,
    message,
    status: statusOf(error),
    tryAgain,
    ...(reason !== undefined && { reason }),
    ...(identity !== undefined && { identity }),
  };
}

function statusOf(error: JoinIamError): JoinRefusal['status'] {
  if (error.code === 'sts-throttled') return 429;
  if (BUSY.has(error.code)) return 503;
  return error.stage === 'request' || error.stage === 'challenge' ? 400 : 403;
}
