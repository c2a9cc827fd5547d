import { SigV4ProxyError } from '../errors.js';
import { isS3Service } from './algorithm.js';

const UNRESERVED_PATH = /^[\w.~/-]*$/;
const EMPTY_OR_DOT_SEGMENT = /\/(?:\/|\.\.?(?:\/|$))/;
const S3_TO_ENCODE = /%(?:[0-9A-Fa-f]{2})?|[^\w.~/-]/g;
const TO_ENCODE = /[^\w.~-]/g;
const KEPT = /[\w.~/-]/;

/**
 * The path line of a canonical request. S3 names: decoded once and encoded once, nothing removed, except that S3 Control paths
 * keep their wire form; all others: empty and dot segments resolved, then every segment encoded again.
 *
 * @param rawPath the path of the request line, without query; attacker-controlled
 * @param options `service`: signing name; `host`: the host that will read the path, which tells S3 Control from S3
 * @throws SigV4ProxyError `bad-encoding`: an S3 path with a malformed percent sequence, or a character that is no byte
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function canonicalPath(
  rawPath: string,
  options: { readonly service: string; readonly host?: string | undefined },
): string {
  if (rawPath === '') return '/';
  const s3 = isS3Service(options.service);
  const plain = UNRESERVED_PATH.test(rawPath);
  if (!s3) {
    return plain && !EMPTY_OR_DOT_SEGMENT.test(rawPath) ? rawPath : encodeSegments(rawPath);
  }
  if (plain) return rawPath;
  const encoded = encodeS3Path(rawPath);
  return isS3ControlPath(rawPath, options.host) ? upperCaseHex(rawPath) : encoded;
}

/**
 * The other form in which a client may have signed the same S3 path; undefined when there is none. Clients differ in whether they
 * sign the wire form or decode and encode it first.
 *
 * @param rawPath as for `canonicalPath`, which has accepted it
 * @param canonical the form that `canonicalPath` gave
 */
export function otherS3Path(rawPath: string, canonical: string): string | undefined {
  if (UNRESERVED_PATH.test(rawPath)) return undefined;
  const wire = upperCaseHex(rawPath);
  if (wire !== canonical) return wire;
  const encoded = encodeS3Path(rawPath);
  return encoded === canonical ? undefined : encoded;
}

/** `%XX` of one byte given as a latin1 character. */
export function encodeByte(character: string): string {
  const code = character.charCodeAt(0);
  if (code > 0xff) throw badEncoding();
  return `%${code < 16 ? '0' : ''}${code.toString(16).toUpperCase()}`;
}

/** The error for a target that is not bytes, or has a `%` that two hex digits do not follow. */
export function badEncoding(): SigV4ProxyError {
  return new SigV4ProxyError(
    'bad-encoding',
    'The request target has a character beyond latin1, or a % that two hex digits do not follow; encode it.',
  );
}

function encodeS3Path(path: string): string {
  return path.replace(S3_TO_ENCODE, (match) => {
    if (match.charCodeAt(0) !== 0x25) return encodeByte(match);
    if (match.length === 1) throw badEncoding();
    const character = String.fromCharCode(Number.parseInt(match.slice(1), 16));
    return KEPT.test(character) ? character : match.toUpperCase();
  });
}

function encodeSegments(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') kept.pop();
    else kept.push(segment.replace(TO_ENCODE, encodeByte));
  }
  return kept.length === 0 ? '/' : `/${kept.join('/')}${path.endsWith('/') ? '/' : ''}`;
}

function upperCaseHex(path: string): string {
  return path.replace(/%[0-9A-Fa-f]{2}/g, (match) => match.toUpperCase());
}

function isS3ControlPath(path: string, host: string | undefined): boolean {
  if (!path.startsWith('/v20180820/')) return false;
  // A bucket may be called v20180820, so a host that is known decides.
  return host === undefined || /(?:^|\.)s3-(?:control|outposts)[.-]/i.test(host);
}
