import { createHash } from 'node:crypto';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HeaderPair, ProxyRequest } from '../../src/request.js';
import { LOCAL } from './credentials.js';

/** What a test wants to send. */
export interface RequestSketch {
  readonly method?: string;
  /** The AWS host. */
  readonly host?: string;
  /** Raw path without query. */
  readonly path?: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly service?: string;
  readonly region?: string;
  readonly now?: Date;
  /** The value of `x-amz-content-sha256`; default: the hash of `body`; null leaves the header out. */
  readonly payload?: string | null;
  readonly body?: Uint8Array | string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** Signs a request with the local key the way an SDK does (smithy). */
export async function signHeaders(sketch: RequestSketch): Promise<HeaderPair[]> {
  const { method = 'GET', host = 's3.eu-west-1.amazonaws.com', path = '/', query = {} } = sketch;
  const { service = 's3', region = 'eu-west-1', now = new Date(), payload } = sketch;
  const body = sketch.body ?? '';
  const hash = payload === undefined ? createHash('sha256').update(body).digest('hex') : payload;
  const signer = new SignatureV4({
    credentials: sketch.credentials ?? LOCAL,
    region,
    service,
    sha256: Sha256,
    uriEscapePath: !service.startsWith('s3'),
    applyChecksum: false,
  });
  const signed = await signer.sign(
    new HttpRequest({
      method,
      hostname: host,
      path,
      query,
      headers: {
        host,
        ...(hash === null ? {} : { 'x-amz-content-sha256': hash }),
        ...sketch.headers,
      },
      body,
    }),
    { signingDate: now },
  );
  return Object.entries(signed.headers);
}

/** The same as an adapter in connect mode would hand it over, over TLS. */
export async function signedRequest(
  sketch: RequestSketch,
  extra: Partial<ProxyRequest> = {},
): Promise<ProxyRequest> {
  const { method = 'GET', host = 's3.eu-west-1.amazonaws.com', path = '/', query = {} } = sketch;
  const text = new URLSearchParams(query).toString();
  return {
    method,
    target: text === '' ? path : `${path}?${text}`,
    headers: await signHeaders(sketch),
    mode: 'connect',
    secure: true,
    connectTarget: `${host}:443`,
    ...(sketch.body === undefined ? {} : { body: once(Buffer.from(sketch.body)) }),
    ...extra,
  };
}

/** One piece as a body. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
