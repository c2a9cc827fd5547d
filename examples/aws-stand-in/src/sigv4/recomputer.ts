import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/protocol-http';
import {
  ALGORITHM_IDENTIFIER,
  createScope,
  getCanonicalHeaders,
  SignatureV4,
} from '@smithy/signature-v4';
import { decodePercent, parseQuery } from '../http/query.js';
import type { WireRequest } from '../http/wire-request.js';
import type { SignatureClaim } from './claim.js';

/** What the signature should have been, and the text it stands for. */
export interface ExpectedSignature {
  readonly signature: string;
  readonly canonicalRequest: string;
  readonly stringToSign: string;
}

/**
 * Signs a received request a second time. The algorithm is smithy's; this class only feeds it exactly the
 * headers the client names as signed, where the client-side API would choose them itself.
 */
export class Recomputer extends SignatureV4 {
  readonly #region: string;
  readonly #service: string;

  /** @param secretAccessKey the key the caller should have used */
  constructor(claim: SignatureClaim, secretAccessKey: string) {
    super({
      credentials: { accessKeyId: claim.accessKeyId, secretAccessKey },
      region: claim.region,
      service: claim.service,
      sha256: Sha256,
      uriEscapePath: claim.service !== 's3',
      applyChecksum: false,
    });
    this.#region = claim.region;
    this.#service = claim.service;
  }

  /** `date/region/service/aws4_request`. */
  scope(claim: SignatureClaim): string {
    return createScope(claim.scopeDate, this.#region, this.#service);
  }

  /** @param payloadHash last line of the canonical request */
  async expected(
    claim: SignatureClaim,
    request: WireRequest,
    payloadHash: string,
  ): Promise<ExpectedSignature> {
    const signable = toSmithyRequest(claim, request);
    const headers = getCanonicalHeaders(signable, undefined, new Set(claim.signedHeaders));
    const canonicalRequest = this.createCanonicalRequest(signable, headers, payloadHash);
    const stringToSign = await this.createStringToSign(
      claim.timestamp,
      this.scope(claim),
      canonicalRequest,
      ALGORITHM_IDENTIFIER,
    );
    const signature = await this.signText(claim, stringToSign);
    return { signature, canonicalRequest, stringToSign };
  }

  /** The HMAC of any text under the claim's signing key; chunks and trailers use it. */
  async signText(claim: SignatureClaim, text: string): Promise<string> {
    return this.sign(text, { signingDate: claim.signingDate });
  }
}

function toSmithyRequest(claim: SignatureClaim, request: WireRequest): HttpRequest {
  const headers: Record<string, string> = Object.create(null);
  for (const name of claim.signedHeaders) {
    headers[name] = (request.headers.get(name) ?? []).map((value) => value.trim()).join(',');
  }
  const query: Record<string, string[]> = Object.create(null);
  for (const [name, value] of parseQuery(request.query)) {
    query[name] = [...(query[name] ?? []), value];
  }
  return new HttpRequest({
    method: request.method,
    path: claim.service === 's3' ? canonicalS3Path(request.path) : request.path,
    query,
    headers,
  });
}

// S3 decodes the path once and encodes it again; dot segments and double slashes are part of the key.
function canonicalS3Path(path: string): string {
  return path
    .split('/')
    .map((segment) =>
      encodeURIComponent(decodePercent(segment)).replace(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/')
    .replaceAll('%2F', '/');
}
