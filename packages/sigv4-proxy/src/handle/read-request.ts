import { hash } from 'node:crypto';
import { SigV4ProxyError } from '../errors.js';
import { STS_BODY_BYTES, WHOLE_BODY_BYTES } from '../limits.js';
import { loadPart } from '../load-part.js';
import type { ProxyRequest } from '../request.js';
import type { ProxyRuntime } from '../runtime.js';
import type { CheckedSignature } from '../sigv4/check-signature.js';
import type { VerifiedSignature } from '../sigv4/prove-signature.js';
import type { Frame } from './check-frame.js';
import { collectBody, takeBody } from './collect-body.js';
import type { RequestRecord } from './request-record.js';
import type { Slots } from './slots.js';
import type { SpooledBody } from './spool-body.js';

/** A request whose signature holds. */
export interface VerifiedRequest {
  readonly verified: VerifiedSignature;
  /** The whole body, its hash proven; undefined: there is none, or it still streams and must prove `verified.payload`. */
  readonly body: Uint8Array | undefined;
  /** The whole body where it may be too long for memory. */
  readonly spooled?: SpooledBody | undefined;
  /** Whether the body is still with the client. */
  readonly streams: boolean;
}

const FORM = /^application\/x-www-form-urlencoded\b/i;

/**
 * Proves the signature and reads the body where it must be in hand: it is small, its hash is not stated, its length is not
 * stated and AWS wants one, or it holds the name of the action or the length of a session. Nothing is read before the headers
 * have been checked.
 *
 * @param held where pieces are counted that are put aside before the signature is proven; it may refuse them
 * @returns a promise where the body has not come with its head
 * @throws SigV4ProxyError `signature-mismatch`, `payload-mismatch`, `too-large`, `truncated`, `bad-encoding`
 */
export function readRequest(
  request: ProxyRequest,
  frame: Frame,
  checked: CheckedSignature,
  runtime: ProxyRuntime,
  record: RequestRecord,
  held: Slots,
): VerifiedRequest | Promise<VerifiedRequest> {
  const { payload } = checked;
  const { body } = request;
  const { maxBufferedBody } = runtime.limits;
  const isSts = record.service === 'sts';
  // What is read whole stays in memory: no limit may be smaller for it than for a body that streams or goes to a file.
  const shortBytes = Math.min(WHOLE_BODY_BYTES, maxBufferedBody);
  const most = isSts ? Math.min(STS_BODY_BYTES, maxBufferedBody) : maxBufferedBody;
  if (body === undefined) return { verified: checked.prove(), body: undefined, streams: false };
  const { length } = frame;
  const small = length !== undefined && length <= shortBytes;
  if (payload.mode === 'whole-body') {
    request.sendContinue?.();
    if (!isSts && !small) return spool(body, frame, checked, runtime, record, held);
    const whole = takeBody(body, length, most);
    if (whole !== undefined) return withWhole(whole, checked, record);
    return collectBody(body, length, most).then((all) => withWhole(all, checked, record));
  }
  const verified = checked.prove();
  const isChunked = payload.mode === 'chunked';
  const short = small && request.sendContinue === undefined;
  const wanted = length === undefined || short || isSts || FORM.test(frame.contentType ?? '');
  if (isChunked || !wanted) return { verified, body: undefined, streams: true };
  request.sendContinue?.();
  const stated = payload.mode === 'hash' ? payload.sha256 : undefined;
  const whole = takeBody(body, length, most);
  if (whole !== undefined) return withBody(whole, verified, record, stated);
  return collectBody(body, length, most).then((all) => withBody(all, verified, record, stated));
}

/** A body whose hash nobody states: the signature proves it. */
function withWhole(
  body: Uint8Array,
  checked: CheckedSignature,
  record: RequestRecord,
): VerifiedRequest {
  record.bytesIn = body.length;
  return { verified: checked.prove(body), body, streams: false };
}

function withBody(
  body: Uint8Array,
  verified: VerifiedSignature,
  record: RequestRecord,
  sha256?: string,
): VerifiedRequest {
  record.bytesIn = body.length;
  if (sha256 !== undefined && hash('sha256', body, 'hex') !== sha256) {
    throw new SigV4ProxyError(
      'payload-mismatch',
      'The body does not have the hash that was signed.',
    );
  }
  return { verified, body, streams: false };
}

async function spool(
  body: AsyncIterable<Uint8Array>,
  { length }: Frame,
  checked: CheckedSignature,
  { limits: { maxBufferedBody: memory, maxSpooledBody: file } }: ProxyRuntime,
  record: RequestRecord,
  held: Slots,
): Promise<VerifiedRequest> {
  const { spoolBody } = await loadPart(() => import('./spool-body.js'));
  const spooled = await spoolBody(watched(body, record, held), length, { memory, file });
  record.spooled = spooled;
  record.bytesIn = spooled.length;
  return { verified: checked.prove(spooled), body: spooled.bytes, spooled, streams: false };
}

async function* watched(
  body: AsyncIterable<Uint8Array>,
  record: RequestRecord,
  held: Slots,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    held.take(record.claimedKeyId ?? '', chunk.length);
    record.held += chunk.length;
    yield chunk;
  }
}
