import type { AwsCredentialIdentity } from '@smithy/types';
import type { AbortLike } from '../abort-like.js';
import { SigV4ProxyError } from '../errors.js';
import type { BodyKind } from '../forward/body-headers.js';
import { HeaderPlanner } from '../forward/header-planner.js';
import type { HeaderRelay, RelayedHeaders } from '../forward/relay-headers.js';
import type { UpstreamClient, UpstreamRequest, UpstreamResponse } from '../forward/upstream.js';
import { upstreamError } from '../forward/upstream-error.js';
import type { SignerFactory } from '../options.js';
import type { ProxyRequest } from '../request.js';
import type { ProxyResponse } from '../response.js';
import type { ClientCredential } from '../sigv4/check-signature.js';
import type { SigningCache } from '../sigv4/signing-cache.js';
import type { Target } from '../target/target-options.js';
import { awsErrorCode, ERROR_BYTES, isExpiredCode } from './aws-error-code.js';
import type { OutgoingParts } from './cap-duration.js';
import type { Frame } from './check-frame.js';
import { outgoingBody } from './outgoing-body.js';
import { peekBody } from './peek-body.js';
import type { VerifiedRequest } from './read-request.js';
import type { RequestRecord } from './request-record.js';
import { type SignedOutgoing, signOutgoing } from './sign-outgoing.js';
import { splitPort } from './split-port.js';

/** A verified and allowed request, with everything that is known before it is signed again. */
export interface ReadyRequest {
  readonly record: RequestRecord;
  readonly frame: Frame;
  readonly read: VerifiedRequest;
  /** What goes out where the client's own words were changed. */
  readonly outgoing: OutgoingParts;
  readonly client: ClientCredential;
  readonly destination: Target;
  readonly signal: AbortLike | undefined;
  readonly poolKey: string;
}

/** What came back from AWS, and how to read it. */
export interface Attempt {
  readonly response: UpstreamResponse;
  /** The body of the response, unread. */
  readonly body: UpstreamResponse['body'];
  readonly head: RelayedHeaders;
  /** The AWS error code, when the answer is an error that could be read. */
  readonly code: string | undefined;
  /** Whether AWS called the credentials expired. */
  readonly expired: boolean;
}

/** Signs a ready request with the given credentials, sends it, and waits for the head of the answer. */
export type Sender = (
  ready: ReadyRequest,
  credentials: AwsCredentialIdentity,
) => Promise<UpstreamResponse>;

/**
 * @param o how to sign and where to send
 */
export function createSender(o: {
  readonly chunkedMode: 'resign' | 'decode';
  readonly clock: () => Date;
  readonly cache: SigningCache;
  readonly signer: SignerFactory | undefined;
  readonly upstream: UpstreamClient;
}): Sender {
  const { chunkedMode } = o;
  const planner = new HeaderPlanner();

  const sendSigned = (
    { record, outgoing, destination, poolKey, signal, read }: ReadyRequest,
    signed: SignedOutgoing,
    body: UpstreamRequest['body'],
  ): Promise<UpstreamResponse> => {
    const { request } = record;
    const { host, port } = splitPort(destination.host);
    return o.upstream.send({
      host,
      port,
      method: request.method,
      target: signed.target,
      headers: signed.headers,
      body: body ?? outgoing.body ?? read.spooled?.read(),
      expectContinue: read.streams && request.sendContinue !== undefined,
      onContinue: request.sendContinue,
      counter: record,
      service: destination.signingName,
      poolKey,
      signal,
    });
  };

  /** The longer way of bodies that stream and of signers that take their time. */
  const sendLater = async (
    ready: ReadyRequest,
    credentials: AwsCredentialIdentity,
    signing: SignedOutgoing | Promise<SignedOutgoing>,
  ): Promise<UpstreamResponse> => {
    const { record, read, client } = ready;
    const { body: source } = record.request;
    const signed = await signing;
    if (!read.streams || source === undefined) return sendSigned(ready, signed, undefined);
    const { verified } = read;
    const { signature } = signed;
    const output = chunkedMode === 'decode' ? 'decoded' : 'frames';
    const streamed = {
      source,
      verified,
      client,
      upstream: credentials,
      signature,
      output,
    } as const;
    return sendSigned(ready, signed, await outgoingBody(streamed, record));
  };

  return (ready, credentials) => {
    const { record, frame, read, outgoing, destination } = ready;
    const { request } = record;
    record.upstreamKeyId = credentials.accessKeyId;
    record.streamed = read.streams;
    const signing = signOutgoing(
      {
        mode: request.mode,
        method: request.method,
        target: outgoing.target,
        headers: outgoing.headers,
        verified: read.verified,
        payloadHash: outgoing.payloadHash,
        destination,
        body: bodyKind(request, read, frame),
        bodyLength: outgoing.body?.length ?? read.spooled?.length,
        chunkedMode,
      },
      { credentials, now: o.clock(), cache: o.cache, planner, signer: o.signer },
    );
    return read.streams || signing instanceof Promise
      ? sendLater(ready, credentials, signing)
      : sendSigned(ready, signing, undefined);
  };
}

/**
 * Looks into an answer as far as it takes to know what it is.
 *
 * @param heads remembers what heads looked like
 * @returns a promise only where an error has not come whole
 */
export function readAnswer(
  { record, destination }: ReadyRequest,
  response: UpstreamResponse,
  heads: HeaderRelay,
): Attempt | Promise<Attempt> {
  const head = heads.relay(response.headers, record.id);
  const known = beginningOf(response);
  if (known !== undefined) return attemptOf(response, head, known);
  return readBeginning(response, splitPort(destination.host).host).then((read) =>
    attemptOf(response, head, read),
  );
}

function attemptOf(
  response: UpstreamResponse,
  head: RelayedHeaders,
  { beginning, body }: Beginning,
): Attempt {
  const code = response.status < 300 ? undefined : awsErrorCode(head.errorType, beginning);
  return { response, body, head, code, expired: isExpiredCode(code) };
}

/** The body of an answer that came whole, or that nobody looks into. */
function beginningOf({ status, body }: UpstreamResponse): Beginning | undefined {
  if (body === undefined || body instanceof Uint8Array) return { beginning: body, body };
  return status < 400 ? { beginning: undefined, body } : undefined;
}

interface Beginning {
  readonly beginning: Uint8Array | undefined;
  readonly body: UpstreamResponse['body'];
}

/** As much of an error's body as it takes to know which error it is, whatever way it came. */
async function readBeginning(response: UpstreamResponse, host: string): Promise<Beginning> {
  const { body } = response;
  if (body === undefined || body instanceof Uint8Array) return { beginning: body, body };
  try {
    const peeked = await peekBody(body, ERROR_BYTES);
    return { beginning: peeked.head, body: peeked.body };
  } catch (error) {
    throw error instanceof SigV4ProxyError ? error : upstreamError(host, error);
  }
}

/** Lets go of an answer that nobody will read. */
export function discard({ body }: Attempt): void {
  if (body !== undefined && !(body instanceof Uint8Array)) body.destroy();
}

/** AWS's answer as the client gets it; what it says about itself goes to the audit event. */
export function relay(
  { record, outgoing: { durationSeconds } }: ReadyRequest,
  { response, body, head, code }: Attempt,
): ProxyResponse {
  record.awsRequestId = head.requestId;
  record.awsExtendedRequestId = head.extendedRequestId;
  record.awsErrorCode = code;
  const { status, trailers } = response;
  const { headers } = head;
  if (durationSeconds !== undefined) {
    headers.push('x-sigv4-proxy-duration-seconds', String(durationSeconds));
  }
  return { status, headers, body, trailers, close: false };
}

function bodyKind(request: ProxyRequest, read: VerifiedRequest, frame: Frame): BodyKind {
  if (request.body === undefined) return 'empty';
  if (read.verified.payload.mode === 'chunked') return 'aws-chunked';
  return frame.length === undefined ? 'unknown' : 'known';
}
