import type { AwsCredentialIdentity } from '@smithy/types';
import { loadPart } from '../load-part.js';
import type { ClientCredential } from '../sigv4/check-signature.js';
import type { ChunkedPayload } from '../sigv4/payload-mode.js';
import type { VerifiedSignature } from '../sigv4/prove-signature.js';
import type { RawSignature } from '../sigv4/sign-canonical.js';
import { holdBack } from '../streaming/hold-back.js';
import type { RequestRecord } from './request-record.js';

/** The two ends of a streamed body: the signature it arrived under and the one it leaves under. */
export interface StreamedBody {
  readonly source: AsyncIterable<Uint8Array>;
  readonly verified: VerifiedSignature;
  readonly client: ClientCredential;
  readonly upstream: AwsCredentialIdentity;
  readonly signature: RawSignature | undefined;
  readonly output: 'frames' | 'decoded';
}

/**
 * The body on its way to AWS: checked while it streams, so that a body that is not what was signed never arrives complete.
 *
 * @returns a promise for aws-chunked bodies only
 * @throws SigV4ProxyError (from the iteration) `payload-mismatch` and the codes of aws-chunked bodies
 */
export function outgoingBody(
  body: StreamedBody,
  record: RequestRecord,
): AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>> {
  const { payload } = body.verified;
  const source = counted(body.source, record);
  if (payload.mode === 'hash') return holdBack(source, payload.sha256);
  if (payload.mode !== 'chunked') return source;
  return chunkedBody(source, payload, body);
}

/** The code for chunks comes along with the first such body. */
async function chunkedBody(
  source: AsyncIterable<Uint8Array>,
  payload: ChunkedPayload,
  { verified, client, upstream, signature, output }: StreamedBody,
): Promise<AsyncIterable<Uint8Array>> {
  const { transformChunkedBody } = await loadPart(() => import('../streaming/chunked-body.js'));
  return transformChunkedBody(source, {
    payload,
    output,
    verify: {
      seedSignature: verified.signature,
      secretAccessKey: client.secretAccessKey,
      accessKeyId: client.accessKeyId,
      timestamp: verified.timestamp,
      scope: verified.scope,
    },
    sign: signature && {
      seedSignature: signature.signature,
      secretAccessKey: upstream.secretAccessKey,
      accessKeyId: upstream.accessKeyId,
      timestamp: signature.timestamp,
      scope: signature.scope,
    },
  });
}

/** Counts body bytes for the audit event as they pass. */
export async function* counted(
  source: AsyncIterable<Uint8Array>,
  record: RequestRecord,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    record.bytesIn += chunk.length;
    yield chunk;
  }
}
