import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { createSigningCache, signRequest } from '../../src/sigv4/index.js';
import { SigningKeys } from '../../src/sigv4/signing-keys.js';
import { verifySignature } from '../../src/verify/index.js';
import { CREDENTIALS, NOW, toRaw } from '../support/signing-oracle.js';

const request = {
  protocol: 'https:',
  hostname: 'h',
  method: 'GET',
  path: '/',
  headers: { host: 'h' },
};
const options = { credentials: CREDENTIALS, region: 'eu-west-1', service: 'sqs', signingDate: NOW };

describe('createSigningCache', () => {
  it('never meets an old key with a rotated secret, either way', () => {
    const cache = createSigningCache();
    const rotated = { ...CREDENTIALS, secretAccessKey: 'rotated' };
    const before = toRaw(signRequest(request, { ...options, cache }));
    const after = toRaw(signRequest(request, { ...options, credentials: rotated, cache }));
    const verify = (raw: typeof before, credentials: typeof rotated) =>
      verifySignature(raw, { credentials, now: NOW, cache });
    expect(verify(before, CREDENTIALS).accessKeyId).toBe(CREDENTIALS.accessKeyId);
    expect(() => verify(before, rotated)).toThrowWithCode(SigV4ProxyError, 'signature-mismatch');
    expect(verify(after, rotated).accessKeyId).toBe(CREDENTIALS.accessKeyId);
    expect(() => verify(after, CREDENTIALS)).toThrowWithCode(SigV4ProxyError, 'signature-mismatch');
  });

  it('refuses a key at once when it is revoked, whatever is remembered', () => {
    const cache = createSigningCache();
    const raw = toRaw(signRequest(request, { ...options, cache }));
    expect(verifySignature(raw, { credentials: CREDENTIALS, now: NOW, cache }).service).toBe('sqs');
    expect(() => verifySignature(raw, { credentials: undefined, now: NOW, cache })).toThrowWithCode(
      SigV4ProxyError,
      'unknown-key',
    );
  });

  it('lets unknown keys displace nothing, whatever day and service they name', () => {
    const cache = createSigningCache({ maxKeys: 1 });
    const raw = toRaw(signRequest(request, { ...options, cache }));
    const key = cache.keys.scope(CREDENTIALS, '20261120T120000Z', 'eu-west-1', 'sqs');
    for (let year = 2030; year < 2060; year += 1) {
      const headers = raw.headers.map(
        ([name, value]) => [name, value.replaceAll('20261120', `${year}0101`)] as const,
      );
      expect(() =>
        verifySignature({ ...raw, headers }, { credentials: undefined, now: NOW, cache }),
      ).toThrowWithCode(SigV4ProxyError, 'unknown-key');
    }
    expect(cache.keys.scope(CREDENTIALS, '20261120T120000Z', 'eu-west-1', 'sqs')).toBe(key);
  });

  it('gives the same signatures as no cache, for lists of headers that share a slot', () => {
    const cache = createSigningCache({ maxKeys: 2, maxAuthorizations: 1 });
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 600; i += 1) {
        const headers = { host: 'h', [`x-${'abc'.repeat(i % 7)}${i}`]: `v${i}` };
        const service = `svc${i % 5}`;
        const withCache = signRequest({ ...request, headers }, { ...options, service, cache });
        const without = signRequest({ ...request, headers }, { ...options, service });
        expect(withCache.headers).toEqual(without.headers);
        const raw = toRaw(withCache);
        expect(verifySignature(raw, { credentials: CREDENTIALS, now: NOW, cache }).service).toBe(
          service,
        );
      }
    }
  });

  it('refuses bounds that are none', () => {
    for (const maxKeys of [0, -1, 1.5, Number.NaN]) {
      expect(() => createSigningCache({ maxKeys })).toThrowWithCode(
        SigV4ProxyError,
        'invalid-option',
      );
    }
  });
});

describe('SigningKeys', () => {
  it('wipes a forgotten key and makes a new one', () => {
    const keys = new SigningKeys(4);
    const key = keys.scope(CREDENTIALS, '20261120T120000Z', 'eu-west-1', 'sqs');
    expect(keys.scope(CREDENTIALS, '20261120T130000Z', 'eu-west-1', 'sqs')).toBe(key);
    const hash = 'a'.repeat(64);
    const signature = key.sign('20261120T120000Z', hash);
    keys.forget(CREDENTIALS.accessKeyId);
    expect(key.fits(CREDENTIALS, '20261120', 'eu-west-1', 'sqs')).toBe(false);
    expect(key.sign('20261120T120000Z', hash)).not.toBe(signature);
    const fresh = keys.scope(CREDENTIALS, '20261120T120000Z', 'eu-west-1', 'sqs');
    expect(fresh).not.toBe(key);
    expect(fresh.sign('20261120T120000Z', hash)).toBe(signature);
  });

  it('drops the keys of yesterday and keeps no more than its bound, the used ones last', () => {
    const keys = new SigningKeys(2);
    const scope = (day: string, service: string) =>
      keys.scope(CREDENTIALS, `${day}T000000Z`, 'eu-west-1', service);
    const old = scope('20261119', 'sqs');
    const today = scope('20261120', 'sqs');
    expect(old.fits(CREDENTIALS, '20261119', 'eu-west-1', 'sqs')).toBe(false);
    scope('20261120', 'sns');
    expect(scope('20261120', 'sqs')).toBe(today);
    scope('20261120', 'lambda');
    expect(scope('20261120', 'sqs')).toBe(today);
  });
});
