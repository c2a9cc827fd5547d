import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HttpRequest as SmithyHttpRequest } from '@smithy/types';
import * as fc from 'fast-check';
import type { RawRequest } from '../../src/request.js';

/** A constant instant: 2026-11-20T12:00:00Z. */
export const NOW = new Date(1_795_176_000_000);

export const CREDENTIALS = {
  accessKeyId: 'SP00LOCALTHROWAWAY01',
  secretAccessKey: 'local/throwaway+secret0123456789abcdefghij',
};

/** A request as both signers take it. */
export interface Sample {
  readonly service: string;
  readonly region: string;
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string | string[]>;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly sessionToken: string | undefined;
}

export function toHttpRequest(sample: Sample): HttpRequest {
  return new HttpRequest({
    protocol: 'https:',
    hostname: 'service.eu-west-1.amazonaws.com',
    method: sample.method,
    path: sample.path,
    query: sample.query,
    headers: { host: 'service.eu-west-1.amazonaws.com', ...sample.headers },
    body: sample.body,
  });
}

export function credentialsOf(sample: Pick<Sample, 'sessionToken'>) {
  return sample.sessionToken === undefined
    ? CREDENTIALS
    : { ...CREDENTIALS, sessionToken: sample.sessionToken };
}

export function oracleFor(sample: Pick<Sample, 'service' | 'region' | 'sessionToken'>) {
  return new SignatureV4({
    credentials: credentialsOf(sample),
    region: sample.region,
    service: sample.service,
    sha256: Sha256,
    uriEscapePath: sample.service !== 's3',
    applyChecksum: true,
  });
}

/** What a client would put on the wire. */
export function toRaw(request: SmithyHttpRequest): RawRequest {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(request.query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value ?? '']) {
      pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(item)}`);
    }
  }
  return {
    method: request.method,
    target: pairs.length === 0 ? request.path : `${request.path}?${pairs.join('&')}`,
    // Node hands header values over as latin1 readings of the bytes.
    headers: Object.entries(request.headers).map(([name, value]) => [
      name,
      Buffer.from(value, 'utf8').toString('latin1'),
    ]),
    body: Buffer.from(typeof request.body === 'string' ? request.body : ''),
  };
}

const encodedSegment = fc
  .string({ unit: 'binary', maxLength: 8 })
  .map((text) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (match) => `%${match.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  );

const headerName = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,14}$/)
  .filter(
    (name) => !/^(?:x-amz-(?:date|content|security|region)|authorization$|date$|host$)/i.test(name),
  );

const headerValue = fc.string({
  unit: fc.oneof(
    fc.constantFrom(' ', '\t', ',', '"', 'é', '日'),
    fc.string({ minLength: 1, maxLength: 1 }),
  ),
  maxLength: 20,
});

/** Random requests within what smithy defines: an encoded path, a query of strings and lists, unique header names. */
export const samples: fc.Arbitrary<Sample> = fc.record({
  service: fc.constantFrom('s3', 'dynamodb', 'lambda', 'execute-api'),
  region: fc.constantFrom('eu-west-1', 'us-east-1', 'cn-north-1'),
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD'),
  path: fc
    .array(fc.oneof({ weight: 5, arbitrary: encodedSegment }, fc.constantFrom('..', '.', '')), {
      maxLength: 5,
    })
    .map((segments) => `/${segments.join('/')}`),
  query: fc.dictionary(
    fc
      .string({ unit: 'binary', minLength: 1, maxLength: 6 })
      .filter((name) => name !== '__proto__'),
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.array(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 3 }),
    ),
    { maxKeys: 4 },
  ),
  headers: fc
    .uniqueArray(fc.tuple(headerName, headerValue), {
      maxLength: 5,
      selector: ([name]) => name.toLowerCase(),
    })
    .map((pairs) => Object.fromEntries(pairs)),
  body: fc.option(fc.string({ unit: 'binary', maxLength: 40 }), { nil: undefined }),
  sessionToken: fc.option(fc.constant('local-session-token'), { nil: undefined }),
});

/** A verifier made of smithy's signer: signs what arrived again and compares. For header form and decodable input only. */
export async function oracleAccepts(raw: RawRequest): Promise<boolean> {
  const values = new Map<string, string>();
  for (const [name, value] of raw.headers) {
    // Blanks around a value are no part of it; smithy is never given any.
    const text = Buffer.from(value, 'latin1')
      .toString('utf8')
      .replace(/^[ \t]+|[ \t]+$/g, '');
    const lower = name.toLowerCase();
    const before = values.get(lower);
    values.set(lower, before === undefined ? text : `${before},${text}`);
  }
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      values.get('authorization') ?? '',
    );
  if (match === null) return false;
  const [, accessKeyId, , region = '', service = '', signedHeaders = '', signature] = match;
  const names = signedHeaders.split(';');
  const [path = '', search = ''] = raw.target.split('?', 2);
  const query: Record<string, string[]> = {};
  for (const piece of search.split('&').filter((text) => text !== '')) {
    const [name = '', ...rest] = piece.split('=');
    const key = decodeURIComponent(name);
    query[key] = [...(query[key] ?? []), decodeURIComponent(rest.join('='))];
  }
  const date = values.get('x-amz-date') ?? '';
  const iso = date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
  const request = new HttpRequest({
    protocol: 'https:',
    hostname: values.get('host') ?? '',
    method: raw.method,
    path,
    query,
    headers: Object.fromEntries(names.map((name) => [name, values.get(name) ?? ''])),
    body: raw.body,
  });
  const stated = values.get('x-amz-content-sha256');
  if (stated !== undefined && /^[0-9a-f]{64}$/.test(stated)) {
    const digest = new Sha256();
    digest.update(raw.body ?? new Uint8Array(0));
    if (Buffer.from(await digest.digest()).toString('hex') !== stated) return false;
  }
  const oracle = oracleFor({ service, region, sessionToken: undefined });
  const signed = await oracle.sign(request, {
    signingDate: new Date(iso),
    signableHeaders: new Set(names),
  });
  return (
    accessKeyId === CREDENTIALS.accessKeyId &&
    signed.headers.authorization?.endsWith(`Signature=${signature}`) === true
  );
}
