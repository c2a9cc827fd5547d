import { describe, expect, it, vi } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { headersOf } from '../../src/sigv4/header-memory.js';
import { createSigningCache, signRequest } from '../../src/sigv4/index.js';
import { SigningKeys } from '../../src/sigv4/signing-keys.js';
import type { SigningScope } from '../../src/sigv4/signing-scope.js';
import { v4aKeysOf } from '../../src/sigv4/v4a-keys.js';
import { verifierMemoryOf } from '../../src/sigv4/verifier-memory.js';
import { sigv4a } from '../../src/sigv4a/index.js';
import { type ClientCredential, verifySignature } from '../../src/verify/index.js';
import { CREDENTIALS, NOW, toRaw } from '../support/signing-oracle.js';

const HOST = 'sqs.eu-west-1.amazonaws.com';
const request = { protocol: 'https:', hostname: HOST, method: 'GET', path: '/', headers: {} };
const TIME = '20261120T120000Z';
const HASH = 'a'.repeat(64);

function sign(credentials: ClientCredential, cache = createSigningCache(), service = 'sqs') {
  const options = { credentials, region: 'eu-west-1', service, signingDate: NOW, cache };
  return toRaw(signRequest(request, options));
}

/** Signs with a scope that was kept from before; a wiped one has lost its key, so its signatures are another text. */
const signatureOf = (scope: SigningScope) => scope.sign(TIME, HASH);
const scopeOf = (keys: SigningKeys, service = 'sqs', credentials = CREDENTIALS) =>
  keys.scope(credentials, TIME, 'eu-west-1', service);

describe('a cache that holds keys', () => {
  const token = { ...CREDENTIALS, sessionToken: 'session-token' };

  it('lets nothing through for a revoked key: the very next verification fails and the pads are zero', () => {
    const cache = createSigningCache();
    const keys = new Map<string, ClientCredential>([[token.accessKeyId, token]]);
    const raw = sign(token);
    const verify = () =>
      verifySignature(raw, { credentials: keys.get(token.accessKeyId), now: NOW, cache });
    expect(verify().accessKeyId).toBe(token.accessKeyId);
    const scope = scopeOf(cache.keys);
    const before = signatureOf(scope);

    keys.delete(token.accessKeyId);
    expect(verify).toThrowWithCode(SigV4ProxyError, 'unknown-key');
    cache.forget(token.accessKeyId);
    expect(signatureOf(scope)).toBe(signatureOf(wiped()));
    expect(signatureOf(scope)).not.toBe(before);
    expect(scopeOf(cache.keys)).not.toBe(scope);
    expect(verify).toThrowWithCode(SigV4ProxyError, 'unknown-key');
  });

  it('keeps no byte of the token of a forgotten key', () => {
    const bytes = vi.spyOn(Buffer, 'from');
    const cache = createSigningCache();
    verifySignature(sign(token), { credentials: token, now: NOW, cache });
    const copies = bytes.mock.results
      .filter((_result, i) => bytes.mock.calls[i]?.[0] === token.sessionToken)
      .map(({ value }) => value);
    bytes.mockRestore();
    // Those that were made on the way and dropped are the garbage collector's.
    const wiped = () => copies.filter((copy) => copy.every((byte: number) => byte === 0));
    expect(wiped()).toEqual([]);
    cache.forget(token.accessKeyId);
    expect(wiped()).toHaveLength(1);
  });

  it('checks the clock at every request, however warm the key: an expired signature fails at once', () => {
    const cache = createSigningCache();
    const raw = sign(CREDENTIALS);
    const verify = (ms: number) =>
      verifySignature(raw, { credentials: CREDENTIALS, now: new Date(NOW.getTime() + ms), cache });
    expect(verify(300_000).service).toBe('sqs');
    expect(() => verify(300_001)).toThrowWithCode(SigV4ProxyError, 'skew');
  });

  it('takes a rotated secret of the same key id at once, wipes the old one and never goes back', () => {
    const cache = createSigningCache();
    const rotated = { ...CREDENTIALS, secretAccessKey: 'rotated' };
    const old = sign(CREDENTIALS);
    const fresh = sign(rotated);
    const verify = (raw: typeof old, credentials: ClientCredential) =>
      verifySignature(raw, { credentials, now: NOW, cache });
    expect(verify(old, CREDENTIALS).service).toBe('sqs');
    const scope = scopeOf(cache.keys);
    expect(() => verify(old, rotated)).toThrowWithCode(SigV4ProxyError, 'signature-mismatch');
    expect(signatureOf(scope)).toBe(signatureOf(wiped()));
    expect(verify(fresh, rotated).service).toBe('sqs');
    expect(() => verify(fresh, CREDENTIALS)).toThrowWithCode(SigV4ProxyError, 'signature-mismatch');
  });

  it('takes a rotated session token at once', () => {
    const cache = createSigningCache();
    const next = { ...token, sessionToken: 'another-token' };
    const raw = sign(token);
    expect(verifySignature(raw, { credentials: token, now: NOW, cache }).service).toBe('sqs');
    expect(() => verifySignature(raw, { credentials: next, now: NOW, cache })).toThrowWithCode(
      SigV4ProxyError,
      'token-mismatch',
    );
    expect(verifySignature(sign(next), { credentials: next, now: NOW, cache }).service).toBe('sqs');
  });

  it('forgets the SigV4A key, the token and the header values that a key left behind', () => {
    const cache = createSigningCache();
    const options = { credentials: token, regionSet: ['*'], service: 's3', signingDate: NOW };
    const raw = toRaw(signRequest(request, { ...options, algorithm: sigv4a, cache }));
    verifySignature(raw, { credentials: token, now: NOW, cache });
    const pair = v4aKeysOf(cache).key(token);
    const headers = headersOf(cache);
    expect(cache.memory.requests).toBeDefined();
    cache.forget(token.accessKeyId);
    expect(v4aKeysOf(cache).key(token)).not.toBe(pair);
    expect(cache.memory.requests).toBeUndefined();
    expect(headersOf(cache)).not.toBe(headers);
    cache.clear();
    expect(cache.memory).toMatchObject({ requests: undefined, headers: undefined });
    expect(verifySignature(raw, { credentials: token, now: NOW, cache }).service).toBe('s3');
  });

  it('derives SigV4A keys anew for a rotated secret and keeps no more of them than its bound', () => {
    const keys = v4aKeysOf(createSigningCache({ maxKeys: 2 }));
    const of = (accessKeyId: string, secretAccessKey = 's') =>
      keys.key({ accessKeyId, secretAccessKey });
    const first = of('A');
    expect(of('A')).toBe(first);
    expect(of('A', 'rotated')).not.toBe(first);
    const second = of('B');
    of('B');
    of('C');
    expect(of('B')).toBe(second);
  });

  it('is bounded when clients feed it: services, days, header lists and Authorization prefixes', () => {
    const maxKeys = 8;
    const cache = createSigningCache({ maxKeys, maxAuthorizations: 4 });
    const made: SigningScope[] = [];
    for (let i = 0; i < 200; i += 1) {
      const raw = sign(CREDENTIALS, undefined, `svc${i}`);
      verifySignature(raw, { credentials: CREDENTIALS, now: NOW, cache });
      made.push(scopeOf(cache.keys, `svc${i}`));
      signRequest(
        { ...request, headers: { [`x-${i}`]: 'v' } },
        { credentials: CREDENTIALS, region: 'r', service: 'sqs', signingDate: NOW, cache },
      );
      expect(() =>
        verifySignature(sign({ ...CREDENTIALS, accessKeyId: `UNKNOWNKEY${1000 + i}000` }), {
          credentials: undefined,
          now: NOW,
          cache,
        }),
      ).toThrowWithCode(SigV4ProxyError, 'unknown-key');
    }
    const zero = signatureOf(wiped('svc0'));
    const alive = made.filter((scope, i) => signatureOf(scope) !== signatureOf(wiped(`svc${i}`)));
    expect(alive.length).toBeLessThanOrEqual(maxKeys);
    expect(signatureOf(made[0] ?? wiped('svc1'))).toBe(zero);
    expect(cache.keys.size).toBeLessThanOrEqual(maxKeys);
    expect(verifierMemoryOf(cache).nobodysKeys.size).toBeLessThanOrEqual(16);
    expect(headersOf(cache).size).toBeLessThanOrEqual(4);
    expect(cache.memory.requests?.size).toBeLessThanOrEqual(32);
  });
});

/** What a scope signs when its pads are zero: wiping leaves no more than the time and the hash it is given. */
function wiped(service = 'sqs'): SigningScope {
  const scope = scopeOf(new SigningKeys(1), service);
  scope.dispose();
  return scope;
}
