import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOidcSignIn, type OidcSignIn } from '../src/oidc-sign-in.js';
import { Refusal } from '../src/refusal.js';

/** A provider that signs whatever a test wants it to say. */

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
let issuer = '';
let idToken: object = {};
let userInfo: object = {};
const asked = new Map<string, URLSearchParams>();
let minutes = 0;
let signIn: OidcSignIn;

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function tokens(request: IncomingMessage): Promise<object> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const form = new URLSearchParams(body);
  const code = form.get('code') ?? '';
  const begun = asked.get(code);
  asked.delete(code);
  const challenge = createHash('sha256').update(form.get('code_verifier') ?? '');
  if (begun?.get('code_challenge') !== challenge.digest('base64url')) return {};
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: 'postern', iat, exp: iat + 300, nonce: begun.get('nonce') };
  const text = `${encode({ alg: 'RS256', kid: 'k' })}.${encode({ ...claims, sub: 's1', ...idToken })}`;
  const signature = sign('sha256', Buffer.from(text), privateKey).toString('base64url');
  const id_token = `${text}.${signature}`;
  return { access_token: 'at', token_type: 'Bearer', expires_in: 60, id_token };
}

const server = createServer(async (request, response) => {
  const answers: Readonly<Record<string, () => object | Promise<object>>> = {
    '/.well-known/openid-configuration': () => ({
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/me`,
    }),
    '/jwks': () => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256' }] }),
    '/token': () => tokens(request),
    '/me': () => ({ sub: 's1', ...userInfo }),
  };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(await answers[request.url ?? '']?.()));
});
const redirectUri = 'https://postern.example.com/login/oidc/callback';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server has an address with a port.
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  minutes = 0;
  idToken = { email: 'dana@example.com', email_verified: true };
  userInfo = {};
  signIn = createOidcSignIn({
    issuer,
    clientId: 'postern',
    clientSecret: 'secret',
    redirectUri,
    clock: () => new Date(Date.now() + minutes * 60_000),
  });
});

/** Somebody's browser, up to the callback. */
async function begin() {
  const { url, flow } = await signIn.begin();
  const sent = new URL(url).searchParams;
  const code = randomUUID();
  asked.set(code, sent);
  const callback = new URL(redirectUri);
  callback.search = String(new URLSearchParams({ code, state: sent.get('state') ?? '' }));
  return { flow, callback };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => (error instanceof Refusal ? error.code : error),
  );

describe('createOidcSignIn', () => {
  it('lets somebody finish, however many others begin meanwhile', async () => {
    const { flow, callback } = await begin();
    for (let count = 0; count < 2_100; count += 1) await signIn.begin();
    expect(await signIn.finish(flow, callback)).toMatchObject({ email: 'dana@example.com' });
  });

  it('shows a browser nothing of what it keeps', async () => {
    const { flow, callback } = await begin();
    expect(flow.length).toBeLessThan(1_000);
    const text = Buffer.from(flow, 'base64url').toString('latin1');
    expect(text).not.toContain(callback.searchParams.get('state'));
  });

  it('takes an answer once, in time, and only of this browser and this gateway', async () => {
    const first = await begin();
    await signIn.finish(first.flow, first.callback);
    expect(await codeOf(signIn.finish(first.flow, first.callback))).toBe('bad-login');
    expect(await codeOf(signIn.finish(`${first.flow}=`, first.callback))).toBe('bad-login');
    const [mine, other] = [await begin(), await begin()];
    expect(await codeOf(signIn.finish(mine.flow, other.callback))).toBe('bad-login');
    for (const flow of ['', 'nonsense', first.callback.searchParams.get('state') ?? '']) {
      expect(await codeOf(signIn.finish(flow, other.callback))).toBe('bad-login');
    }
    const late = await begin();
    minutes = 11;
    expect(await codeOf(signIn.finish(late.flow, late.callback))).toBe('bad-login');
  });

  it('takes an address and the word that it is verified from one source', async () => {
    idToken = { email_verified: true };
    userInfo = { email: 'victim@example.com', email_verified: false, groups: ['readers'] };
    const { flow, callback } = await begin();
    expect(await signIn.finish(flow, callback)).toMatchObject({
      email: 'victim@example.com',
      email_verified: false,
      groups: ['readers'],
    });
  });
});
