import type { AwsCredentialIdentity } from '@smithy/types';
import type { BodyKind } from '../forward/body-headers.js';
import { prepareHeaders } from '../forward/header-policy.js';
import type { HeaderList, ProxyMode } from '../request.js';
import { type RawSignature, signRawRequest } from '../sigv4/sign-raw-request.js';
import type { SigningCache } from '../sigv4/signing-cache.js';
import type { Target } from '../target/target-options.js';

/** What is signed for AWS. */
export interface OutgoingRequest {
  readonly mode: ProxyMode;
  readonly method: string;
  /** Origin form, raw. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly clientSignedHeaders: readonly string[];
  readonly destination: Target;
  readonly body: BodyKind;
  readonly bodyLength: number | undefined;
  readonly payloadHash: string | undefined;
  readonly chunkedMode: 'resign' | 'decode';
}

/** A request signed for AWS. */
export interface SignedOutgoing {
  readonly target: string;
  /** Names and values in turn, Authorization last; framing that the HTTP client writes itself is left out. */
  readonly headers: string[];
  readonly signature: RawSignature;
}

/**
 * Builds the outgoing headers and signs them with the role's credentials, in the header form.
 *
 * @param now the time of the new signature
 * @param cache signing keys of upstream credentials
 */
export function signOutgoing(
  request: OutgoingRequest,
  credentials: AwsCredentialIdentity,
  now: Date,
  cache: SigningCache,
): SignedOutgoing {
  const { destination, method } = request;
  const target = plainPlus(request.target);
  const prepared = prepareHeaders(
    {
      mode: request.mode,
      upstreamHost: destination.host,
      service: destination.signingName,
      credentials,
      now,
      headers: request.headers,
      clientSignedHeaders: request.clientSignedHeaders,
      body: request.body,
      bodyLength: request.bodyLength,
      payloadHash: request.payloadHash,
    },
    { chunkedMode: request.chunkedMode },
  );
  const signature = signRawRequest(
    { method, target, headers: prepared.headers },
    {
      credentials,
      region: destination.signingRegion,
      service: destination.signingName,
      algorithm: destination.algorithm,
      signedHeaders: prepared.signedHeaders,
      payloadHash: prepared.payloadHash,
      cache,
    },
  );
  const headers = flatten(prepared.headers);
  headers.push('Authorization', signature.authorization);
  return { target, headers, signature };
}

/** A header list as HTTP clients take it. `Transfer-Encoding` and `Expect` are theirs to write. */
export function flatten(list: HeaderList): string[] {
  const flat: string[] = [];
  for (const [name, value] of list) {
    const { length } = name;
    if (length === 17 && name.toLowerCase() === 'transfer-encoding') continue;
    if (length === 6 && name.toLowerCase() === 'expect') continue;
    flat.push(name, value);
  }
  return flat;
}

/** A raw plus in a query means a blank to some parsers and a plus to others; the signature says blank, so the wire does. */
function plainPlus(target: string): string {
  const cut = target.indexOf('?');
  if (cut < 0 || !target.includes('+', cut)) return target;
  return target.slice(0, cut) + target.slice(cut).replaceAll('+', '%20');
}
