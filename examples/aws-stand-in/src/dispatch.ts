import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Call, State } from './call.js';
import { serveCloudWatch } from './cloudwatch/serve-cloudwatch.js';
import { serveDynamoDb } from './dynamodb/serve-dynamodb.js';
import { AwsFault } from './errors/aws-fault.js';
import { renderFault } from './errors/render-fault.js';
import type { Fault } from './faults.js';
import { classifyHost } from './hosts/classify-host.js';
import { protocolOf } from './hosts/protocol-of.js';
import type { Answer } from './http/answer.js';
import { parseQuery, queryValue } from './http/query.js';
import { header, readWireRequest, type WireRequest } from './http/wire-request.js';
import { writeAnswer } from './http/write-answer.js';
import { newUuid } from './iam/identifiers.js';
import type { RecordDraft } from './request-log.js';
import { serveS3 } from './s3/serve-s3.js';
import { serveUnknown } from './serve-unknown.js';
import { serveSignin } from './signin/serve-signin.js';
import { serveSts } from './sts/serve-sts.js';
import { wantsJson } from './sts/sts-answer.js';

/** Identifiers and time of one request. */
interface Frame {
  readonly requestId: string;
  readonly hostId: string;
  readonly now: Date;
  readonly draft: RecordDraft;
}

/**
 * Answers one HTTP request and writes one entry of the log, whatever happens.
 *
 * @param waitsForContinue the client sent `Expect: 100-continue`; the body is asked for only when it is read
 */
export async function dispatch(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  waitsForContinue: boolean,
): Promise<void> {
  const { randomBytes, clock } = state.options;
  const requestId = newUuid(randomBytes);
  const now = clock();
  const hostId = Buffer.from(randomBytes(57)).toString('base64');
  const frame: Frame = { requestId, hostId, now, draft: {} };
  let answer: Answer | undefined;
  let aborted = false;
  let waiting = waitsForContinue;
  try {
    const wire = readWireRequest(request, () => {
      if (waiting) response.writeContinue();
      waiting = false;
      // A reader that gives up must leave the connection for the answer.
      return request.iterator({ destroyOnReturn: false });
    });
    answer = await route(state, wire, frame);
  } catch (error) {
    aborted = request.destroyed && !request.complete;
    answer = renderFault(toFault(error, frame.draft), {
      protocol: 'restJson',
      ...frame,
      wantsJson: false,
      resource: '/',
      queryMode: false,
    });
  }
  const status = answer?.status ?? 0;
  // Written before the answer leaves, so that whoever got the answer finds the entry.
  const markAborted = state.log.add({
    ...frame.draft,
    time: now.toISOString(),
    requestId,
    method: request.method ?? '',
    host: request.headers.host ?? '',
    path: (request.url ?? '').split('?')[0] ?? '',
    status,
    outcome: aborted || !answer ? 'aborted' : status < 400 ? 'ok' : 'refused',
  });
  if (!answer || aborted) response.destroy();
  else if (!(await writeAnswer(response, request, answer, now, !waiting))) markAborted();
}

async function route(state: State, wire: WireRequest, frame: Frame): Promise<Answer | undefined> {
  const host = classifyHost(wire.host);
  if (!host) {
    throw new AwsFault('UnknownEndpoint', 404, `${wire.host} is not the name of an AWS endpoint.`);
  }
  const { draft } = frame;
  const service = host.kind === 'service' ? host.target.service : 'signin';
  draft.service = host.kind === 'console' ? 'console' : service;
  if (host.kind === 'service') draft.region = host.target.region;
  const fault = state.faults.take(service, visibleAction(wire));
  if (fault) {
    const played = await play(fault, draft);
    if (played !== 'serve') return played;
  }
  if (host.kind !== 'service') return serveSignin({ wire, host, state, ...frame });
  const protocol = protocolOf(service, wire);
  const call: Call = { wire, target: host.target, protocol, state, ...frame };
  try {
    return await serve(call);
  } catch (error) {
    return renderFault(toFault(error, draft), {
      protocol,
      ...frame,
      wantsJson: wantsJson(call),
      resource: wire.path,
      queryMode: header(wire, 'x-amzn-query-mode') === 'true',
    });
  }
}

function serve(call: Call): Promise<Answer> {
  switch (call.target.service) {
    case 'sts':
      return serveSts(call);
    case 's3':
      return serveS3(call);
    case 'dynamodb':
      return serveDynamoDb(call);
    case 'monitoring':
      return serveCloudWatch(call);
    default:
      return serveUnknown(call);
  }
}

// Only what stands in the head of the request: faults strike before the body is read.
function visibleAction(wire: WireRequest): string | undefined {
  const target = header(wire, 'x-amz-target')?.split('.').at(-1);
  return target ?? queryValue(parseQuery(wire.query), 'Action');
}

async function play(fault: Fault, draft: RecordDraft): Promise<Answer | undefined | 'serve'> {
  if (fault.delayMs !== undefined) await delay(fault.delayMs);
  draft.errorCode = 'InjectedFault';
  if (fault.reset) return undefined;
  if (!fault.respond) {
    delete draft.errorCode;
    return 'serve';
  }
  const { status, headers = {}, body = '' } = fault.respond;
  return { status, headers, body: Buffer.from(body) };
}

function toFault(error: unknown, draft: RecordDraft): AwsFault {
  const fault =
    error instanceof AwsFault
      ? error
      : new AwsFault('InternalFailure', 500, error instanceof Error ? error.message : 'Failure.');
  draft.errorCode = fault.code;
  // The long form quotes the canonical request; one line is enough for a log.
  draft.errorMessage = fault.message.split('\n')[0];
  return fault;
}
