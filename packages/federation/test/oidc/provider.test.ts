import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  createOidcProvider,
  createProviderParams,
  createSigningKeyRing,
  FederationError,
  type IssueTokenQuery,
  type OidcProviderOptions,
  signingKeyFromPem,
  thumbprintOfChain,
} from '../../src/oidc/index.js';
import { NOW } from '../support/fakes.js';
import { FIRST } from '../support/keys.js';

const ISSUER = 'https://access.example.com';
const keyOf = await signingKeyFromPem(FIRST.privateKey);
const keys = createSigningKeyRing({ keys: [keyOf] });

const provider = (more: Partial<OidcProviderOptions> = {}) =>
  createOidcProvider({ issuer: ISSUER, keys, clock: () => NOW, ...more });

describe('issueToken', () => {
  const query = { subject: 'system:proxy', username: 'alice' };

  it('makes a token that a verifier accepts by the published key set', async () => {
    const idp = provider({ randomUUID: () => 'id-1' });
    const token = await idp.issueToken(query);
    const { keys: published } = await idp.jwks();
    const jwks = createLocalJWKSet({ keys: published.map((key) => ({ ...key })) });
    const { payload } = await jwtVerify(token, jwks, {
      issuer: idp.discovery().issuer,
      audience: 'discover.teleport',
      currentDate: NOW,
    });
    expect(payload).toMatchObject({ obo: 'user:alice', jti: 'id-1', aud: 'discover.teleport' });
    expect(decodeProtectedHeader(token).kid).toBe(published[0]?.kid);
  });

  it('carries session tags and source identity in the claims that AWS reads', async () => {
    const token = await provider().issueToken({
      ...query,
      audience: 'aws-identity-center',
      sourceIdentity: 'alice',
      tags: [{ key: 'team', value: 'blue' }],
      transitiveTagKeys: ['team'],
    });
    const claims: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
    );
    expect(claims).toMatchObject({
      aud: 'aws-identity-center',
      'https://aws.amazon.com/source_identity': 'alice',
      'https://aws.amazon.com/tags': {
        principal_tags: { team: ['blue'] },
        transitive_tag_keys: ['team'],
      },
    });
  });

  it.each<[Partial<OidcProviderOptions>, Partial<IssueTokenQuery>, string]>([
    [{ clock: () => new Date(Number.NaN) }, {}, 'invalid-argument'],
    [{}, { jti: '' }, 'invalid-argument'],
    [{ randomUUID: () => '' }, {}, 'invalid-argument'],
    [{}, { ttlSeconds: 0.5 }, 'invalid-duration'],
    [{ keys: { current: () => Promise.reject(new Error('KMS is away')) } }, {}, 'signing-failed'],
  ])('refuses %j with %j', async (options, more, code) => {
    const failure = provider(options).issueToken({ ...query, ...more });
    await expect(failure).rejects.toThrowWithCode(FederationError, code);
  });

  it('says what the source of the keys said', async () => {
    const idp = provider({ keys: { current: () => Promise.reject(new Error('KMS is away')) } });
    await expect(idp.jwks()).rejects.toThrowWithCode(FederationError, 'signing-failed');
    await expect(idp.jwks()).rejects.toThrow('failed (Error: KMS is away): check');
  });

  it('takes a token of 20000 characters and not one more', async () => {
    const of = (length: number) => ({
      publicKey: keyOf.publicKey,
      sign: async () => 'x'.repeat(length),
    });
    const keep = async (length: number) => {
      const active = of(length);
      const current = async () => ({ active, published: [active.publicKey] });
      return (await provider({ keys: { current } }).issueToken(query)).length;
    };
    expect(await keep(20_000)).toBe(20_000);
    await expect(keep(20_001)).rejects.toThrowWithCode(FederationError, 'token-too-long');
  });

  it('gives each token its own id', async () => {
    const idp = provider();
    const ids = await Promise.all(
      [1, 2].map(async () => {
        const [, claims = ''] = (await idp.issueToken(query)).split('.');
        const { jti }: { jti?: unknown } = JSON.parse(Buffer.from(claims, 'base64url').toString());
        return jti;
      }),
    );
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    [{ subject: '' }, 'missing-subject'],
    [{ username: '' }, 'missing-username'],
    [{ audience: '' }, 'missing-audience'],
    [{ ttlSeconds: 86_401 }, 'ttl-too-long'],
    [{ ttlSeconds: 0 }, 'invalid-duration'],
    [{ ttlSeconds: Number.NaN }, 'invalid-duration'],
    [{ sourceIdentity: 'aws:x' }, 'invalid-source-identity'],
    [{ tags: [{ key: '', value: '' }] }, 'invalid-tag'],
    [{ username: 'x'.repeat(20_000) }, 'token-too-long'],
  ])('refuses %j', async (more, code) => {
    await expect(provider().issueToken({ ...query, ...more })).rejects.toThrowWithCode(
      FederationError,
      code,
    );
  });
});

describe('createOidcProvider', () => {
  it.each(['access.example.com', 'https://access.example.com/', 'https://ACCESS.example.com'])(
    'refuses the issuer %s, which is not in its final form',
    (issuer) => {
      expect(() => provider({ issuer })).toThrowWithCode(FederationError, 'invalid-issuer');
    },
  );

  it('can name the claims as the standard does', () => {
    const { claims, claims_supported } = provider({ standardClaimsName: true }).discovery();
    expect(claims_supported).toEqual(claims);
  });
});

describe('fetch', () => {
  const discovery = '/.well-known/openid-configuration';
  const get = (path: string, method = 'GET', more: Partial<OidcProviderOptions> = {}) =>
    provider(more).fetch(new Request(`https://any.example${path}`, { method }));

  it('forbids browsers to guess another type', async () => {
    for (const path of Object.values(provider().paths)) {
      const response = await provider().fetch(new Request(`${ISSUER}${path}`));
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('serves both documents with their cache times', async () => {
    const [document, jwks] = await Promise.all([get(discovery), get('/.well-known/jwks-oidc?x')]);
    expect(await document.json()).toEqual(provider().discovery());
    expect(document.headers.get('cache-control')).toBe('public, max-age=3600');
    expect(await jwks.json()).toEqual(await provider().jwks());
    expect(jwks.headers.get('cache-control')).toBe('public, max-age=300');
    expect(jwks.headers.get('set-cookie')).toBeNull();
  });

  it('answers HEAD with the length of the body and without it', async () => {
    const [head, body] = await Promise.all([get(discovery, 'HEAD'), get(discovery)]);
    expect(await head.text()).toBe('');
    expect(head.headers.get('content-length')).toBe(String((await body.text()).length));
  });

  it('serves below the path of the issuer only', async () => {
    const issuer = { issuer: `${ISSUER}/tenants/a` };
    expect((await get(`/tenants/a${discovery}`, 'GET', issuer)).status).toBe(200);
    expect((await get(discovery, 'GET', issuer)).status).toBe(404);
    expect(provider(issuer).paths.jwks).toBe('/tenants/a/.well-known/jwks-oidc');
  });

  it('refuses other paths and methods, which nobody may cache', async () => {
    for (const path of ['/', '/.well-known/', `${discovery}/`, '/.well-known/jwks']) {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
    const response = await get(discovery, 'POST');
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  it('says unavailable without details when the key source fails', async () => {
    const failing = { current: () => Promise.reject(new Error('KMS key arn:secret')) };
    const response = await get('/.well-known/jwks-oidc', 'GET', { keys: failing });
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('KMS');
  });
});

describe('thumbprintOfChain', () => {
  it('needs a certificate', () => {
    expect(() => thumbprintOfChain([])).toThrowWithCode(FederationError, 'no-certificates');
  });
});

describe('createProviderParams', () => {
  const query = {
    issuer: 'access.example.com:443',
    audiences: ['discover.teleport', 'discover.teleport'],
    cluster: 'cluster-name',
    integration: 'my-integration',
  };

  it('leaves thumbprints out unless given', () => {
    expect(createProviderParams(query)).toEqual({
      Url: 'https://access.example.com',
      ClientIDList: ['discover.teleport'],
      Tags: [
        { Key: 'teleport.dev/cluster', Value: 'cluster-name' },
        { Key: 'teleport.dev/integration', Value: 'my-integration' },
        { Key: 'teleport.dev/origin', Value: 'integration_awsoidc' },
      ],
    });
    const thumbprints = [thumbprintOfChain([new Uint8Array([1])])];
    expect(createProviderParams({ ...query, thumbprints }).ThumbprintList).toEqual(thumbprints);
  });

  it.each([
    [{ audiences: [] }, 'missing-audience'],
    [{ audiences: [''] }, 'invalid-audience'],
    [{ audiences: ['x'.repeat(256)] }, 'invalid-audience'],
    [{ audiences: Array.from({ length: 101 }, (_, i) => `a${i}`) }, 'invalid-audience'],
    [{ thumbprints: ['xyz'] }, 'invalid-argument'],
    [{ issuer: 'http://x' }, 'invalid-issuer'],
    [{ integration: 'true' }, 'invalid-tag'],
    [{ cluster: '' }, 'invalid-tag'],
  ])('refuses %j', (more, code) => {
    expect(() => createProviderParams({ ...query, ...more })).toThrowWithCode(
      FederationError,
      code,
    );
  });
});
