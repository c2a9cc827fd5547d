import { SigV4ProxyError } from '../errors.js';
import { isS3Service } from './algorithm.js';
import { headersOf } from './header-memory.js';
import { type Payload, resolvePayload } from './payload-mode.js';
import { MAX_EXPIRES_SECONDS } from './presign-parameters.js';
import {
  type HashedBody,
  proveSignature,
  signatureMatches,
  type VerifiedSignature,
} from './prove-signature.js';
import { ZONAL_TOKEN } from './query-auth.js';
import { headerAt, headerOf, type SignatureState } from './signature-state.js';
import { verifierMemoryOf } from './verifier-memory.js';

/** What a client signs with. Local, throw-away credentials in a proxy. */
export interface ClientCredential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** When there is one, every request must carry it, signed; when there is none, a token is an error. */
  readonly sessionToken?: string | undefined;
}

/** What a signature is checked against. */
export interface SignatureCheckOptions {
  /** The credential of the key id that the request names; undefined when no such key was issued. */
  readonly credentials: ClientCredential | undefined;
  /** The current time. */
  readonly now: Date;
  /** How far the client's clock may be off, each way, inclusive. Default 300 000 ms, for S3 signing names 900 000 ms. */
  readonly maxClockSkewMs?: number | undefined;
  /** Whether the client's connection is TLS; without it S3 bodies must be signed. Default false. */
  readonly secure?: boolean | undefined;
  /** What becomes of a presigned request made with an unknown key. Default `reject`. */
  readonly foreignPresigned?: 'reject' | 'pass' | undefined;
}

/** A signature whose surroundings are in order. Nothing is proven before `prove`. */
export class CheckedSignature {
  /** What the body must prove. `whole-body`: collect it and hand it to `prove`. */
  readonly payload: Payload;
  /** True for a presigned request of an unknown key under `foreignPresigned: 'pass'`: it may be forwarded byte for byte only. */
  readonly passthrough: boolean;
  readonly #state: SignatureState;
  readonly #credentials: ClientCredential | undefined;

  /** @internal */
  constructor(state: SignatureState, payload: Payload, credentials: ClientCredential | undefined) {
    this.payload = payload;
    this.passthrough = credentials === undefined;
    this.#state = state;
    this.#credentials = credentials;
  }

  /**
   * Proves the signature, and the body's hash when a body is given and the hash is stated. An aws-chunked body is not looked at:
   * it proves itself while it streams.
   *
   * @param body the whole body, or its hash when the caller has it; absent: none, or still to come (not possible for payload
   *   mode `whole-body`)
   * @throws SigV4ProxyError `bad-encoding`, `signature-mismatch`, `payload-mismatch`
   */
  prove(body?: Uint8Array | HashedBody | undefined): VerifiedSignature {
    return proveSignature(this.#state, this.payload, this.#credentials, body);
  }
}

const DEFAULT_SKEW_MS = 300_000;
const S3_SKEW_MS = 900_000;

// Stands in for an unknown key's secret, so that refusing it costs what refusing a wrong signature costs.
const NOBODY: ClientCredential = { accessKeyId: '', secretAccessKey: 'nobody' };

/** The checks 6 to 11 in their fixed order. */
export function checkSignature(
  state: SignatureState,
  options: SignatureCheckOptions,
): CheckedSignature {
  const { auth, form } = state;
  const { credentials } = options;
  if (credentials?.accessKeyId !== auth.accessKeyId) {
    if (form === 'query' && options.foreignPresigned === 'pass') {
      return new CheckedSignature(state, { mode: 'unsigned' }, undefined);
    }
    spendTheSame(state);
    throw new SigV4ProxyError('unknown-key', 'The access key id is not known here.');
  }
  checkToken(state, credentials.sessionToken);
  checkTime(state, options);
  const plan = headersOf(state.cache).plan(state.known, auth.signedHeaders);
  if (plan.missing !== undefined) {
    throw new SigV4ProxyError(
      'missing-signed-header',
      `The header ${plan.missing} is signed but not in the request.`,
    );
  }
  if (plan.unsigned !== undefined) {
    throw new SigV4ProxyError(
      'unsigned-header',
      `The header ${plan.unsigned} is not signed; x-amz-* headers must be.`,
    );
  }
  const payload = resolvePayload({
    stated:
      (form === 'query' ? state.parameters?.get('x-amz-content-sha256') : undefined) ??
      headerAt(state.request, state.known.shape.at.sha256),
    form,
    algorithm: auth.algorithm,
    service: auth.service,
    method: state.request.method,
    path: state.path,
    secure: options.secure ?? false,
    header: (name) => headerOf(state, name),
  });
  return new CheckedSignature(state, payload, credentials);
}

function spendTheSame(state: SignatureState): void {
  try {
    signatureMatches(
      state,
      NOBODY,
      { mode: 'unsigned' },
      undefined,
      verifierMemoryOf(state.cache).nobodysKeys,
    );
  } catch {
    // A path that cannot be encoded: the key is unknown all the same.
  }
}

function checkToken(state: SignatureState, expected: string | undefined): void {
  // Not folded: a token has no blanks, and it is long.
  const usual = state.request.headers[state.known.shape.at.token]?.[1];
  // Zonal calls of S3 Express bring the token of their session in a header of its own.
  const usualInQuery = state.parameters?.get('x-amz-security-token');
  const zonal = (usual ?? usualInQuery) === undefined && state.auth.service === 's3express';
  const inHeader = zonal ? headerOf(state, ZONAL_TOKEN) : usual;
  const inQuery = zonal ? state.parameters?.get(ZONAL_TOKEN) : usualInQuery;
  if (expected === undefined) {
    if (inHeader === undefined && inQuery === undefined) return;
    throw new SigV4ProxyError(
      'token-mismatch',
      'The request has a session token but its key has none; unset AWS_SESSION_TOKEN.',
    );
  }
  const signed =
    (inQuery !== undefined && state.form === 'query') ||
    state.auth.signedHeaders.includes(zonal ? ZONAL_TOKEN : 'x-amz-security-token');
  const right = (token: string | undefined) =>
    token === undefined || verifierMemoryOf(state.cache).tokens.isSame(token, expected);
  if (!signed || (inHeader ?? inQuery) === undefined || !right(inHeader) || !right(inQuery)) {
    throw new SigV4ProxyError(
      'token-mismatch',
      'The session token is missing, not signed, or not the one that belongs to the key.',
    );
  }
}

function checkTime(state: SignatureState, options: SignatureCheckOptions): void {
  const skew =
    options.maxClockSkewMs ?? (isS3Service(state.auth.service) ? S3_SKEW_MS : DEFAULT_SKEW_MS);
  const age = options.now.getTime() - state.time;
  let lifetime = skew;
  if (state.form === 'query') {
    const expires = state.parameters?.get('x-amz-expires') ?? '';
    const seconds = /^\d{1,6}$/.test(expires) ? Number(expires) : 0;
    if (seconds < 1 || seconds > MAX_EXPIRES_SECONDS) {
      throw new SigV4ProxyError(
        'expires-out-of-range',
        `X-Amz-Expires must be 1 to ${MAX_EXPIRES_SECONDS} seconds.`,
      );
    }
    lifetime = seconds * 1000;
  }
  // Written so that an invalid clock refuses.
  if (!(age >= -skew) || (state.form === 'header' && !(age <= lifetime))) {
    throw new SigV4ProxyError('skew', 'The request was signed too far from the current time.');
  }
  if (!(age <= lifetime)) {
    throw new SigV4ProxyError('expired', 'The presigned request has expired.');
  }
}
