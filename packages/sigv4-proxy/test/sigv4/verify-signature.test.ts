import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import type { HeaderPair, RawRequest } from '../../src/request.js';
import { createSigningCache } from '../../src/sigv4/index.js';
import {
  parseSignature,
  presignRawRequest,
  signRawRequest,
  type VerifySignatureOptions,
  verifySignature,
} from '../../src/verify/index.js';
import { CREDENTIALS, NOW } from '../support/signing-oracle.js';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

interface Draft {
  readonly method?: string;
  readonly target?: string;
  readonly service?: string;
  readonly headers?: readonly HeaderPair[];
  readonly unsigned?: readonly HeaderPair[];
  readonly body?: Uint8Array;
  readonly payloadHash?: string;
}

/** A request that is signed by the client: all of `headers`, none of `unsigned`. */
function signed({ service = 'sqs', ...draft }: Draft = {}): RawRequest {
  const headers: HeaderPair[] = [
    ['Host', `${service}.eu-west-1.amazonaws.com`],
    ['X-Amz-Date', '20261120T120000Z'],
    ...(draft.headers ?? []),
  ];
  const request = {
    method: draft.method ?? 'POST',
    target: draft.target ?? '/',
    headers,
    body: draft.body,
  };
  const { authorization } = signRawRequest(request, {
    credentials: CREDENTIALS,
    region: 'eu-west-1',
    service,
    signedHeaders: [...new Set(headers.map(([name]) => name.toLowerCase()))].sort(),
    payloadHash: draft.payloadHash,
  });
  return {
    ...request,
    headers: [...headers, ['Authorization', authorization], ...(draft.unsigned ?? [])],
  };
}

const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const verify = (request: RawRequest, options: Partial<VerifySignatureOptions> = {}) =>
  verifySignature(request, { credentials: CREDENTIALS, now: NOW, secure: true, ...options });
const refused = (request: RawRequest, code: string, options?: Partial<VerifySignatureOptions>) =>
  expect(() => verify(request, options)).toThrowWithCode(SigV4ProxyError, code);

describe('verifySignature', () => {
  it('proves the body that goes into the signature', () => {
    const body = Buffer.from('Action=ListQueues');
    const verified = verify(signed({ body }));
    expect(verified).toMatchObject({
      form: 'header',
      region: 'eu-west-1',
      service: 'sqs',
      scope: '20261120/eu-west-1/sqs/aws4_request',
      bodyProven: true,
      payload: { mode: 'hash' },
    });
    refused({ ...signed({ body }), body: Buffer.from('Action=DeleteQueue') }, 'signature-mismatch');
  });

  it('tells a wrong body under a signed hash from a wrong signature', () => {
    const request = signed({ service: 's3', headers: [['X-Amz-Content-Sha256', EMPTY]] });
    expect(verify(request)).toMatchObject({ bodyProven: false, payload: { mode: 'hash' } });
    expect(verify({ ...request, body: Buffer.alloc(0) }).bodyProven).toBe(true);
    refused({ ...request, body: Buffer.from('x') }, 'payload-mismatch');
  });

  it('names the first check that fails, in the fixed order', () => {
    const twice = signed({ unsigned: [['x-amz-date', '20261120T120000Z']] });
    refused(twice, 'duplicate-header', { credentials: undefined, now: at(9999) });
    const query = `${'/?X-Amz-Signature=a&X-Amz-Signature=b'}`;
    refused({ ...signed(), target: query }, 'duplicate-parameter');
    refused({ ...signed(), target: '/?X-Amz-Signature=a' }, 'multiple-auth');
    refused({ ...signed(), target: '/?x%2Damz-signature=a' }, 'multiple-auth');
    refused(signed(), 'unknown-key', { credentials: undefined, now: at(9999) });
    refused(signed(), 'token-mismatch', {
      credentials: { ...CREDENTIALS, sessionToken: 'token' },
      now: at(9999),
    });
    refused(signed({ unsigned: [['x-amz-meta', 'v']] }), 'skew', { now: at(301) });
    refused(signed({ unsigned: [['x-amz-meta', 'v']] }), 'unsigned-header');
    refused(signed({ service: 's3', method: 'GET' }), 'missing-payload-hash');
  });

  it('refuses a target that is not in origin form', () => {
    refused({ ...signed(), target: '*' }, 'bad-target');
    refused({ ...signed(), target: 'https://sqs.eu-west-1.amazonaws.com/' }, 'bad-target');
  });

  it('takes 300 seconds of skew each way, 900 for S3, inclusive, and refuses an invalid clock', () => {
    const s3 = signed({ service: 's3', headers: [['X-Amz-Content-Sha256', EMPTY]] });
    for (const sign of [1, -1]) {
      expect(verify(signed(), { now: at(300 * sign) }).passthrough).toBe(false);
      refused(signed(), 'skew', { now: at(300.001 * sign) });
      expect(verify(s3, { now: at(900 * sign) }).passthrough).toBe(false);
      refused(s3, 'skew', { now: at(901 * sign) });
    }
    refused(signed(), 'skew', { now: new Date(Number.NaN) });
    refused(signed(), 'skew', { now: at(2), maxClockSkewMs: 1000 });
  });

  it('falls back to Date when X-Amz-Date is absent, and only to the one legal form', () => {
    const headers: HeaderPair[] = [
      ['Host', 'sqs.eu-west-1.amazonaws.com'],
      ['Authorization', signed().headers.find(([name]) => name === 'Authorization')?.[1] ?? ''],
    ];
    const dated = (date: string): RawRequest => ({
      method: 'POST',
      target: '/',
      headers: [...headers, ['Date', date]],
    });
    // X-Amz-Date is signed here, so the time is read first and then the header is missed.
    refused(dated('Fri, 20 Nov 2026 12:00:00 GMT'), 'missing-signed-header');
    refused(dated('2026-11-20T12:00:00Z'), 'missing-date');
    refused(dated('Sat, 21 Nov 2026 00:00:00 GMT'), 'scope-mismatch');
  });

  it('accepts an S3 key signed in wire form and in normalised form', () => {
    const headers: HeaderPair[] = [['X-Amz-Content-Sha256', EMPTY]];
    const normalised = signed({ service: 's3', method: 'GET', target: '/a%21b', headers });
    expect(verify({ ...normalised, target: '/a!b' }).service).toBe('s3');
    expect(verify({ ...normalised, target: '/%61%21b' }).service).toBe('s3');
    refused({ ...normalised, target: '/a%2521b' }, 'signature-mismatch');
    refused({ ...normalised, target: '/a%2' }, 'bad-encoding');
  });

  it('demands the token signed, and none where the key has none', () => {
    const credentials = { ...CREDENTIALS, sessionToken: 'local-token' };
    const token: HeaderPair = ['X-Amz-Security-Token', 'local-token'];
    expect(verify(signed({ headers: [token] }), { credentials }).accessKeyId).toBe(
      CREDENTIALS.accessKeyId,
    );
    refused(signed({ unsigned: [token] }), 'token-mismatch', { credentials });
    refused(signed({ headers: [['X-Amz-Security-Token', 'local-tokem']] }), 'token-mismatch', {
      credentials,
    });
    refused(signed({ headers: [token] }), 'token-mismatch');
    refused(signed({ headers: [token], target: '/?X-Amz-Security-Token=x' }), 'token-mismatch', {
      credentials,
    });
  });

  it('allows unsigned bodies for S3 over TLS and for the operations modelled so', () => {
    const headers: HeaderPair[] = [['X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD']];
    const s3 = signed({ service: 's3', headers });
    expect(verify(s3).payload).toEqual({ mode: 'unsigned' });
    refused(s3, 'payload-mode-not-allowed', { secure: false });
    refused(signed({ headers }), 'payload-mode-not-allowed');
    const block = { service: 'ebs', method: 'PUT', target: '/snapshots/s/blocks/1?x=y', headers };
    expect(verify(signed(block)).payload).toEqual({ mode: 'unsigned' });
    refused(signed({ ...block, method: 'POST' }), 'payload-mode-not-allowed');
  });

  it('reads what an aws-chunked body must prove, and refuses what cannot be proven', () => {
    const mode = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
    const chunked = (value: string, ...more: HeaderPair[]) =>
      signed({ service: 's3', headers: [['X-Amz-Content-Sha256', value], ...more] });
    const length: HeaderPair = ['X-Amz-Decoded-Content-Length', '66560'];
    const trailer: HeaderPair = ['X-Amz-Trailer', 'X-Amz-Checksum-Crc32c, x-amz-meta-end'];
    expect(verify(chunked(mode, length, trailer)).payload).toEqual({
      mode: 'chunked',
      streaming: mode,
      decodedContentLength: 66560,
      declaredTrailers: ['x-amz-checksum-crc32c', 'x-amz-meta-end'],
    });
    refused(chunked(mode, trailer), 'bad-framing');
    refused(chunked(mode, ['X-Amz-Decoded-Content-Length', '0x10']), 'bad-framing');
    refused(
      chunked('STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', length),
      'payload-mode-not-allowed',
    );
    refused(chunked('STREAMING-AWS4-HMAC-SHA256-EVENTS'), 'denied');
    refused(chunked('STREAMING-UNSIGNED-PAYLOAD'), 'malformed-auth');
    refused(
      signed({ headers: [['X-Amz-Content-Sha256', mode], length] }),
      'payload-mode-not-allowed',
    );
  });

  it('keeps secrets out of everything that can be printed', () => {
    const credentials = { ...CREDENTIALS, sessionToken: 'local-token' };
    const request = signed({ headers: [['X-Amz-Security-Token', 'local-token']] });
    const cache = createSigningCache();
    const parsed = parseSignature(request, { cache });
    const checked = parsed.check({ credentials, now: NOW });
    const verified = checked.prove();
    for (const value of [parsed, checked, verified, cache]) {
      const text = inspect(value, { depth: 9, showHidden: true }) + JSON.stringify(value);
      expect(text).not.toContain(CREDENTIALS.secretAccessKey);
      expect(text).not.toContain('local-token');
      expect(text).not.toContain(verified.signature);
    }
  });
});

describe('a presigned request', () => {
  const presigned = (options: { service?: string; token?: string; body?: Uint8Array } = {}) => {
    const { service = 's3', token: sessionToken, body } = options;
    const request: RawRequest = {
      method: 'GET',
      target: '/key?versionId=a+b',
      headers: [['Host', 'bucket.example']],
      body,
    };
    const target = presignRawRequest(request, {
      credentials: { ...CREDENTIALS, sessionToken },
      region: 'eu-west-1',
      service,
      signingDate: NOW,
      expiresIn: 60,
      signedHeaders: ['host'],
    });
    return { ...request, target };
  };

  it('is good until it expires, without regard to the skew window', () => {
    expect(verify(presigned(), { now: at(60) })).toMatchObject({
      form: 'query',
      expiresAt: at(60),
      payload: { mode: 'unsigned' },
    });
    refused(presigned(), 'expired', { now: at(61) });
    refused(presigned(), 'skew', { now: at(-901) });
  });

  it('signs the body of services outside S3', () => {
    const request = presigned({ service: 'sts', body: Buffer.from('x') });
    expect(verify(request).bodyProven).toBe(true);
    refused({ ...request, body: undefined }, 'signature-mismatch');
  });

  it('of an unknown key is refused, or passed on unproven where that is asked for', () => {
    refused(presigned(), 'unknown-key', { credentials: undefined });
    expect(
      verify(presigned(), { credentials: undefined, foreignPresigned: 'pass' }).passthrough,
    ).toBe(true);
    refused(signed(), 'unknown-key', { credentials: undefined, foreignPresigned: 'pass' });
  });

  it('carries its token in the query, for IoT outside the signature', () => {
    const credentials = { ...CREDENTIALS, sessionToken: 'local token' };
    for (const service of ['s3', 'iotdevicegateway']) {
      const request = presigned({ service, token: 'local token' });
      expect(verify(request, { credentials }).service).toBe(service);
      refused(
        { ...request, target: request.target.replace('local%20token', 'other%20token') },
        'token-mismatch',
        { credentials },
      );
    }
    const url = presigned({ service: 'iotdevicegateway', token: 'local token' }).target;
    expect(url).toMatch(/&X-Amz-Security-Token=local%20token&X-Amz-Signature=[0-9a-f]{64}$/);
  });

  it('is malformed when a parameter is missing, and out of range when it lives too long', () => {
    const { target } = presigned();
    const without = (name: string) =>
      target.replace(new RegExp(`${name}=[^&]*&?`), '').replace(/&$/, '');
    for (const name of ['X-Amz-Credential', 'X-Amz-SignedHeaders', 'X-Amz-Algorithm']) {
      refused({ ...presigned(), target: without(name) }, 'malformed-auth');
    }
    refused({ ...presigned(), target: without('X-Amz-Date') }, 'missing-date');
    refused({ ...presigned(), target: without('X-Amz-Expires') }, 'expires-out-of-range');
    for (const expires of ['604801', '-1', '+5', '1.5', '']) {
      const changed = target.replace('X-Amz-Expires=60', `X-Amz-Expires=${expires}`);
      refused({ ...presigned(), target: changed }, 'expires-out-of-range');
    }
  });
});
