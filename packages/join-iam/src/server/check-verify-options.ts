import { JoinIamError } from '../errors.js';
import { isTimeout } from '../wire/is-timeout.js';
import { resolveJoinContext } from './join-context.js';
import { MAX_RETRIES } from './sts/send-to-sts.js';
import type { VerifyJoinRequestOptions } from './verify-join-request.js';

/**
 * Finds mistakes of the embedder before they cost a joiner its challenge.
 *
 * @throws JoinIamError `invalid-option`
 */
export function checkVerifyOptions(options: VerifyJoinRequestOptions, now: Date): void {
  const { timeoutMs = 1, maxRetries = 0, signal } = options;
  demand(typeof options.store?.take === 'function', 'store must be a challenge store');
  demand(
    typeof options.transport === 'function',
    'transport must be a function, for example one that createStsTransport made for the process',
  );
  demand(isTimeout(timeoutMs), 'timeoutMs must be a whole number from 1 to 2,147,483,647');
  demand(
    Number.isInteger(maxRetries) && maxRetries >= 0 && maxRetries <= MAX_RETRIES,
    `maxRetries must be 0 to ${MAX_RETRIES}`,
  );
  demand(signal === undefined || signal instanceof AbortSignal, 'signal must be an AbortSignal');
  for (const name of ['organizationResolver', 'onAudit', 'retryDelayMs'] as const) {
    const callback: unknown = options[name];
    demand(callback === undefined || typeof callback === 'function', `${name} must be a function`);
  }
  // The real challenge is the joiner's, and judged by the store.
  resolveJoinContext({ ...options.context, now, challenge: 'any' });
}

function demand(holds: boolean, sentence: string): void {
  if (!holds) throw new JoinIamError('invalid-option', { message: `The option ${sentence}.` });
}
