import { createPublicKey, createSign, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { compactVerify, createLocalJWKSet } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  createSigningKeyRing,
  FederationError,
  generateSigningKey,
  jwksFromPublicKeys,
  type SigningKey,
  signingKeyFromPem,
  signingKeyFromSigner,
} from '../../src/oidc/index.js';
import { fakeClock } from '../support/fakes.js';
import { FIRST, SECOND } from '../support/keys.js';

const PAYLOAD = new TextEncoder().encode('{"sub":"x"}');

async function verifies(key: SigningKey): Promise<boolean> {
  const header = { alg: 'RS256', typ: 'JWT', kid: key.publicKey.kid } as const;
  const token = await key.sign(header, PAYLOAD);
  const { payload } = await compactVerify(
    token,
    createLocalJWKSet({ keys: [{ ...key.publicKey }] }),
  );
  return Buffer.from(payload).equals(Buffer.from(PAYLOAD));
}

describe('signing keys', () => {
  it('sign what their public half verifies', async () => {
    expect(await verifies(await generateSigningKey())).toBe(true);
    expect(await verifies(await signingKeyFromPem(FIRST.privateKey))).toBe(true);
  });

  it('sign through a signer elsewhere', async () => {
    const key = await signingKeyFromSigner({
      publicKeyPem: FIRST.publicKey,
      sign: async (message) => createSign('RSA-SHA256').update(message).sign(FIRST.privateKey),
    });
    expect(await verifies(key)).toBe(true);
  });

  it('find a signer with another key, or one that fails, before AWS does', async () => {
    const wrong = await signingKeyFromSigner({
      publicKeyPem: FIRST.publicKey,
      sign: async (message) => createSign('RSA-SHA256').update(message).sign(SECOND.privateKey),
    });
    await expect(verifies(wrong)).rejects.toThrowWithCode(FederationError, 'signing-failed');
    const failing = await signingKeyFromSigner({
      publicKeyPem: FIRST.publicKey,
      sign: () => Promise.reject(new Error('KMS says no')),
    });
    await expect(verifies(failing)).rejects.toThrowWithCode(FederationError, 'signing-failed');
  });

  it('show no private key when printed', async () => {
    const key = await signingKeyFromPem(FIRST.privateKey);
    const texts = [inspect(key, { depth: null, showHidden: true }), JSON.stringify(key)].join();
    const inner = FIRST.privateKey.split('\n')[3] ?? '';
    expect(texts).not.toContain(inner);
    expect(texts).toContain(key.publicKey.kid);
  });

  it('refuse what AWS cannot verify', async () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = (key: typeof ec.privateKey) => String(key.export({ type: 'pkcs8', format: 'pem' }));
    await expect(signingKeyFromPem(pem(ec.privateKey))).rejects.toThrowWithCode(
      FederationError,
      'unsupported-key-type',
    );
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
    await expect(signingKeyFromPem(pem(small.privateKey))).rejects.toThrowWithCode(
      FederationError,
      'unsupported-key-type',
    );
    await expect(generateSigningKey({ modulusLength: 1024 })).rejects.toThrowWithCode(
      FederationError,
      'unsupported-key-type',
    );
    await expect(signingKeyFromPem('-----BEGIN X')).rejects.toThrowWithCode(
      FederationError,
      'invalid-signing-key',
    );
  });
});

describe('jwksFromPublicKeys', () => {
  it('lists equal keys once, in order, whatever their form', async () => {
    const pkcs1 = createPublicKey(FIRST.publicKey).export({ type: 'pkcs1', format: 'pem' });
    const { keys } = await jwksFromPublicKeys([
      FIRST.publicKey,
      SECOND.publicKey,
      String(pkcs1),
      FIRST.privateKey,
    ]);
    const [first, second] = await Promise.all(
      [FIRST, SECOND].map((key) => signingKeyFromPem(key.privateKey)),
    );
    expect(keys).toEqual([first?.publicKey, second?.publicKey]);
    expect(Object.keys(keys[0] ?? {})).toEqual(['kty', 'alg', 'use', 'kid', 'n', 'e']);
  });

  it('refuses what is no list', async () => {
    await expect(jwksFromPublicKeys(JSON.parse('{"pems":null}').pems)).rejects.toThrowWithCode(
      FederationError,
      'invalid-signing-key',
    );
  });

  it('refuses what is no key', async () => {
    await expect(jwksFromPublicKeys(['x'])).rejects.toThrowWithCode(
      FederationError,
      'invalid-signing-key',
    );
  });
});

describe('createSigningKeyRing', () => {
  it('publishes a new key before it signs and withdraws the old one after its last token', async () => {
    const clock = fakeClock();
    const old = await signingKeyFromPem(FIRST.privateKey);
    const next = await signingKeyFromPem(SECOND.privateKey);
    const ring = createSigningKeyRing({ keys: [old], clock: clock.now });
    const kids = async () => {
      const { active, published } = await ring.current();
      return [active, ...published.map((publicKey) => ({ publicKey }))].map(
        ({ publicKey }) => publicKey.kid,
      );
    };
    const [oldKid, nextKid] = [old.publicKey.kid, next.publicKey.kid];
    expect(await kids()).toEqual([oldKid, oldKid]);
    ring.add(next);
    expect(await kids()).toEqual([oldKid, oldKid, nextKid]);
    clock.advance(299);
    expect(await kids()).toEqual([oldKid, oldKid, nextKid]);
    clock.advance(1);
    expect(await kids()).toEqual([nextKid, nextKid, oldKid]);
    clock.advance(86_400);
    expect(await kids()).toEqual([nextKid, nextKid, oldKid]);
    clock.advance(1);
    expect(await kids()).toEqual([nextKid, nextKid]);
  });

  it('publishes keys that never sign here, such as those of another instance', async () => {
    const [own, other] = await Promise.all(
      [FIRST, SECOND].map((key) => signingKeyFromPem(key.privateKey)),
    );
    if (!own || !other) return expect.unreachable();
    const { active, published } = await createSigningKeyRing({ keys: [own, other] }).current();
    expect(active).toBe(own);
    expect(published).toEqual([own.publicKey, other.publicKey]);
  });

  it('refuses to be empty and to go back in time', async () => {
    const own = await signingKeyFromPem(FIRST.privateKey);
    // Callers without types can pass an empty list.
    const none = [] as unknown as [SigningKey];
    expect(() => createSigningKeyRing({ keys: none })).toThrowWithCode(
      FederationError,
      'no-signing-key',
    );
    expect(() => createSigningKeyRing({ keys: [own], keepSeconds: -1 })).toThrowWithCode(
      FederationError,
      'invalid-argument',
    );
  });
});
