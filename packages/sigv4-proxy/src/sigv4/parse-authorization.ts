import { SigV4ProxyError } from '../errors.js';
import { ECDSA, HMAC, type SigningAlgorithm } from './algorithm.js';
import { isScopeDate } from './read-date.js';

/** The most characters an Authorization header may have. */
export const MAX_AUTHORIZATION_LENGTH = 8192;

/** The credential and what it covers, without the signature itself. */
export interface AuthorizationScope {
  /** SigV4 or SigV4A. */
  readonly algorithm: SigningAlgorithm;
  /** The key the client says it signed with; nothing is proven yet. */
  readonly accessKeyId: string;
  /** Scope date, `YYYYMMDD`, a day that exists. */
  readonly date: string;
  /** Scope region; null for SigV4A, whose regions stand in `x-amz-region-set`. */
  readonly region: string | null;
  /** Signing name. */
  readonly service: string;
  /** `date[/region]/service/aws4_request`. */
  readonly scope: string;
  /** Lower-case names, ascending, unique, `host` among them. */
  readonly signedHeaders: readonly string[];
}

/** A parsed Authorization header. Nothing in it is proven. */
export interface ParsedAuthorization extends AuthorizationScope {
  /** 64 lower-case hex digits; for SigV4A the hex of a DER signature. */
  readonly signature: string;
}

/**
 * Reads an Authorization header of SigV4 or SigV4A, strictly: three parts, each once, five scope fields, sorted header names.
 * Nothing has been verified when it returns or throws.
 *
 * @param header attacker-controlled; at most 8 KiB
 * @throws SigV4ProxyError `missing-auth` (empty), `unsupported-algorithm` (another scheme), `malformed-auth` (the rest)
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @example
 * ```ts
 * const { accessKeyId, region, service } = parseAuthorization(
 *   'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261120/eu-west-1/sqs/aws4_request, ' +
 *     `SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
 * ); // all of it is only claimed
 * ```
 */
export function parseAuthorization(header: string): ParsedAuthorization {
  if (header.length > MAX_AUTHORIZATION_LENGTH) {
    throw malformed(`the header is longer than ${MAX_AUTHORIZATION_LENGTH} characters`);
  }
  const text = trimBlanks(header);
  if (text === '') throw new SigV4ProxyError('missing-auth', 'The Authorization header is empty.');
  const algorithm = algorithmOf(text);
  const parts = text.slice(algorithm.length).split(',');
  const values = new Map<string, string>();
  for (const part of parts) {
    const trimmed = trimBlanks(part);
    const equals = trimmed.indexOf('=');
    values.set(trimmed.slice(0, equals), trimmed.slice(equals + 1));
  }
  const credential = values.get('Credential');
  const signedHeaders = values.get('SignedHeaders');
  const signature = values.get('Signature');
  // Three parts and all of them there: none is repeated or unknown.
  if (
    parts.length !== 3 ||
    credential === undefined ||
    signedHeaders === undefined ||
    signature === undefined
  ) {
    throw malformed('it needs Credential, SignedHeaders and Signature, each once');
  }
  const scope = parseScope(algorithm, credential, signedHeaders);
  if (algorithm === ECDSA && !scope.signedHeaders.includes('x-amz-region-set')) {
    throw malformed('SignedHeaders of SigV4A must contain x-amz-region-set');
  }
  return { ...scope, signature: checkSignatureText(algorithm, signature) };
}

/** Reads the credential and the signed header names, which header and query form share. */
export function parseScope(
  algorithm: SigningAlgorithm,
  credential: string,
  signedHeaders: string,
): AuthorizationScope {
  const fields = credential.split('/');
  const regional = algorithm === HMAC;
  if (fields.length !== (regional ? 5 : 4) || !fields.every(isScopeField)) {
    throw malformed('Credential must be key/date/region/service/aws4_request');
  }
  const [accessKeyId = '', date = '', region = ''] = fields;
  const [service = '', end] = fields.slice(-2);
  if (!KEY_ID.test(accessKeyId)) throw malformed('the access key id has a bad form');
  if (!isScopeDate(date)) throw malformed('the scope date is no day');
  if (end !== 'aws4_request') throw malformed('the scope must end in aws4_request');
  return {
    algorithm,
    accessKeyId,
    date,
    region: regional ? region : null,
    service,
    scope: credential.slice(accessKeyId.length + 1),
    signedHeaders: parseSignedHeaders(signedHeaders),
  };
}

/** Checks the form of a signature, not its truth. */
export function checkSignatureText(algorithm: SigningAlgorithm, signature: string): string {
  const fits = algorithm === HMAC ? HEX64.test(signature) : HEX_DER.test(signature);
  if (!fits) throw malformed('the signature is not of the right length in lower-case hex');
  return signature;
}

/** The algorithm a text names, case-sensitive. */
export function toAlgorithm(name: string): SigningAlgorithm | undefined {
  return name === HMAC || name === ECDSA ? name : undefined;
}

const KEY_ID = /^[\w-]{16,128}$/;
const SCOPE_FIELD = /^[!-<>-~]+$/;
const HEX64 = /^[0-9a-f]{64}$/;
const HEX_DER = /^(?:[0-9a-f]{2}){1,72}$/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

const isScopeField = (field: string) => SCOPE_FIELD.test(field);

function parseSignedHeaders(text: string): readonly string[] {
  const names = text.split(';');
  let previous = '';
  for (const name of names) {
    // Strictly ascending also means: no name twice.
    if (!HEADER_NAME.test(name) || name <= previous) {
      throw malformed('SignedHeaders must be lower-case names in ascending order');
    }
    previous = name;
  }
  if (!names.includes('host')) throw malformed('SignedHeaders must contain host');
  if (names.includes('authorization')) throw malformed('SignedHeaders contains authorization');
  return names;
}

function algorithmOf(text: string): SigningAlgorithm {
  const end = text.search(/[ \t]/);
  const algorithm = toAlgorithm(end < 0 ? text : text.slice(0, end));
  if (algorithm !== undefined && end >= 0) return algorithm;
  if (text.startsWith(HMAC) || text.startsWith(ECDSA)) {
    // AWS4-HMAC-SHA256-PAYLOAD and the like come here too: names of chunks, not of requests.
    throw malformed('a blank must follow the algorithm');
  }
  throw new SigV4ProxyError(
    'unsupported-algorithm',
    'The Authorization header is not SigV4; sign the request with AWS4-HMAC-SHA256.',
  );
}

function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const isBlank = (code: number) => code === 0x20 || code === 0x09;

function malformed(why: string): SigV4ProxyError {
  return new SigV4ProxyError('malformed-auth', `The request's authorization is malformed: ${why}.`);
}
