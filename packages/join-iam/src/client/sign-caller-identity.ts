import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity } from '@smithy/types';
import { formatAmzDate } from '../wire/amz-date.js';
import { ACCEPT, CALLER_IDENTITY_BODY, CONTENT_TYPE, SERVICE } from '../wire/constants.js';

/** Everything that goes into one signed request. */
export interface SignCallerIdentityOptions {
  readonly host: string;
  readonly region: string;
  readonly credentials: AwsCredentialIdentity;
  readonly signingDate: Date;
  /** Our own headers in the order in which they are written. */
  readonly joinHeaders: readonly (readonly [name: string, value: string])[];
}

/** Signs the fixed call and writes it as HTTP/1.1 bytes, one header a line, nothing after the body. */
export async function signCallerIdentity(options: SignCallerIdentityOptions): Promise<Uint8Array> {
  const { host, region, credentials, signingDate, joinHeaders } = options;
  const fixed: (readonly [string, string])[] = [
    ['Accept', ACCEPT],
    ['Content-Length', String(CALLER_IDENTITY_BODY.length)],
    ['Content-Type', CONTENT_TYPE],
  ];
  const signer = new SignatureV4({
    service: SERVICE,
    region,
    credentials,
    sha256: Sha256,
    // The signer would add a payload hash header, and it trusts one that is already there.
    applyChecksum: false,
  });
  const unsigned = new HttpRequest({
    method: 'POST',
    protocol: 'https:',
    hostname: host,
    path: '/',
    headers: Object.fromEntries([['host', host] as const, ...fixed, ...joinHeaders].map(lowerName)),
    body: CALLER_IDENTITY_BODY,
  });
  const signed = await signer.sign(unsigned, { signingDate });
  const token = credentials.sessionToken;
  const lines: readonly (readonly [string, string])[] = [
    ['Host', host],
    ['Accept', ACCEPT],
    ['Authorization', signed.headers.authorization ?? ''],
    ...fixed.slice(1),
    ['X-Amz-Date', formatAmzDate(signingDate)],
    ...(token === undefined ? [] : [['X-Amz-Security-Token', token] as const]),
    ...joinHeaders,
  ];
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`POST / HTTP/1.1\r\n${head}\r\n${CALLER_IDENTITY_BODY}`, 'latin1');
}

function lowerName([name, value]: readonly [string, string]): [string, string] {
  return [name.toLowerCase(), value];
}
