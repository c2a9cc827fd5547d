import { createHash } from 'node:crypto';
import type { Call } from './call.js';
import { readBody } from './http/read-body.js';
import { findCaller } from './iam/caller.js';
import { statedPayloadHash } from './s3/open-payload.js';
import { type Verified, verifySignature } from './sigv4/verify-signature.js';

/**
 * Verifies a call of any service but S3. The payload hash is that of the bytes that came, whatever the headers say.
 *
 * @throws {AwsFault}
 */
export async function authenticateBuffered(
  call: Call,
): Promise<{ readonly verified: Verified; readonly body: Buffer }> {
  let body: Buffer = Buffer.alloc(0);
  const verified = await verify(call, call.target.region ?? '', async () => {
    body = await readBody(call.wire, call.state.options.maxBodyBytes);
    return createHash('sha256').update(body).digest('hex');
  });
  call.draft.payload = 'hash';
  return { verified, body };
}

/**
 * Verifies the headers of an S3 call; the body is read later, against the statement that was signed.
 *
 * @param region where the bucket lives, or the endpoint
 * @throws {AwsFault}
 */
export async function authenticateS3(call: Call, region: string): Promise<Verified> {
  const verified = await verify(call, region, (claim) => {
    const stated = statedPayloadHash(call.wire, claim);
    call.draft.payload = stated.startsWith('STREAMING-')
      ? 'streaming'
      : stated === 'UNSIGNED-PAYLOAD'
        ? 'unsigned'
        : 'hash';
    return stated;
  });
  return verified;
}

async function verify(
  { wire, target, protocol, now, state, draft }: Call,
  region: string,
  payloadHash: Parameters<typeof verifySignature>[1]['payloadHash'],
): Promise<Verified> {
  const { options } = state;
  const verified = await verifySignature(wire, {
    target,
    region,
    protocol,
    now,
    skewSeconds: target.service === 's3' ? options.s3ClockSkewSeconds : options.clockSkewSeconds,
    findCaller: (accessKeyId) => findCaller(accessKeyId, state.directory, state.sessions),
    payloadHash,
  });
  draft.principal = verified.caller.arn;
  draft.accessKeyId = verified.caller.accessKeyId;
  return verified;
}
