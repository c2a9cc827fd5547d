import { SigV4ProxyError } from '../errors.js';
import type { HeaderList, HeaderPair } from '../request.js';

/**
 * What is known of a request body when its headers go out: in hand or with stated length and hash; collected from a chunked
 * upload; none; or framed as aws-chunked.
 */
export type BodyKind = 'known' | 'unknown' | 'empty' | 'aws-chunked';

/** What shapes the headers about the body. */
export interface BodyHeadersQuery {
  /** The client's, with names in lower case. */
  readonly headers: HeaderList;
  readonly body: BodyKind;
  readonly bodyLength: number | undefined;
  readonly payloadHash: string | undefined;
  /** Whether aws-chunked frames are taken away. */
  readonly decode: boolean;
}

/** Headers about the body that the outgoing request gets, and names of the client's that it must not keep. */
export interface BodyHeaders {
  readonly set: readonly HeaderPair[];
  /** Lower case. */
  readonly drop: ReadonlySet<string>;
  readonly payloadHash: string;
}

const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const UNSIGNED = 'UNSIGNED-PAYLOAD';

/**
 * Plans Content-Length, Transfer-Encoding, Content-Encoding and the payload hash of the outgoing request.
 *
 * @throws {@link SigV4ProxyError} `bad-framing` when the client's framing is ambiguous, `invalid-option` when the caller owes a
 *   length or hash
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6
 */
export function planBodyHeaders(query: BodyHeadersQuery): BodyHeaders {
  const { length, chunked } = readFraming(query.headers);
  if (query.body === 'aws-chunked') return planAwsChunked(query, length, chunked);
  const stated = one(query.headers, 'x-amz-content-sha256');
  if (query.body === 'empty') {
    const set: HeaderPair[] = length === undefined ? [] : [['Content-Length', length]];
    return { set, drop: new Set(), payloadHash: stated ?? query.payloadHash ?? EMPTY_HASH };
  }
  const outgoing = length ?? query.bodyLength?.toString();
  const payloadHash = stated ?? query.payloadHash;
  if (outgoing === undefined || payloadHash === undefined) {
    throw new SigV4ProxyError(
      'invalid-option',
      'The body states no length or hash; give prepareHeaders the bodyLength and payloadHash of the collected body.',
    );
  }
  return { set: [['Content-Length', outgoing]], drop: new Set(), payloadHash };
}

function planAwsChunked(
  query: BodyHeadersQuery,
  length: string | undefined,
  chunked: boolean,
): BodyHeaders {
  const payloadHash = one(query.headers, 'x-amz-content-sha256') ?? query.payloadHash;
  if (payloadHash === undefined) {
    throw new SigV4ProxyError(
      'invalid-option',
      'An aws-chunked body has a payload mode in x-amz-content-sha256; the request has no such header.',
    );
  }
  if (!query.decode) {
    const set: HeaderPair[] = length === undefined ? [] : [['Content-Length', length]];
    if (chunked) set.push(['Transfer-Encoding', 'chunked']);
    return { set, drop: new Set(), payloadHash };
  }
  const decoded = one(query.headers, 'x-amz-decoded-content-length');
  if (decoded === undefined || !isLength(decoded)) {
    throw badFraming(
      'x-amz-decoded-content-length is not a length, and an aws-chunked body needs it',
    );
  }
  const encodings = all(query.headers, 'content-encoding').flatMap((value) => value.split(','));
  const kept = encodings.map((coding) => coding.trim()).filter((coding) => !isAwsChunked(coding));
  const set: HeaderPair[] = [['Content-Length', decoded]];
  if (kept.length > 0) set.push(['Content-Encoding', kept.join(', ')]);
  return { set, drop: droppedWithFrames(query.headers), payloadHash: UNSIGNED };
}

function droppedWithFrames(headers: HeaderList): ReadonlySet<string> {
  const drop = new Set(['content-encoding', 'x-amz-decoded-content-length', 'x-amz-trailer']);
  const hasChecksum = headers.some(([name]) => name.startsWith('x-amz-checksum-'));
  // S3 refuses a request that names a checksum algorithm but brings no checksum.
  if (!hasChecksum) drop.add('x-amz-sdk-checksum-algorithm');
  return drop;
}

/** The one framing of a message. Two ways to find its end are how requests are smuggled. */
function readFraming(headers: HeaderList): { length: string | undefined; chunked: boolean } {
  const lengths = all(headers, 'content-length');
  const codings = all(headers, 'transfer-encoding');
  if (lengths.length > 1 || codings.length > 1 || (lengths.length > 0 && codings.length > 0)) {
    throw badFraming('the request states its length more than once');
  }
  const [length] = lengths;
  if (length !== undefined && !isLength(length)) throw badFraming('Content-Length is not a length');
  const [coding] = codings;
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') {
    throw badFraming('Transfer-Encoding is not exactly "chunked"');
  }
  return { length, chunked: coding !== undefined };
}

function isLength(text: string): boolean {
  return /^[0-9]{1,16}$/.test(text);
}

function isAwsChunked(coding: string): boolean {
  return coding === '' || coding.toLowerCase() === 'aws-chunked';
}

function all(headers: HeaderList, name: string): string[] {
  return headers.filter(([key]) => key === name).map(([, value]) => value);
}

function one(headers: HeaderList, name: string): string | undefined {
  return headers.find(([key]) => key === name)?.[1];
}

function badFraming(problem: string): SigV4ProxyError {
  return new SigV4ProxyError(
    'bad-framing',
    `The end of the body is ambiguous: ${problem}; send one Content-Length or one chunked encoding.`,
  );
}
