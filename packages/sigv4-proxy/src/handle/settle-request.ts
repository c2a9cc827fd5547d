import type { Readable } from 'node:stream';
import { SigV4ProxyError } from '../errors.js';
import type { ProxyResponse } from '../response.js';
import type { ProxyRuntime } from '../runtime.js';
import { errorAnswer, toProxyError } from './error-answer.js';
import type { RequestRecord } from './request-record.js';

/**
 * Ends the bookkeeping of a request when its answer has been handed out, or has been streamed: counters, slots, audit event. In
 * strict mode the event is written before the answer is released, and no answer comes without it.
 *
 * @param release frees the slots of the request; called once
 */
export async function settleRequest(
  runtime: ProxyRuntime,
  record: RequestRecord,
  answer: ProxyResponse,
  release: () => void,
): Promise<ProxyResponse> {
  record.status = answer.status;
  const { body } = answer;
  const streams = body !== undefined && !(body instanceof Uint8Array);
  if (runtime.audit.strict) {
    try {
      await runtime.audit.write(record.toEvent(runtime.clock()));
    } catch (error) {
      if (streams) body.destroy();
      record.error = toProxyError(error);
      count(runtime, record);
      release();
      return errorAnswer(record.request, record.error, {
        requestId: record.id,
        now: runtime.clock(),
        service: record.service,
      });
    }
  }
  if (!streams) {
    finish(runtime, record, release);
    return answer;
  }
  onEnd(body, () => {
    if (!body.readableEnded) record.error ??= cutShort(body.errored);
    finish(runtime, record, release);
  });
  return answer;
}

function finish(runtime: ProxyRuntime, record: RequestRecord, release: () => void): void {
  release();
  count(runtime, record);
  // In lenient mode `write` never rejects; in strict mode the event is out already.
  if (!runtime.audit.strict) void runtime.audit.write(record.toEvent(runtime.clock()));
}

function count({ counters }: ProxyRuntime, record: RequestRecord): void {
  counters.bytesIn += record.bytesIn;
  counters.bytesOut += record.bytesOut;
  const service = record.session === undefined ? undefined : record.service;
  counters.finish(record.outcome, service, record.error?.code);
}

function onEnd(body: Readable, done: () => void): void {
  if (body.closed) done();
  else body.once('close', done);
}

/** Either AWS broke off, or the client has left. */
function cutShort(cause: Error | null): SigV4ProxyError {
  if (cause instanceof SigV4ProxyError) return cause;
  return new SigV4ProxyError('upstream', 'The answer of AWS did not reach its end.', { cause });
}
