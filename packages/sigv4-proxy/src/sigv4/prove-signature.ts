import { hash } from 'node:crypto';
import { SigV4ProxyError } from '../errors.js';
import { EMPTY_SHA256, isS3Service, type SigningAlgorithm } from './algorithm.js';
import { canonicalHeaders } from './canonical-headers.js';
import { canonicalPath, otherS3Path } from './canonical-path.js';
import { canonicalQuery } from './canonical-query.js';
import type { ClientCredential } from './check-signature.js';
import { headersOf } from './header-memory.js';
import { type Payload, payloadLine } from './payload-mode.js';
import type { RequestQuery } from './request-query.js';
import { sha256Hex } from './sha256.js';
import { headerOf, type SignatureState } from './signature-state.js';
import type { SigningKeys } from './signing-keys.js';
import { v4aKeysOf } from './v4a-keys.js';
import { verifierMemoryOf } from './verifier-memory.js';

/** What a verified signature says. All of it but `passthrough` results is proven, the body as far as `payload` says. */
export class VerifiedSignature {
  /** True when nothing was proven: a presigned request of an unknown key, to be forwarded byte for byte or not at all. */
  readonly passthrough: boolean;
  readonly form: 'header' | 'query';
  readonly algorithm: SigningAlgorithm;
  readonly accessKeyId: string;
  /** Region of the scope; null for SigV4A. */
  readonly region: string | null;
  /** The regions of a SigV4A signature. */
  readonly regionSet: readonly string[] | undefined;
  readonly service: string;
  /** `date[/region]/service/aws4_request`. */
  readonly scope: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly timestamp: string;
  /** Lower-case names, ascending. */
  readonly signedHeaders: readonly string[];
  /** What the body must prove; `whole-body` has become `hash`. */
  readonly payload: Payload;
  /** Whether the body is proven: it was in hand, or its hash went into the signature. */
  readonly bodyProven: boolean;
  /** When a presigned request ends. */
  readonly expiresAt: Date | undefined;
  readonly #signature: string;
  readonly #query: RequestQuery;

  /** @internal */
  constructor(state: SignatureState, payload: Payload, passthrough: boolean, bodyProven: boolean) {
    const { auth, form } = state;
    this.passthrough = passthrough;
    this.form = form;
    this.algorithm = auth.algorithm;
    this.accessKeyId = auth.accessKeyId;
    this.region = auth.region;
    this.service = auth.service;
    this.regionSet = regionSetOf(state);
    this.scope = auth.scope;
    this.timestamp = state.timestamp;
    this.signedHeaders = auth.signedHeaders;
    this.payload = payload;
    this.bodyProven = bodyProven;
    this.expiresAt = form === 'query' ? expiryOf(state) : undefined;
    this.#signature = state.signature;
    this.#query = state.query;
  }

  /** The signature: the seed of signed chunks. Kept out of logs and JSON, as a presigned one is a bearer secret. */
  get signature(): string {
    return this.#signature;
  }

  /** @internal The query that was verified. */
  get query(): RequestQuery {
    return this.#query;
  }
}

/** A body that was hashed while it was put aside. */
export interface HashedBody {
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

/** The checks 12 and 13. */
export function proveSignature(
  state: SignatureState,
  payload: Payload,
  credentials: ClientCredential | undefined,
  body: Uint8Array | HashedBody | undefined,
): VerifiedSignature {
  if (credentials === undefined) return new VerifiedSignature(state, payload, true, false);
  const whole = payload.mode === 'whole-body';
  const sha256 =
    whole || (body !== undefined && payload.mode === 'hash') ? hashOf(body) : undefined;
  if (!signatureMatches(state, credentials, payload, sha256)) {
    throw new SigV4ProxyError(
      'signature-mismatch',
      'The signature does not match the request; check the secret key and what changed on the way.',
    );
  }
  if (payload.mode === 'hash' && sha256 !== undefined && sha256 !== payload.sha256) {
    throw new SigV4ProxyError(
      'payload-mismatch',
      'The body does not have the hash that was signed.',
    );
  }
  const proven: Payload = whole ? { mode: 'hash', sha256: sha256 ?? EMPTY_SHA256 } : payload;
  return new VerifiedSignature(state, proven, false, sha256 !== undefined);
}

/** Whether a credential made the signature, by default with the keys that the cache keeps. Compared in constant time. */
export function signatureMatches(
  state: SignatureState,
  credentials: ClientCredential,
  payload: Payload,
  bodySha256: string | undefined,
  keys: SigningKeys = state.cache.keys,
): boolean {
  const { auth, request, path, cache } = state;
  const plan = headersOf(cache).plan(state.known, auth.signedHeaders);
  const { text, ascii } = canonicalHeaders(plan, request.headers);
  const query =
    state.form === 'query'
      ? canonicalQuery(state.query.raw, droppedOf(auth.service))
      : state.query.canonical();
  const hashLine = payloadLine(payload) ?? bodySha256 ?? EMPTY_SHA256;
  const rest = `\n${query}\n${text}\n${plan.signedText}\n${hashLine}`;
  const host = request.headers[state.known.shape.at.host]?.[1];
  const canonical = canonicalPath(path, { service: auth.service, host });
  if (signs(state, keys, credentials, canonical, rest, ascii)) return true;
  const other = isS3Service(auth.service) ? otherS3Path(path, canonical) : undefined;
  return other !== undefined && signs(state, keys, credentials, other, rest, ascii);
}

function signs(
  { request, auth, timestamp, signature, cache }: SignatureState,
  keys: SigningKeys,
  credentials: ClientCredential,
  path: string,
  rest: string,
  ascii: boolean,
): boolean {
  const canonical = `${request.method}\n${path}${rest}`;
  // Header bytes above 0x7f are signed as the bytes they are, not as UTF-8 of their latin1 reading.
  const hashed = hash('sha256', ascii ? canonical : Buffer.from(canonical, 'latin1'), 'hex');
  if (auth.region !== null) {
    const key = keys.scope(credentials, timestamp, auth.region, auth.service);
    return verifierMemoryOf(cache).signatures.isSame(key.sign(timestamp, hashed), signature);
  }
  const toSign = `${auth.algorithm}\n${timestamp}\n${auth.scope}\n${hashed}`;
  return v4aKeysOf(cache).key(credentials).verifyText(toSign, signature);
}

const dropSignature = (name: string) => name === 'x-amz-signature';
const dropSignatureAndToken = (name: string) =>
  name === 'x-amz-signature' || name === 'x-amz-security-token';

function droppedOf(service: string): (name: string) => boolean {
  // IoT over WebSockets: the token is added to the URL after signing.
  return service === 'iotdevicegateway' ? dropSignatureAndToken : dropSignature;
}

function hashOf(body: Uint8Array | HashedBody | undefined): string {
  return body === undefined || body instanceof Uint8Array ? sha256Hex(body) : body.sha256;
}

function regionSetOf(state: SignatureState): readonly string[] | undefined {
  if (state.auth.region !== null) return undefined;
  const text =
    state.form === 'query'
      ? state.parameters?.get('x-amz-region-set')
      : headerOf(state, 'x-amz-region-set');
  return (text ?? '').split(',').map((region) => region.trim());
}

function expiryOf(state: SignatureState): Date {
  return new Date(state.time + Number(state.parameters?.get('x-amz-expires') ?? 0) * 1000);
}
