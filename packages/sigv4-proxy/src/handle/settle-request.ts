import type { Readable } from 'node:stream';
import { SigV4ProxyError } from '../errors.js';
import type { ProxyResponse } from '../response.js';
import type { ProxyRuntime } from '../runtime.js';
import { answerError } from './answer-error.js';
import type { RequestRecord } from './request-record.js';
import { toProxyError } from './to-proxy-error.js';

/** Frees what a request has taken. */
type Release = (record: RequestRecord) => void;

/**
 * Ends the bookkeeping of a request when its answer has been handed out, or has been streamed: counters, slots, audit event. In
 * strict mode the event is written before the answer is released, and no answer comes without it.
 *
 * @param release frees the slots of the request; called once
 * @returns a promise in strict mode only
 */
export function settleRequest(
  runtime: ProxyRuntime,
  record: RequestRecord,
  answer: ProxyResponse,
  release: Release,
): ProxyResponse | Promise<ProxyResponse> {
  record.status = answer.status;
  if (runtime.audit.strict) return settleStrictly(runtime, record, answer, release);
  return handOut(runtime, record, answer, release);
}

async function settleStrictly(
  runtime: ProxyRuntime,
  record: RequestRecord,
  answer: ProxyResponse,
  release: Release,
): Promise<ProxyResponse> {
  // AWS may break off while the sink still writes, when nobody else listens.
  if (isStream(answer.body)) answer.body.on('error', ignore);
  try {
    await runtime.audit.write(record.toEvent(runtime.clock()));
  } catch (error) {
    if (isStream(answer.body)) answer.body.destroy();
    record.error = toProxyError(error);
    count(runtime, record);
    release(record);
    return answerError(runtime, record, record.error);
  }
  return handOut(runtime, record, answer, release);
}

/** An answer that is there is done with; one that streams is when it has ended. */
function handOut(
  runtime: ProxyRuntime,
  record: RequestRecord,
  answer: ProxyResponse,
  release: Release,
): ProxyResponse {
  const { body } = answer;
  if (!isStream(body)) {
    finish(runtime, record, release);
    return answer;
  }
  let replacing: Promise<ProxyResponse> | undefined;
  const end = (): void => {
    const isCut = !body.readableEnded;
    if (isCut) record.error ??= cutShort(body.errored);
    finish(runtime, record, release);
    // Strict mode has called it allowed before it was released: a second event of the same id takes that back.
    if (isCut && runtime.audit.strict) {
      runtime.audit.write(record.toEvent(runtime.clock()))?.catch(() => {});
    }
  };
  onEnd(body, () => {
    if (replacing === undefined) end();
    else replacing.then(end, end);
  });
  const instead = (): Promise<ProxyResponse> => {
    replacing ??= replace(runtime, record, body);
    return replacing;
  };
  return { ...answer, instead };
}

/** The error in place of an answer that has failed while nothing of it was out. */
async function replace(
  runtime: ProxyRuntime,
  record: RequestRecord,
  body: Readable,
): Promise<ProxyResponse> {
  record.error ??= cutShort(body.errored);
  const answer = await answerError(runtime, record, record.error);
  record.status = answer.status;
  return answer;
}

function isStream(body: ProxyResponse['body']): body is Readable {
  return body !== undefined && !(body instanceof Uint8Array);
}

function ignore(): void {}

function finish(runtime: ProxyRuntime, record: RequestRecord, release: Release): void {
  release(record);
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
  // Not at once: whoever gets the answer must see first that it is none any more.
  if (body.closed) setImmediate(done);
  else body.once('close', done);
}

/** Either AWS broke off, or the client has left. */
function cutShort(cause: Error | null): SigV4ProxyError {
  if (cause instanceof SigV4ProxyError) return cause;
  return new SigV4ProxyError('upstream', 'The answer of AWS did not reach its end.', { cause });
}
