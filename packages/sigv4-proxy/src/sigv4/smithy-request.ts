import type { HttpRequest } from '@smithy/types';
import { SigV4ProxyError } from '../errors.js';
import { encodeByte } from './canonical-path.js';
import { joinSorted } from './join-sorted.js';
import { sha256Hex } from './sha256.js';

/**
 * The query of a smithy request in canonical form, which is also a legal wire form.
 *
 * @param bag parameters, decoded
 * @throws SigV4ProxyError `bad-encoding` for text that is not Unicode
 */
export function canonicalQueryOfBag(bag: HttpRequest['query']): string {
  if (bag === undefined) return '';
  const pieces: string[] = [];
  for (const key of Object.keys(bag)) {
    if (key.length === 15 && key.toLowerCase() === 'x-amz-signature') continue;
    const name = encodeText(key);
    const value = bag[key];
    if (Array.isArray(value)) for (const item of value) pieces.push(`${name}=${encodeText(item)}`);
    else pieces.push(`${name}=${typeof value === 'string' ? encodeText(value) : ''}`);
  }
  return joinSorted(pieces);
}

/** The path as the bytes a client would send: characters beyond ASCII as UTF-8. */
export function wirePathOf(path: string): string {
  return ASCII.test(path) ? path : Buffer.from(path, 'utf8').toString('latin1');
}

/**
 * The payload line of a smithy request. A stated hash is compared with a body in hand, because a signature over a wrong hash
 * would vouch for a body that nobody saw.
 *
 * @param body of the request
 * @param stated value of `x-amz-content-sha256` or of the option `payloadHash`
 * @throws SigV4ProxyError `payload-mismatch`, `missing-payload-hash` (a stream without a stated hash)
 */
export function payloadOf(body: unknown, stated: string | undefined): string {
  const known = bytesOf(body);
  if (known === undefined) {
    if (stated !== undefined) return stated;
    throw new SigV4ProxyError(
      'missing-payload-hash',
      'A streamed body needs its hash, or UNSIGNED-PAYLOAD, in x-amz-content-sha256.',
    );
  }
  if (stated === undefined) return sha256Hex(known);
  const isHash = stated.length === 64 && body !== undefined && body !== null;
  if (isHash && sha256Hex(known) !== stated) {
    throw new SigV4ProxyError('payload-mismatch', "x-amz-content-sha256 is not the body's hash.");
  }
  return stated;
}

const ASCII = /^[\0-\x7f]*$/;
const UNRESERVED = /^[\w.~-]*$/;

/** Percent-encodes Unicode text as UTF-8. */
export function encodeText(text: string): string {
  if (UNRESERVED.test(text)) return text;
  try {
    const encoded = encodeURIComponent(text);
    // Seldom there, and a search costs less than a replacement of nothing.
    return /[!'()*]/.test(encoded) ? encoded.replace(/[!'()*]/g, encodeByte) : encoded;
  } catch (cause) {
    throw new SigV4ProxyError('bad-encoding', 'A query parameter is not valid Unicode.', { cause });
  }
}

function bytesOf(body: unknown): string | Uint8Array | undefined {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (!ArrayBuffer.isView(body)) return undefined;
  return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
}
