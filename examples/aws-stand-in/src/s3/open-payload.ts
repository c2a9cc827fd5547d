import { createHash } from 'node:crypto';
import { authFault } from '../errors/auth-fault.js';
import { AwsFault } from '../errors/aws-fault.js';
import { parseQuery, queryValue } from '../http/query.js';
import { header, type WireRequest } from '../http/wire-request.js';
import type { SignatureClaim } from '../sigv4/claim.js';
import { decodeAwsChunked } from '../sigv4/decode-aws-chunked.js';
import type { Verified } from '../sigv4/verify-signature.js';
import { type ChecksumName, checksumNameOf, createChecksum } from './checksums.js';

/** A body that was read to its end and found right. */
export interface Payload {
  readonly pieces: readonly Buffer[];
  readonly size: number;
  /** Hex MD5, the ETag of a simple object. */
  readonly md5: string;
  readonly checksum?: { readonly name: ChecksumName; readonly value: string } | undefined;
}

const STREAMING = /^STREAMING-(?:UNSIGNED-PAYLOAD-TRAILER|AWS4-HMAC-SHA256-PAYLOAD(?:-TRAILER)?)$/;

/**
 * The last line of an S3 canonical request: the client's own statement about the body, which `readPayload` checks.
 *
 * @throws {AwsFault} when it is missing or of no known form
 */
export function statedPayloadHash(request: WireRequest, claim: SignatureClaim): string {
  const stated = header(request, 'x-amz-content-sha256');
  if (claim.form === 'query') {
    return (
      queryValue(parseQuery(request.query), 'X-Amz-Content-Sha256') ?? stated ?? 'UNSIGNED-PAYLOAD'
    );
  }
  if (stated === undefined) {
    throw new AwsFault(
      'InvalidRequest',
      400,
      'Missing required header for this request: x-amz-content-sha256',
    );
  }
  if (/^[0-9a-f]{64}$/.test(stated) || stated === 'UNSIGNED-PAYLOAD' || STREAMING.test(stated)) {
    return stated;
  }
  throw new AwsFault(
    'InvalidArgument',
    400,
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING- form the stand-in knows, or a valid sha256 value.',
    { details: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: stated } },
  );
}

/**
 * Reads and verifies the body: stated hash or chunk chain, length, Content-MD5 and checksums.
 *
 * @param limit bytes of the decoded body
 * @throws {AwsFault} when anything stated about the body is untrue
 */
export async function readPayload(
  request: WireRequest,
  verified: Verified,
  limit: number,
): Promise<Payload> {
  const stated = statedPayloadHash(request, verified.claim);
  const streaming = STREAMING.test(stated);
  const trailers = new Map<string, string>();
  const source = streaming
    ? openChunks(request, verified, stated, trailers)
    : checkedFraming(request).body();
  const declared = declaredChecksum(request, streaming);
  const checksum = declared ? createChecksum(declared.name) : undefined;
  const md5 = createHash('md5');
  const sha256 = /^[0-9a-f]{64}$/.test(stated) ? createHash('sha256') : undefined;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > limit) {
      const message = 'Your proposed upload exceeds the maximum allowed size';
      throw new AwsFault('EntityTooLarge', 400, message);
    }
    md5.update(piece);
    sha256?.update(piece);
    checksum?.update(piece);
    pieces.push(compact(piece));
  }
  const actual = sha256?.digest('hex');
  if (actual !== undefined && actual !== stated) {
    const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    throw authFault('payload-mismatch', 's3', message, {
      ClientComputedContentSHA256: stated,
      S3ComputedContentSHA256: actual,
    });
  }
  const digest = md5.digest();
  const contentMd5 = header(request, 'content-md5');
  if (contentMd5 !== undefined && contentMd5 !== digest.toString('base64')) {
    throw badDigest('The Content-MD5 you specified did not match what we received.');
  }
  if (!declared || !checksum) return { pieces, size, md5: digest.toString('hex') };
  const value = checksum.digest();
  const claimed = declared.value ?? trailers.get(`x-amz-checksum-${declared.name}`);
  if (claimed !== value) {
    const name = declared.name.toUpperCase();
    throw badDigest(`The ${name} you specified did not match the calculated checksum.`);
  }
  return { pieces, size, md5: digest.toString('hex'), checksum: { name: declared.name, value } };
}

// A small piece is a window on a whole read buffer of the socket; keeping it would keep all of that.
function compact(piece: Buffer): Buffer {
  return piece.length * 2 < piece.buffer.byteLength ? Buffer.from(piece) : piece;
}

function openChunks(
  request: WireRequest,
  { claim, recomputer }: Verified,
  stated: string,
  trailers: Map<string, string>,
): AsyncIterable<Buffer> {
  const length = header(request, 'x-amz-decoded-content-length') ?? '';
  if (!/^\d{1,15}$/.test(length)) {
    const message = 'You must provide the x-amz-decoded-content-length HTTP header.';
    throw new AwsFault('MissingContentLength', 411, message);
  }
  const hasTrailers = stated.endsWith('-TRAILER');
  return decodeAwsChunked(request.body(), {
    signed: stated.startsWith('STREAMING-AWS4')
      ? {
          seedSignature: claim.signature,
          timestamp: claim.timestamp,
          scope: recomputer.scope(claim),
          sign: (text) => recomputer.signText(claim, text),
        }
      : undefined,
    hasTrailers,
    declaredTrailers: hasTrailers ? declaredTrailers(request) : [],
    decodedLength: Number(length),
    onTrailers: (seen) => {
      for (const [name, value] of seen) trailers.set(name, value);
    },
  });
}

function checkedFraming(request: WireRequest): WireRequest {
  if (request.headers.has('transfer-encoding')) {
    throw new AwsFault(
      'NotImplemented',
      501,
      'A header you provided implies functionality that is not implemented',
      { details: { Header: 'Transfer-Encoding' } },
    );
  }
  return request;
}

function declaredTrailers(request: WireRequest): readonly string[] {
  return (header(request, 'x-amz-trailer') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

function declaredChecksum(
  request: WireRequest,
  streaming: boolean,
): { readonly name: ChecksumName; readonly value: string | undefined } | undefined {
  const found = [...request.headers.keys()].flatMap((name) => checksumNameOf(name) ?? []);
  const trailing = streaming
    ? declaredTrailers(request).flatMap((name) => checksumNameOf(name) ?? [])
    : [];
  if (found.length + trailing.length > 1) {
    const message =
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.';
    throw new AwsFault('InvalidRequest', 400, message);
  }
  const [inHeader] = found;
  if (inHeader) return { name: inHeader, value: header(request, `x-amz-checksum-${inHeader}`) };
  const [inTrailer] = trailing;
  return inTrailer ? { name: inTrailer, value: undefined } : undefined;
}

function badDigest(message: string): AwsFault {
  return new AwsFault('BadDigest', 400, message);
}
