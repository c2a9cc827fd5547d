import type { AwsCredentialIdentity } from '@smithy/types';
import type { BodyKind } from '../forward/body-headers.js';
import type { HeaderPlanner } from '../forward/header-planner.js';
import { loadPart } from '../load-part.js';
import type { SignerFactory } from '../options.js';
import type { HeaderList, ProxyMode } from '../request.js';
import type { VerifiedSignature } from '../sigv4/prove-signature.js';
import type { RawSignature } from '../sigv4/sign-canonical.js';
import { signRawRequest } from '../sigv4/sign-raw-request.js';
import type { SigningCache } from '../sigv4/signing-cache.js';
import type { Target } from '../target/target-options.js';
import type { presignOutgoing } from './presign-outgoing.js';
import type { signWith } from './sign-with.js';

/** What is signed for AWS. */
export interface OutgoingRequest {
  readonly mode: ProxyMode;
  readonly method: string;
  /** Origin form, raw. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly verified: VerifiedSignature;
  /** SHA-256 of a body that differs from the client's. */
  readonly payloadHash: string | undefined;
  readonly destination: Target;
  readonly body: BodyKind;
  readonly bodyLength: number | undefined;
  readonly chunkedMode: 'resign' | 'decode';
}

/** How it is signed. */
export interface SignOutgoingOptions {
  readonly credentials: AwsCredentialIdentity;
  /** The time of the new signature. */
  readonly now: Date;
  /** Signing keys of upstream credentials. */
  readonly cache: SigningCache;
  readonly planner: HeaderPlanner;
  /** Signs instead of our own core. */
  readonly signer?: SignerFactory | undefined;
}

/** A request signed for AWS. */
export interface SignedOutgoing {
  readonly target: string;
  /** Names and values in turn; framing that the HTTP client writes itself is left out. */
  readonly headers: string[];
  /** The seed of signed chunks; undefined for presigned requests, which cannot have any. */
  readonly signature: RawSignature | undefined;
}

/** Methods whose missing body HTTP clients state. */
const SENDS_ZERO: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Builds the outgoing headers and signs them with the role's credentials, in the form the client used: in the header, or again
 * in the query.
 *
 * @returns a promise only for the query, and where a foreign signer is asked
 * @throws SigV4ProxyError `bad-framing`, `bad-connection-header`, `bad-encoding`
 */
export function signOutgoing(
  request: OutgoingRequest,
  o: SignOutgoingOptions,
): SignedOutgoing | Promise<SignedOutgoing> {
  const { destination, method, verified } = request;
  const { credentials, now, cache } = o;
  const { signingName: service, signingRegion: region, algorithm } = destination;
  // Such a request goes out without `Content-Length: 0`, whoever writes it, so the signature must not cover one.
  const isBare =
    request.body === 'empty' &&
    !SENDS_ZERO.has(method) &&
    request.headers.some(([name]) => isLength(name));
  const prepared = o.planner.prepare(
    {
      mode: request.mode,
      upstreamHost: destination.host,
      service,
      credentials,
      now,
      headers: isBare ? request.headers.filter(([name]) => !isLength(name)) : request.headers,
      clientSignedHeaders: isBare
        ? verified.signedHeaders.filter((name) => !isLength(name))
        : verified.signedHeaders,
      body: request.body,
      bodyLength: request.bodyLength,
      payloadHash: request.payloadHash ?? payloadLineOf(verified),
    },
    { chunkedMode: request.chunkedMode, form: verified.form },
  );
  const { headers, signedHeaders, payloadHash } = prepared;
  if (verified.form === 'query') {
    const raw = { method, target: request.target, headers };
    return presign(raw, request, o, { signedHeaders, payloadHash });
  }
  const target = plainPlus(request.target);
  const raw = { method, target, headers };
  if (o.signer !== undefined) {
    return signByOther(o.signer, raw, { credentials, now, destination, signedHeaders }).then(
      (signature) => withSignature(target, headers, signature),
    );
  }
  const signature = signRawRequest(raw, {
    credentials,
    region,
    service,
    algorithm,
    signedHeaders,
    payloadHash,
    verified,
    cache,
  });
  return withSignature(target, headers, signature);
}

/** Presigned requests are few, and the code for them comes along with the first. */
async function presign(...asked: Parameters<typeof presignOutgoing>): Promise<SignedOutgoing> {
  const part = await loadPart(() => import('./presign-outgoing.js'));
  return {
    target: part.presignOutgoing(...asked),
    headers: flatten(asked[0].headers),
    signature: undefined,
  };
}

/** smithy's request class comes along only where there is such a signer. */
async function signByOther(...asked: Parameters<typeof signWith>): Promise<RawSignature> {
  const loaded = await import('./sign-with.js');
  return loaded.signWith(...asked);
}

function withSignature(target: string, list: HeaderList, signature: RawSignature): SignedOutgoing {
  const headers = flatten(list);
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

function isLength(name: string): boolean {
  return name.length === 14 && name.toLowerCase() === 'content-length';
}

function payloadLineOf({ payload }: VerifiedSignature): string | undefined {
  if (payload.mode === 'hash') return payload.sha256;
  if (payload.mode === 'unsigned') return 'UNSIGNED-PAYLOAD';
  return payload.mode === 'chunked' ? payload.streaming : undefined;
}

/** A raw plus in a query means a blank to some parsers and a plus to others; the signature says blank, so the wire does. */
function plainPlus(target: string): string {
  const cut = target.indexOf('?');
  if (cut < 0 || !target.includes('+', cut)) return target;
  return target.slice(0, cut) + target.slice(cut).replaceAll('+', '%20');
}
