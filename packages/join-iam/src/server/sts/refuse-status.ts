import { JoinIamError, type StsDeniedReason } from '../../errors.js';
import { parseAmzDate } from '../../wire/amz-date.js';
import { describeSkew } from '../request/check-date.js';
import { mineError, quote } from './mine-error.js';
import type { StsResponse } from './types.js';

/** STS sends throttling as a 400, which a careless reader takes for a refusal. */
const THROTTLING: ReadonlySet<string> = new Set([
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

const REASONS: ReadonlyMap<string, StsDeniedReason> = new Map<string, StsDeniedReason>([
  ['IncompleteSignature', 'signature'],
  ['InvalidClientTokenId', 'unknown-credentials'],
  ['ExpiredToken', 'expired-credentials'],
  ['ExpiredTokenException', 'expired-credentials'],
  ['RegionDisabledException', 'region-disabled'],
]);

const MESSAGES: Readonly<Record<StsDeniedReason, string>> = {
  'clock-skew': 'STS refused the request because of its time; correct the clock of the joiner.',
  region: 'STS refused the region the request is signed for; sign for the region of the endpoint.',
  signature: 'STS refused the signature of the request.',
  'unknown-credentials':
    'STS does not know the credentials: the key was deleted or belongs to another partition.',
  'expired-credentials': 'The temporary credentials have expired; fetch new ones and start again.',
  'region-disabled': 'STS is not enabled in this region for the account; use another region.',
  other: 'STS refused the request.',
};

/**
 * Chooses the error for any status but 200. The body is only searched for a code and a message.
 *
 * @param secrets - parts of the request that no error may repeat
 */
export function refuseStatus(response: StsResponse, secrets: readonly string[]): never {
  const { status } = response;
  if (status >= 300 && status < 400) {
    throw new JoinIamError('sts-redirect', {
      message: 'STS answered with a redirect, which is never followed.',
      detail: `status ${status}`,
    });
  }
  if (status >= 500) {
    throw new JoinIamError('sts-unavailable', {
      message: 'STS is not available at the moment.',
      detail: `status ${status}`,
    });
  }
  if (!(status >= 400)) {
    throw new JoinIamError('sts-unexpected-status', {
      message: 'STS answered with a status that is neither success nor an error.',
      detail: `status ${status}`,
    });
  }
  const { code, message } = mineError(response.body);
  const detail = `status ${status}, code ${quote(code, secrets)}, message ${quote(message, secrets)}`;
  if (status === 429 || (status === 400 && THROTTLING.has(code))) {
    throw new JoinIamError('sts-throttled', {
      message: 'STS throttles the account of the joiner; try again later.',
      detail,
    });
  }
  const reason = reasonOf(code, message);
  throw new JoinIamError('sts-denied', {
    message: (reason === 'clock-skew' && skewOf(message)) || MESSAGES[reason],
    detail,
    reason,
  });
}

function reasonOf(code: string, message: string): StsDeniedReason {
  if (code !== 'SignatureDoesNotMatch') return REASONS.get(code) ?? 'other';
  // One code for four faults: only the start of the message tells them apart.
  if (message.startsWith('Signature expired') || message.startsWith('Signature not yet current')) {
    return 'clock-skew';
  }
  return message.startsWith('Credential should be scoped to a valid region')
    ? 'region'
    : 'signature';
}

/** "Signature expired: <signed> is now earlier than <limit> (<clock of STS> - 15 min.)" */
function skewOf(message: string): string | undefined {
  const [signed, , clock] = [...message.matchAll(/[0-9]{8}T[0-9]{6}Z/g)].map(([text]) =>
    parseAmzDate(text),
  );
  return signed && clock && describeSkew(signed.getTime() - clock.getTime(), 'STS');
}
