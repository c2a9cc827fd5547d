import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { presignRequest } from '../../src/presign/index.js';
import { createRequestSigner, signRequest } from '../../src/sigv4/index.js';
import { presignRawRequest, signRawRequest } from '../../src/verify/index.js';
import { CREDENTIALS, NOW } from '../support/signing-oracle.js';

const request = { protocol: 'https:', hostname: 'h', method: 'GET', path: '/', headers: {} };
const options = { credentials: CREDENTIALS, region: 'eu-west-1', service: 'sqs', signingDate: NOW };
const raw = { method: 'GET', target: '/', headers: [['host', 'h']] as const };
const presigning = { ...options, signedHeaders: ['host'], expiresIn: 60 };

describe('signing at its edges', () => {
  it('asks the provider, the clock and the call in turn', async () => {
    const signer = createRequestSigner({
      credentials: async () => CREDENTIALS,
      region: 'r',
      service: 's',
      clock: () => NOW,
    });
    const byDefault = await signer.sign(request);
    expect(byDefault.headers.authorization).toContain('/20261120/r/s/aws4_request');
    const asked = await signer.sign(request, {
      signingRegion: 'r2',
      signingService: 's2',
      signingDate: new Date(NOW.getTime() + 86_400_000),
    });
    expect(asked.headers.authorization).toContain('/20261121/r2/s2/aws4_request');
  });

  it('hashes views and buffers alike, and refuses a stream without a hash', () => {
    const hashOf = (body: unknown) =>
      signRequest({ ...request, body }, options).headers['x-amz-content-sha256'];
    const bytes = new TextEncoder().encode('ab');
    for (const body of [bytes, bytes.buffer.slice(0, 2), new DataView(bytes.buffer, 0, 2)]) {
      expect(hashOf(body)).toBe(hashOf('ab'));
    }
    expect(() => hashOf({})).toThrowWithCode(SigV4ProxyError, 'missing-payload-hash');
  });

  it('drops an old signature of the query and signs parameters without a value', () => {
    const query = { 'X-Amz-Signature': 'old', flag: null };
    const plain = signRequest({ ...request, query: { flag: '' } }, options);
    expect(signRequest({ ...request, query }, options).headers).toEqual(plain.headers);
  });

  it('moves the token of IoT behind the signature, and named headers into the query', () => {
    const credentials = { ...CREDENTIALS, sessionToken: 't' };
    const signed = presignRequest(
      { ...request, headers: { 'x-mine': '1', date: 'old', 'x-amz-acl': 'private' } },
      {
        ...options,
        credentials,
        service: 'iotdevicegateway',
        hoistableHeaders: new Set(['x-mine']),
        unhoistableHeaders: new Set(['x-amz-acl']),
      },
    );
    expect(signed.headers).toEqual({ host: 'h', 'x-amz-acl': 'private' });
    expect(signed.query).toMatchObject({ 'x-mine': '1', 'X-Amz-Security-Token': 't' });
  });

  it('presigns raw targets with and without a query, and leaves bodies of S3 unsigned', () => {
    expect(presignRawRequest(raw, presigning)).toMatch(/^\/\?X-Amz-Algorithm=/);
    const s3 = presignRawRequest({ ...raw, target: '/k?a=1+2' }, { ...presigning, service: 's3' });
    expect(s3).toMatch(/^\/k\?a=1%202&X-Amz-Algorithm=AWS4-HMAC-SHA256&/);
    const v4a = { ...presigning, algorithm: 'AWS4-ECDSA-P256-SHA256' as const };
    expect(presignRawRequest(raw, { ...v4a, regionSet: ['*'] })).toContain('X-Amz-Region-Set=%2A');
  });

  it('signs bytes above ASCII as the bytes they are', () => {
    const headers = [
      ['host', 'h'],
      ['x-amz-date', '20261120T120000Z'],
      ['x-name', 'caf\u00e9'],
    ] as const;
    const signing = { ...options, signedHeaders: ['host', 'x-amz-date', 'x-name'] };
    const bytes = signRawRequest({ ...raw, headers }, signing);
    const other = headers.map(([n, v]) => [n, v.replace('\u00e9', '\u00c3\u00a9')] as const);
    expect(signRawRequest({ ...raw, headers: other }, signing).signature).not.toBe(bytes.signature);
    expect(
      presignRawRequest({ ...raw, headers }, { ...presigning, signedHeaders: ['host', 'x-name'] }),
    ).toMatch(/&X-Amz-Signature=[0-9a-f]{64}$/);
  });

  it('says what to give for SigV4A when only its name is given', () => {
    // Only a program without types can do this.
    const algorithm = JSON.parse('"AWS4-ECDSA-P256-SHA256"');
    expect(() => signRequest(request, { ...options, algorithm })).toThrowWithCode(
      SigV4ProxyError,
      'invalid-option',
    );
  });
});
