import { SigV4ProxyError } from '../errors.js';
import type { RawRequest } from '../request.js';
import { ECDSA } from './algorithm.js';
import { formatAmzDate } from './amz-date.js';
import {
  type CheckedSignature,
  checkSignature,
  type SignatureCheckOptions,
} from './check-signature.js';
import { headersOf, type SplitAuthorization } from './header-memory.js';
import {
  type AuthorizationScope,
  checkSignatureText,
  parseScope,
  toAlgorithm,
} from './parse-authorization.js';
import { readQueryAuth } from './query-auth.js';
import { parseHttpDate } from './read-date.js';
import { RequestQuery } from './request-query.js';
import { headerAt, type SignatureState } from './signature-state.js';
import { SigningCache } from './signing-cache.js';
import { verifierMemoryOf } from './verifier-memory.js';

/** A signature found and read, in header or query form. Nothing is proven. */
export class ParsedSignature {
  /** Where it stands: in the Authorization header or in the query (presigned). */
  readonly form: 'header' | 'query';
  /** Algorithm, key id, scope and signed names as the client wrote them. */
  readonly authorization: AuthorizationScope;
  readonly #state: SignatureState;

  /** @internal */
  constructor(state: SignatureState) {
    this.form = state.form;
    this.authorization = state.auth;
    this.#state = state;
  }

  /**
   * The checks that need the client's credential but not the body: key, token, clock, signed headers, payload mode. After it a
   * server may read the body; nothing is proven before `prove`.
   *
   * @param options credential and clock
   * @throws SigV4ProxyError in this order: `unknown-key`, `token-mismatch`, `expires-out-of-range`, `skew`, `expired`,
   *   `missing-signed-header`, `unsigned-header`, then the codes of the payload mode
   */
  check(options: SignatureCheckOptions): CheckedSignature {
    return checkSignature(this.#state, options);
  }
}

/**
 * Finds the one signature of a request and reads it.
 *
 * @param request attacker-controlled; its target in origin form
 * @param options `cache`: what to remember between requests; default: nothing
 * @throws SigV4ProxyError in this order: `bad-target`, `duplicate-header`, `duplicate-parameter`, `multiple-auth`, `missing-auth`,
 *   `unsupported-algorithm`, `malformed-auth`, `missing-date`, `scope-mismatch`. Nothing has been verified by then.
 *
 * @example
 * ```ts
 * declare const request: RawRequest;
 * declare const keys: ReadonlyMap<string, ClientCredential>;
 * const signature = parseSignature(request);
 * const credentials = keys.get(signature.authorization.accessKeyId); // the id is only claimed until the check has passed
 * if (credentials) signature.check({ credentials, now: new Date() }).prove(request.body);
 * ```
 */
export function parseSignature(
  request: RawRequest,
  options: { readonly cache?: SigningCache | undefined } = {},
): ParsedSignature {
  return new ParsedSignature(readState(request, options.cache ?? new SigningCache()));
}

function readState(request: RawRequest, cache: SigningCache): SignatureState {
  const { target } = request;
  if (target.charCodeAt(0) !== 0x2f) {
    throw new SigV4ProxyError(
      'bad-target',
      'The request target must be a path that starts with /.',
    );
  }
  const cut = target.indexOf('?');
  const path = cut < 0 ? target : target.slice(0, cut);
  const query = cut < 0 ? '' : target.slice(cut + 1);

  const known = headersOf(cache).shape(request.headers);
  const { repeated, at } = known.shape;
  if (repeated !== undefined) {
    throw new SigV4ProxyError('duplicate-header', `The header ${repeated} is repeated.`);
  }
  const parameters = readQueryAuth(query);
  const form =
    parameters?.has('x-amz-algorithm') || parameters?.has('x-amz-signature') ? 'query' : 'header';
  if (form === 'query' && at.authorization >= 0) {
    throw new SigV4ProxyError(
      'multiple-auth',
      'The request is signed in header and query; use one.',
    );
  }
  if (form === 'header' && at.authorization < 0) {
    throw new SigV4ProxyError('missing-auth', 'The request is not signed; sign it with SigV4.');
  }
  const { scope: auth, signature } =
    form === 'query'
      ? readQueryAuthorization(parameters ?? new Map())
      : headersOf(cache).authorization(known, request.headers[at.authorization]?.[1] ?? '');

  let timestamp =
    (form === 'query' ? parameters?.get('x-amz-date') : headerAt(request, at.amzDate)) ?? '';
  let time = verifierMemoryOf(cache).parseDate(timestamp);
  if (time === undefined && form === 'header') {
    time = parseHttpDate(headerAt(request, at.date) ?? '');
    if (time !== undefined) timestamp = formatAmzDate(new Date(time));
  }
  if (time === undefined) {
    throw new SigV4ProxyError('missing-date', 'X-Amz-Date is missing or not YYYYMMDDTHHMMSSZ.');
  }
  if (timestamp.slice(0, 8) !== auth.date) {
    throw new SigV4ProxyError(
      'scope-mismatch',
      'The scope date differs from the date signed with.',
    );
  }
  return {
    request,
    form,
    auth,
    signature,
    timestamp,
    time,
    path,
    query: new RequestQuery(query),
    parameters,
    known,
    cache,
  };
}

function readQueryAuthorization(parameters: ReadonlyMap<string, string>): SplitAuthorization {
  const name = parameters.get('x-amz-algorithm');
  const algorithm = toAlgorithm(name ?? '');
  if (name !== undefined && algorithm === undefined) {
    throw new SigV4ProxyError('unsupported-algorithm', 'X-Amz-Algorithm is not one of SigV4.');
  }
  const credential = parameters.get('x-amz-credential');
  const signedHeaders = parameters.get('x-amz-signedheaders');
  const signature = parameters.get('x-amz-signature');
  if (
    algorithm === undefined ||
    credential === undefined ||
    signedHeaders === undefined ||
    signature === undefined ||
    (algorithm === ECDSA && !parameters.has('x-amz-region-set'))
  ) {
    throw new SigV4ProxyError('malformed-auth', 'A parameter of the presigned request is missing.');
  }
  return {
    scope: parseScope(algorithm, credential, signedHeaders),
    signature: checkSignatureText(algorithm, signature),
  };
}
