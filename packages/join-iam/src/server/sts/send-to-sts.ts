import { setTimeout as pause } from 'node:timers/promises';
import { jitteredRetryDelayMs } from '../../defaults.js';
import { JoinIamError } from '../../errors.js';
import { causeName } from '../../wire/cause-name.js';
import type { InspectedJoinRequest } from '../inspect-join-request.js';
import { toAbortError, untilAborted } from './attempt-signal.js';
import { buildStsRequest } from './build-sts-request.js';
import { headerOf, parseStsResponse } from './parse-sts-response.js';
import type { CallerIdentity } from './read-caller-identity.js';
import type { StsResponse, StsTransport } from './types.js';

/** How the exchange with STS is run. */
export interface SendOptions {
  readonly transport: StsTransport;
  readonly tokenName: string;
  /** Retries after connection errors, 5xx and throttling: 0 to 2. Default 2. */
  readonly maxRetries?: number | undefined;
  /** Pause before a retry, in milliseconds. Default: random, 100 to 400. */
  readonly retryDelayMs?: (() => number) | undefined;
  /** The deadline of the attempt and the caller's own signal together. */
  readonly signal: AbortSignal;
  readonly callerSignal: AbortSignal | undefined;
  /** Called before each exchange and after each answer, for the audit record. */
  readonly onProgress: (progress: {
    readonly host: string;
    readonly requestId?: string | undefined;
  }) => void;
}

/** Most retries of one join. */
export const MAX_RETRIES = 2;

/**
 * Sends checked requests to STS until one is answered for good. Another request (and so another endpoint) is
 * tried only after a retryable failure, never after a refusal: a stranger must not be able to shop around.
 */
export async function sendToSts(
  requests: readonly InspectedJoinRequest[],
  options: SendOptions,
): Promise<CallerIdentity> {
  const { signal, maxRetries = MAX_RETRIES, retryDelayMs = jitteredRetryDelayMs } = options;
  const attempts = [...requests, ...requests, ...requests].slice(0, requests.length + maxRetries);
  let last: JoinIamError | undefined;
  for (const inspected of attempts) {
    try {
      if (last) await pause(retryDelayMs(), undefined, { signal });
      return await attempt(inspected, options);
    } catch (error) {
      last = toJoinIamError(error, options);
      if (!last.retryable || signal.aborted) throw last;
    }
  }
  throw last ?? new JoinIamError('request-malformed', { message: 'There is no signed request.' });
}

async function attempt(
  inspected: InspectedJoinRequest,
  options: SendOptions,
): Promise<CallerIdentity> {
  const { transport, tokenName, signal } = options;
  signal.throwIfAborted();
  options.onProgress({ host: inspected.host });
  const sending = transport(buildStsRequest(inspected), { signal, tokenName });
  // A transport that forgets the signal must not hold the attempt beyond its deadline.
  const response = checkShape(await untilAborted(sending, signal));
  const requestId = headerOf(response, 'x-amzn-requestid');
  options.onProgress({ host: inspected.host, requestId });
  const { partition, parts } = inspected;
  const token = parts.headers.get('x-amz-security-token') ?? '';
  return parseStsResponse(response, { partition, secrets: [parts.signature, token] });
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

function toJoinIamError(error: unknown, { signal, callerSignal }: SendOptions): JoinIamError {
  if (signal.aborted) return toAbortError(signal, callerSignal);
  if (error instanceof JoinIamError) return error;
  return new JoinIamError('sts-unavailable', {
    message: 'The connection to STS failed.',
    detail: causeName(error),
    cause: error,
  });
}
