import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../../src/index.js';
import { toIdentity } from './loopback.js';
import type { RawRequest } from './raw-request.js';

export const NOW = new Date('2026-05-04T12:00:00Z');

export interface Signing {
  readonly credentials: Credentials;
  readonly service: string;
  readonly region?: string;
  readonly signingDate?: Date;
}

export function createSigner({ credentials, service, region = 'us-east-1' }: Signing) {
  return new SignatureV4({
    credentials: toIdentity(credentials),
    region,
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
}

/** Signs a request the way clients do and returns it in raw form. */
export async function sign(
  raw: RawRequest & { readonly headers: Readonly<Record<string, string>> },
  signing: Signing,
): Promise<RawRequest & { readonly headers: Record<string, string> }> {
  const [path = '', query = ''] = raw.path.split('?');
  const request = new HttpRequest({
    method: raw.method ?? 'GET',
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: { ...raw.headers },
    ...(raw.body === undefined ? {} : { body: raw.body }),
  });
  const signingDate = signing.signingDate ?? NOW;
  const signed = await createSigner(signing).sign(request, { signingDate });
  return { ...raw, headers: signed.headers };
}

export const FORM = 'application/x-www-form-urlencoded';

/** A signed query-protocol call to STS. */
export function signSts(
  parameters: Readonly<Record<string, string>>,
  signing: Omit<Signing, 'service'> & { readonly host?: string; readonly accept?: string },
) {
  const body = new URLSearchParams({ Version: '2011-06-15', ...parameters }).toString();
  const { host = 'sts.us-east-1.amazonaws.com', accept } = signing;
  const headers: Record<string, string> = { host, 'content-type': FORM };
  if (accept !== undefined) headers.accept = accept;
  return sign({ method: 'POST', path: '/', headers, body }, { ...signing, service: 'sts' });
}

/** A presigned GET, valid for ten minutes. */
export async function presign(
  host: string,
  path: string,
  query: Readonly<Record<string, string>>,
  signing: Signing,
): Promise<RawRequest> {
  const hidden = signing.service === 's3' ? { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } : {};
  const signed = await createSigner(signing).presign(
    new HttpRequest({ method: 'GET', path, headers: { host, ...hidden }, query: { ...query } }),
    { signingDate: signing.signingDate ?? NOW, expiresIn: 600 },
  );
  const pairs = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return { path: `${path}?${pairs.join('&')}`, headers: { host } };
}
