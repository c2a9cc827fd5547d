import { SigV4ProxyError } from '../errors.js';
import { ECDSA, isS3Service, type SigningAlgorithm } from './algorithm.js';

/** The aws-chunked values of `x-amz-content-sha256`. */
export type StreamingMode =
  | 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
  | 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
  | 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
  | 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD'
  | 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER';

/** What an aws-chunked body must prove while it streams. */
export interface ChunkedPayload {
  readonly mode: 'chunked';
  /** The value of `x-amz-content-sha256`. */
  readonly streaming: StreamingMode;
  /** The bytes between the frames, from `x-amz-decoded-content-length`. */
  readonly decodedContentLength: number;
  /** Names in `x-amz-trailer`, lower case. */
  readonly declaredTrailers: readonly string[];
}

/** What the body of a request must prove, or that it proves nothing. */
export type Payload =
  /** Its SHA-256, 64 lower-case hex digits. */
  | { readonly mode: 'hash'; readonly sha256: string }
  /** Nothing: the signature does not cover it. */
  | { readonly mode: 'unsigned' }
  /** The signature itself covers the hash, which the request does not state: the whole body is needed first. */
  | { readonly mode: 'whole-body' }
  | ChunkedPayload;

/** What decides on the payload mode. All but `secure` is attacker-controlled. */
export interface PayloadQuestion {
  /** The stated `x-amz-content-sha256`, if any. */
  readonly stated: string | undefined;
  readonly form: 'header' | 'query';
  readonly algorithm: SigningAlgorithm;
  readonly service: string;
  readonly method: string;
  /** Raw path. */
  readonly path: string;
  /** Whether the connection is TLS. */
  readonly secure: boolean;
  /** Value of a header of the request. */
  header(name: string): string | undefined;
}

/**
 * Decides what the body must prove.
 *
 * @throws SigV4ProxyError `missing-payload-hash`, `payload-mode-not-allowed`, `malformed-auth` for an unknown value, `denied` for
 *   event streams, `bad-framing` for an aws-chunked body without a usable `x-amz-decoded-content-length`
 */
export function resolvePayload(question: PayloadQuestion): Payload {
  const { stated, form, service } = question;
  const s3 = isS3Service(service);
  if (stated === undefined) {
    if (!s3) return { mode: 'whole-body' };
    if (form === 'query') return { mode: 'unsigned' };
    throw new SigV4ProxyError(
      'missing-payload-hash',
      'S3 requests must state x-amz-content-sha256; add the header and sign it.',
    );
  }
  if (/^[0-9a-f]{64}$/.test(stated)) return { mode: 'hash', sha256: stated };
  if (stated === 'UNSIGNED-PAYLOAD') {
    if (form === 'query' || (s3 && question.secure) || isUnsignedBodyOperation(question)) {
      return { mode: 'unsigned' };
    }
    throw notAllowed('UNSIGNED-PAYLOAD is only for S3 over TLS and presigned requests');
  }
  if (stated === 'STREAMING-AWS4-HMAC-SHA256-EVENTS') {
    throw new SigV4ProxyError('denied', 'Signed event streams are not supported.');
  }
  const streaming = STREAMING_MODES.find((mode) => mode === stated);
  if (streaming === undefined) {
    throw new SigV4ProxyError('malformed-auth', 'x-amz-content-sha256 has an unknown value.');
  }
  if (!s3) throw notAllowed('aws-chunked bodies are only for S3');
  if (streaming.startsWith('STREAMING-AWS4-')) {
    if (form === 'query') throw notAllowed('a presigned request cannot have signed chunks');
    if (streaming.includes('-ECDSA-') !== (question.algorithm === ECDSA)) {
      throw notAllowed('chunks and headers are signed with different algorithms');
    }
  }
  return {
    mode: 'chunked',
    streaming,
    decodedContentLength: decodedContentLength(question.header('x-amz-decoded-content-length')),
    declaredTrailers: splitTrailers(question.header('x-amz-trailer')),
  };
}

/** The value that stands on the last line of the canonical request, unless the whole body must be hashed first. */
export function payloadLine(payload: Payload): string | undefined {
  if (payload.mode === 'hash') return payload.sha256;
  if (payload.mode === 'unsigned') return 'UNSIGNED-PAYLOAD';
  return payload.mode === 'chunked' ? payload.streaming : undefined;
}

const STREAMING_MODES: readonly StreamingMode[] = [
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER',
];

// Operations whose service model says that the body is not signed. WriteGetObjectResponse is of the S3 family.
const UNSIGNED_BODY_OPERATIONS: readonly (readonly [string, string, RegExp])[] = [
  ['ebs', 'PUT', /^\/snapshots\/[^/]+\/blocks\/[^/]+$/],
  ['lex', 'POST', /^\/bot\/[^/]+\/alias\/[^/]+\/user\/[^/]+\/content\/?$/],
  [
    'lex',
    'POST',
    /^\/bots\/[^/]+\/botAliases\/[^/]+\/botLocales\/[^/]+\/sessions\/[^/]+\/utterance$/,
  ],
  ['mediastore', 'PUT', /^\/./],
  ['omics', 'PUT', /^\/sequencestore\/[^/]+\/upload\/[^/]+\/part$/],
];

function isUnsignedBodyOperation({ service, method, path }: PayloadQuestion): boolean {
  return UNSIGNED_BODY_OPERATIONS.some(
    ([ofService, ofMethod, ofPath]) =>
      service === ofService && method === ofMethod && ofPath.test(path),
  );
}

function decodedContentLength(value: string | undefined): number {
  const length = value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : -1;
  if (length >= 0) return length;
  throw new SigV4ProxyError(
    'bad-framing',
    'An aws-chunked body needs x-amz-decoded-content-length with the number of its bytes.',
  );
}

function splitTrailers(value: string | undefined): readonly string[] {
  const names = (value ?? '').split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '');
}

function notAllowed(why: string): SigV4ProxyError {
  return new SigV4ProxyError(
    'payload-mode-not-allowed',
    `The payload mode is not allowed: ${why}.`,
  );
}
