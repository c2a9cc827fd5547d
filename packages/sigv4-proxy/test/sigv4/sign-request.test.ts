import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { presignRequest } from '../../src/presign/index.js';
import { createRequestSigner, signRequest } from '../../src/sigv4/index.js';
import {
  presignRawRequest,
  resolvePresignLifetime,
  signRawRequest,
  verifySignature,
} from '../../src/verify/index.js';
import { CREDENTIALS, NOW, toRaw } from '../support/signing-oracle.js';

const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const request = {
  protocol: 'https:',
  hostname: 'sqs.eu-west-1.amazonaws.com',
  port: 8443,
  method: 'POST',
  path: '/',
  headers: {},
  body: 'hello',
};
const options = { credentials: CREDENTIALS, region: 'eu-west-1', service: 'sqs', signingDate: NOW };

describe('signRequest', () => {
  it('adds host, date and hash, replaces what an earlier signature left, and changes no argument', () => {
    const headers = {
      Authorization: 'old',
      DATE: 'old',
      'X-Amz-Date': 'old',
      'x-amz-security-token': 'old',
    };
    const signed = signRequest({ ...request, headers }, options);
    expect(signed.headers).toEqual({
      host: 'sqs.eu-west-1.amazonaws.com:8443',
      'x-amz-date': '20261120T120000Z',
      'x-amz-content-sha256': HELLO,
      authorization: expect.stringContaining('SignedHeaders=host;x-amz-content-sha256;x-amz-date,'),
    });
    expect(headers.Authorization).toBe('old');
  });

  it('does not vouch for a stated hash that the body does not have', () => {
    const stated = (hash: string, body: unknown) =>
      signRequest({ ...request, body, headers: { 'X-Amz-Content-Sha256': hash } }, options);
    expect(stated(HELLO, new TextEncoder().encode('hello')).headers['X-Amz-Content-Sha256']).toBe(
      HELLO,
    );
    expect(() => stated(HELLO, 'other')).toThrowWithCode(SigV4ProxyError, 'payload-mismatch');
    expect(stated('UNSIGNED-PAYLOAD', 'any').headers['X-Amz-Content-Sha256']).toBe(
      'UNSIGNED-PAYLOAD',
    );
  });

  it('signs a stream only with its hash stated', () => {
    const body = Readable.from(['hello']);
    expect(() => signRequest({ ...request, body }, options)).toThrowWithCode(
      SigV4ProxyError,
      'missing-payload-hash',
    );
    const signed = signRequest({ ...request, body }, { ...options, payloadHash: HELLO });
    expect(signed.headers['x-amz-content-sha256']).toBe(HELLO);
  });

  it('takes seconds and texts as signing date, and refuses what is none', () => {
    const dateOf = (signingDate: number | string) =>
      signRequest(request, { ...options, signingDate }).headers['x-amz-date'];
    expect(dateOf(NOW.getTime() / 1000)).toBe('20261120T120000Z');
    expect(dateOf('2026-11-20T12:00:00Z')).toBe('20261120T120000Z');
    for (const bad of [Number.NaN, 'yesterday', 1e15, 1e12]) {
      expect(() => dateOf(bad)).toThrowWithCode(SigV4ProxyError, 'invalid-option');
    }
  });

  it('skips undefined header values and keeps a header called __proto__', () => {
    const headers = JSON.parse('{"__proto__":"v"}');
    headers['x-gone'] = undefined;
    const signed = signRequest({ ...request, headers }, options);
    expect(Object.keys(signed.headers)).toContain('__proto__');
    expect(Object.keys(signed.headers)).not.toContain('x-gone');
    expect(signed.headers.authorization).toContain('SignedHeaders=__proto__;host');
  });

  it('refuses query text that is not Unicode', () => {
    expect(() => signRequest({ ...request, query: { a: '\ud800' } }, options)).toThrowWithCode(
      SigV4ProxyError,
      'bad-encoding',
    );
  });
});

describe('createRequestSigner', () => {
  it('is a smithy signer: asks its provider and clock, and lets a call override the scope', async () => {
    const signer = createRequestSigner({
      ...options,
      credentials: async () => ({ ...CREDENTIALS, sessionToken: 'token' }),
      clock: () => NOW,
    });
    const signed = await signer.sign(request, {
      signingRegion: 'eu-north-1',
      signingService: 'sns',
    });
    expect(signed.headers['x-amz-security-token']).toBe('token');
    expect(signed.headers.authorization).toContain('/20261120/eu-north-1/sns/aws4_request');
  });
});

describe('signRawRequest', () => {
  it('signs the bytes of the header list and refuses what is not complete', () => {
    const raw = {
      method: 'GET',
      target: '/',
      headers: [
        ['Host', 'h'],
        ['X-Amz-Date', '20261120T120000Z'],
        ['X-Amz-Meta-Name', 'caf\u00e9'],
      ],
    } as const;
    const signedHeaders = ['host', 'x-amz-date', 'x-amz-meta-name'];
    const { authorization } = signRawRequest(raw, { ...options, signedHeaders });
    const arrived = {
      ...raw,
      headers: [...raw.headers, ['Authorization', authorization] as const],
    };
    const check = { credentials: CREDENTIALS, now: NOW };
    expect(verifySignature(arrived, check).signedHeaders).toEqual(signedHeaders);

    const signing = (more: object) => () =>
      signRawRequest(raw, { ...options, signedHeaders, ...more });
    expect(signing({ signedHeaders: ['host', 'range'] })).toThrowWithCode(
      SigV4ProxyError,
      'missing-signed-header',
    );
    expect(signing({ region: undefined })).toThrowWithCode(SigV4ProxyError, 'invalid-option');
    expect(() =>
      signRawRequest({ ...raw, headers: [['host', 'h']] }, { ...options, signedHeaders: ['host'] }),
    ).toThrowWithCode(SigV4ProxyError, 'missing-date');
  });
});

describe('presignRawRequest', () => {
  it('drops the old authentication, in any spelling, and keeps every other parameter as written', () => {
    const target =
      '/k?x-amz-meta=1&X-Amz-Credential=old&x%2Damz%2Dsignature=old&a=%7e&b+c&X-Amz-Expires=9';
    const headers = [['host', 'h']] as const;
    const again = presignRawRequest(
      { method: 'GET', target, headers },
      { ...options, service: 's3', expiresIn: 60, signedHeaders: ['host'] },
    );
    expect(again).toMatch(/^\/k\?x-amz-meta=1&a=%7e&b%20c&X-Amz-Algorithm=/);
    expect(again).not.toContain('old');
    const check = { credentials: CREDENTIALS, now: NOW };
    expect(verifySignature({ method: 'GET', target: again, headers }, check).form).toBe('query');
  });

  it('lives no longer than client, credentials and five minutes, and at least a second', () => {
    const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
    const lifetime = (client: number, credentials?: number) =>
      resolvePresignLifetime({
        now: NOW,
        clientExpiresAt: at(client),
        credentialsExpireAt: credentials === undefined ? undefined : at(credentials),
      });
    expect(lifetime(3600)).toBe(300);
    expect(lifetime(120.9, 3600)).toBe(120);
    expect(lifetime(3600, 45)).toBe(45);
    expect(lifetime(0.2, 3600)).toBe(1);
  });
});

describe('presignRequest', () => {
  it('leaves the body of S3 URLs unsigned, moves x-amz-* headers, and bounds the lifetime', () => {
    const headers = { host: 'h', 'x-amz-acl': 'private', 'x-amz-tag': 'kept' };
    const signed = presignRequest(
      { ...request, headers, query: { 'X-Amz-Expires': '1' } },
      { ...options, service: 's3', unhoistableHeaders: new Set(['x-amz-tag']) },
    );
    expect(signed.query).toMatchObject({ 'x-amz-acl': 'private', 'X-Amz-Expires': '3600' });
    expect(signed.headers).toEqual({ host: 'h', 'x-amz-tag': 'kept' });
    const verified = verifySignature(toRaw(signed), { credentials: CREDENTIALS, now: NOW });
    expect(verified.payload).toEqual({ mode: 'unsigned' });
    for (const expiresIn of [0, 604_801, 1.5, Number.NaN]) {
      expect(() => presignRequest(request, { ...options, expiresIn })).toThrowWithCode(
        SigV4ProxyError,
        'expires-out-of-range',
      );
    }
  });
});
