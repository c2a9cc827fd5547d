import type { SigV4ProxyError } from '../errors.js';
import { loadPart } from '../load-part.js';
import type { ProxyResponse } from '../response.js';
import type { ProxyRuntime } from '../runtime.js';
import type { RequestRecord } from './request-record.js';
import { toProxyError } from './to-proxy-error.js';

/**
 * Answers a request that has failed, in the wire format of its client. What is known of the formats comes with the first error;
 * should it not come, the answer has no body.
 *
 * @param record of the request; its service chooses the format
 * @param error why
 */
export async function answerError(
  runtime: ProxyRuntime,
  record: RequestRecord,
  error: SigV4ProxyError,
): Promise<ProxyResponse> {
  const { request, service, id: requestId } = record;
  try {
    const { errorAnswer } = await loadPart(() => import('./error-answer.js'));
    return errorAnswer(request, error, { requestId, now: runtime.clock(), service });
  } catch (failure) {
    runtime.logger?.error('An error answer could not be written.', toProxyError(failure));
    return {
      status: 500,
      headers: ['x-amzn-requestid', requestId, 'content-length', '0'],
      body: undefined,
      trailers: () => [],
      close: true,
    };
  }
}
