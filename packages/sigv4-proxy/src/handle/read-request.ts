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
 * @param hold called with the length of each piece that is put aside before the signature is proven; may refuse it
 * @throws SigV4ProxyError `signature-mismatch`, `payload-mismatch`, `too-large`, `truncated`, `bad-encoding`
 */
export async function readRequest(
  request: ProxyRequest,
  frame: Frame,
  checked: CheckedSignature,
  runtime: ProxyRuntime,
  record: RequestRecord,
  hold: (bytes: number) => void,
): Promise<VerifiedRequest> {
  const { payload } = checked;
  const { body } = request;
  const { maxBufferedBody, maxSpooledBody } = runtime.limits;
  const isSts = record.service === 'sts';
  // What is read whole stays in memory: no limit may be smaller for it than for a body that streams or goes to a file.
  const shortBytes = Math.min(WHOLE_BODY_BYTES, maxBufferedBody);
  const most = isSts ? Math.min(STS_BODY_BYTES, maxBufferedBody) : maxBufferedBody;
  if (body === undefined) return { verified: checked.prove(), body: undefined, streams: false };
  if (payload.mode === 'whole-body') {
    request.sendContinue?.();
    if (isSts || (frame.length ?? Number.POSITIVE_INFINITY) <= shortBytes) {
      const whole =
        takeBody(body, frame.length, most) ?? (await collectBody(body, frame.length, most));
      record.bytesIn = whole.length;
      return { verified: checked.prove(whole), body: whole, streams: false };
    }
    const memory = maxBufferedBody;
    const limits = { memory, file: maxSpooledBody };
    const { spoolBody } = await loadPart(() => import('./spool-body.js'));
    const spooled = await spoolBody(watched(body, hold), frame.length, limits);
    record.spooled = spooled;
    record.bytesIn = spooled.length;
    return { verified: checked.prove(spooled), body: spooled.bytes, spooled, streams: false };
  }
  const verified = checked.prove();
  if (payload.mode === 'chunked') {
    return { verified, body: undefined, streams: true };
  }
  const { length } = frame;
  const small = length !== undefined && length <= shortBytes;
  const form = FORM.test(frame.contentType ?? '');
  const short = small && request.sendContinue === undefined;
  const wanted = length === undefined || form || isSts || short;
  if (!wanted) return { verified, body: undefined, streams: true };
  request.sendContinue?.();
  const whole = takeBody(body, length, most) ?? (await collectBody(body, length, most));
  record.bytesIn = whole.length;
  if (payload.mode === 'hash' && hash('sha256', whole, 'hex') !== payload.sha256) {
    throw new SigV4ProxyError(
      'payload-mismatch',
      'The body does not have the hash that was signed.',
    );
  }
  return { verified, body: whole, streams: false };
}

async function* watched(
  body: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    onBytes(chunk.length);
    yield chunk;
  }
}
