import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { presignRequest } from '../../src/presign/index.js';
import type { RawRequest } from '../../src/request.js';
import { createSigningCache, signRequest } from '../../src/sigv4/index.js';
import { SigV4aKey } from '../../src/sigv4/sigv4a-key.js';
import { sigv4a } from '../../src/sigv4a/index.js';
import { verifySignature } from '../../src/verify/index.js';
import { CREDENTIALS, NOW, toRaw } from '../support/signing-oracle.js';

const request = {
  protocol: 'https:',
  hostname: 'alias.mrap.accesspoint.s3-global.amazonaws.com',
  method: 'GET',
  path: '/a%20key',
  query: { list: 'x' },
  headers: { host: 'alias.mrap.accesspoint.s3-global.amazonaws.com' },
};
const options = {
  credentials: CREDENTIALS,
  service: 's3',
  algorithm: sigv4a,
  regionSet: ['eu-west-1', 'eu-central-1'],
  signingDate: NOW,
};
const verify = (raw: RawRequest, secretAccessKey = CREDENTIALS.secretAccessKey) =>
  verifySignature(raw, {
    credentials: { ...CREDENTIALS, secretAccessKey },
    now: NOW,
    secure: true,
    cache: createSigningCache(),
  });

describe('SigV4A', () => {
  it('derives the key pair that AWS publishes for its example key', () => {
    const key = new SigV4aKey('AKISORANDOMAASORANDOM', 'q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom');
    expect(Buffer.from(key.publicJwk().x, 'base64url').toString('hex')).toBe(
      '15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb',
    );
  });

  it('verifies what it signs, in header and query form, for the signed regions', () => {
    const header = signRequest(request, options);
    expect(header.headers['x-amz-region-set']).toBe('eu-west-1,eu-central-1');
    const presigned = presignRequest(request, { ...options, expiresIn: 60 });
    for (const signed of [header, presigned]) {
      expect(verify(toRaw(signed))).toMatchObject({
        algorithm: 'AWS4-ECDSA-P256-SHA256',
        region: null,
        regionSet: options.regionSet,
        scope: '20261120/s3/aws4_request',
      });
    }
  });

  it('refuses another secret, another region set and a signature that is no DER', () => {
    const signed = signRequest(request, options);
    const mismatch = (raw: RawRequest, secret?: string) =>
      expect(() => verify(raw, secret)).toThrowWithCode(SigV4ProxyError, 'signature-mismatch');
    mismatch(toRaw(signed), 'another secret');
    mismatch(toRaw({ ...signed, headers: { ...signed.headers, 'x-amz-region-set': '*' } }));
    const authorization = signed.headers.authorization?.replace(/Signature=.*/, 'Signature=00ff');
    mismatch(
      toRaw({ ...signed, headers: { ...signed.headers, authorization: authorization ?? '' } }),
    );
  });

  it('needs a region set', () => {
    expect(() => signRequest(request, { ...options, regionSet: [] })).toThrowWithCode(
      SigV4ProxyError,
      'invalid-option',
    );
  });
});
