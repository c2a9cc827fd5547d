import { HttpRequest } from '@smithy/protocol-http';
import type { AwsCredentialIdentity } from '@smithy/types';
import { SigV4ProxyError } from '../errors.js';
import type { SignerFactory } from '../options.js';
import type { RawRequest } from '../request.js';
import { parseAuthorization } from '../sigv4/parse-authorization.js';
import type { RawSignature } from '../sigv4/sign-canonical.js';
import type { Target } from '../target/target-options.js';

/** What a foreign signer is told. */
export interface SignWithOptions {
  readonly credentials: AwsCredentialIdentity;
  readonly now: Date;
  readonly destination: Target;
  readonly signedHeaders: readonly string[];
}

/**
 * Lets a signer with smithy's interface sign a raw request. Only its Authorization header is taken: the rest of the request
 * stays byte for byte what was prepared.
 *
 * @throws SigV4ProxyError `internal` when the signer brings no usable Authorization header
 */
export async function signWith(
  factory: SignerFactory,
  request: RawRequest,
  o: SignWithOptions,
): Promise<RawSignature> {
  const { destination, signedHeaders } = o;
  const region = destination.signingRegion ?? destination.signingRegionSet?.join(',') ?? '';
  const { signingName: service } = destination;
  const signer = factory({ credentials: o.credentials, region, service });
  const wanted = new Set(signedHeaders);
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (wanted.has(lower)) headers[lower] = lower in headers ? `${headers[lower]},${value}` : value;
  }
  const cut = request.target.indexOf('?');
  const signed = await signer.sign(
    new HttpRequest({
      method: request.method,
      protocol: 'https:',
      hostname: destination.host,
      path: cut < 0 ? request.target : request.target.slice(0, cut),
      query: queryBag(cut < 0 ? '' : request.target.slice(cut + 1)),
      headers: { ...headers },
    }),
    {
      signingDate: o.now,
      signingRegion: region,
      signingService: service,
      signableHeaders: wanted,
      unsignableHeaders: new Set(),
    },
  );
  const authorization = Object.entries(signed.headers).find(
    ([name]) => name.toLowerCase() === 'authorization',
  )?.[1];
  if (authorization === undefined) {
    throw new SigV4ProxyError('internal', 'The signer has set no Authorization header.');
  }
  const { signature, date } = parseAuthorization(authorization);
  const [, scope = ''] = /Credential=[^/]+\/([^,\s]+)/.exec(authorization) ?? [];
  const timestamp = request.headers.find(([name]) => name.toLowerCase() === 'x-amz-date')?.[1];
  return { authorization, signature, scope, timestamp: timestamp ?? date };
}

function queryBag(query: string): Record<string, string | string[]> {
  const bag = new Map<string, string[]>();
  for (const piece of query.split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = decode(equals < 0 ? piece : piece.slice(0, equals));
    bag.set(name, [...(bag.get(name) ?? []), decode(equals < 0 ? '' : piece.slice(equals + 1))]);
  }
  return Object.fromEntries(bag);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new SigV4ProxyError('bad-encoding', 'The query is not percent-encoded UTF-8.', { cause });
  }
}
