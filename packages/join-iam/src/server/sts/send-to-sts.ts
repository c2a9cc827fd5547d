import { setTimeout as pause } from 'node:timers/promises';
import { jitteredRetryDelayMs } from '../../defaults.js';
import { JoinIamError } from '../../errors.js';
import type { InspectedJoinRequest } from '../inspect-join-request.js';
import { buildStsRequest } from './build-sts-request.js';
import { headerOf, parseStsResponse } from './parse-sts-response.js';
import type { CallerIdentity } from './read-caller-identity.js';
import type { StsResponse, StsTransport } from './types.js';

/** How the exchange with STS is run. */
export interface SendOptions {
  readonly transport: StsTransport;
  readonly tokenName: string;
  /** Deadline for everything, retries included, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Retries after connection errors, 5xx and throttling: 0 to 2. Default 2. */
  readonly maxRetries?: number | undefined;
  /** Pause before a retry, in milliseconds. Default: random, 100 to 400. */
  readonly retryDelayMs?: (() => number) | undefined;
  /** The caller's own signal. */
  readonly signal?: AbortSignal | undefined;
  /** Called before each exchange and after each answer, for the audit record. */
  readonly onProgress: (progress: {
    readonly host: string;
    readonly requestId?: string | undefined;
  }) => void;
}

const MAX_RETRIES = 2;

/**
 * Sends checked requests to STS until one is answered for good. Another request (and so another endpoint) is
 * tried only after a retryable failure, never after a refusal: a stranger must not be able to shop around.
 */
export async function sendToSts(
  requests: readonly InspectedJoinRequest[],
  options: SendOptions,
): Promise<CallerIdentity> {
  const { timeoutMs = 10_000, maxRetries = MAX_RETRIES } = options;
  const { retryDelayMs = jitteredRetryDelayMs } = options;
  const retries = Math.min(Math.max(maxRetries, 0), MAX_RETRIES);
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline;
  const attempts = [...requests, ...requests, ...requests, ...requests].slice(
    0,
    requests.length + retries,
  );
  let last: JoinIamError | undefined;
  for (const inspected of attempts) {
    try {
      if (last) await pause(retryDelayMs(), undefined, { signal });
      return await attempt(inspected, options, signal);
    } catch (error) {
      last = toJoinIamError(error, signal, options.signal);
      if (!last.retryable || signal.aborted) throw last;
    }
  }
  throw last ?? new JoinIamError('request-malformed', { message: 'There is no signed request.' });
}

async function attempt(
  inspected: InspectedJoinRequest,
  options: SendOptions,
  signal: AbortSignal,
): Promise<CallerIdentity> {
  signal.throwIfAborted();
  options.onProgress({ host: inspected.host });
  const { transport, tokenName } = options;
  const sending = transport(buildStsRequest(inspected), { signal, tokenName });
  // A transport that forgets the signal must not hold the attempt beyond its deadline.
  const response = checkShape(await Promise.race([sending, rejectOnAbort(signal)]));
  const requestId = headerOf(response, 'x-amzn-requestid');
  options.onProgress({ host: inspected.host, requestId });
  return parseStsResponse(response, { partition: inspected.partition });
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Transports are the embedder's; a wrong one must not look like an identity or crash the server. */
function checkShape(response: StsResponse): StsResponse {
  const { status, headers, body }: Partial<StsResponse> = response ?? {};
  if (
    typeof status === 'number' &&
    typeof headers === 'object' &&
    headers &&
    body instanceof Uint8Array
  ) {
    return response;
  }
  throw new JoinIamError('sts-malformed', {
    message: 'The transport gave something that is not an answer of STS.',
  });
}

function toJoinIamError(
  error: unknown,
  signal: AbortSignal,
  ofCaller: AbortSignal | undefined,
): JoinIamError {
  if (ofCaller?.aborted) {
    return new JoinIamError('aborted', { message: 'The attempt was given up.', cause: error });
  }
  if (signal.aborted) {
    return new JoinIamError('sts-timeout', {
      message: 'STS did not answer in time.',
      cause: error,
    });
  }
  if (error instanceof JoinIamError) return error;
  return new JoinIamError('sts-unavailable', {
    message: 'The connection to STS failed.',
    detail: error instanceof Error ? error.name : 'unknown',
    cause: error,
  });
}
