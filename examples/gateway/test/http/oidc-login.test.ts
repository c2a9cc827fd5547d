import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startTestGateway, type TestGateway } from '../support/running.js';

/** Sign-in at a real OpenID provider that runs in this process, with a browser made of fetch. */

const CLIENT_SECRET = 'a-secret-between-provider-and-gateway';
const people: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  dana: { email: 'dana@example.com', email_verified: true, groups: ['aws-readers', 'all'] },
  mallory: { email: 'mallory@example.com', email_verified: false, groups: ['security'] },
  guest: { email: 'guest@example.com', email_verified: true, groups: ['all'] },
  alice: { email: 'alice', email_verified: true, groups: ['security'] },
};
let gateway: TestGateway;
let serve: RequestListener = () => {};
const server = createServer((request, response) => serve(request, response));

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server has an address with a port.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  gateway = await startTestGateway(({ connectors }) => {
    const connector = connectors.get('sso');
    if (!connector) throw new Error('the resources have no connector "sso"');
    return { oidc: { connector, issuer, clientId: 'postern', clientSecret: CLIENT_SECRET } };
  });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'postern',
        client_secret: CLIENT_SECRET,
        redirect_uris: [`${gateway.localUrl}/login/oidc/callback`],
        application_type: 'native',
      },
    ],
    pkce: { required: () => true },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
      profile: [],
    },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...people[id] }),
    }),
    cookies: { keys: ['only for this test'] },
  });
  serve = provider.callback();
});
afterAll(async () => {
  await gateway.end();
  server.closeAllConnections();
  server.close();
});

/** Follows redirects and fills in the provider's forms; stops at the gateway's callback, or where it is told. */
function browser() {
  const jars = new Map<string, Map<string, string>>();
  const visit = async (url: URL, form?: Readonly<Record<string, string>>) => {
    const jar = jars.get(url.host) ?? new Map<string, string>();
    jars.set(url.host, jar);
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const location = response.headers.get('location');
    const html = await response.text();
    return { status: response.status, html, next: location ? new URL(location, url) : undefined };
  };
  /** @returns the callback with its code, not yet visited, and what the provider was asked */
  const signIn = async (name: string) => {
    const begun = await visit(new URL('/login/oidc', gateway.localUrl));
    if (!begun.next) throw new Error(`no redirect: ${begun.status} ${begun.html}`);
    let url = begun.next;
    for (let step = 0; step < 20 && url.origin !== gateway.localUrl; step += 1) {
      const page = await visit(url);
      const [, prompt] = /name="prompt" value="(\w+)"/.exec(page.html) ?? [];
      const after = prompt ? await visit(url, { prompt, login: name, password: 'any' }) : page;
      if (!after.next) throw new Error(`the provider stops: ${after.status} ${after.html}`);
      url = after.next;
    }
    return { asked: begun.next.searchParams, callback: url };
  };
  return { visit, signIn };
}

describe('sign-in through an identity provider', () => {
  it('asks with PKCE, state and nonce, and maps the groups to roles', async () => {
    const { visit, signIn } = browser();
    const { asked, callback } = await signIn('dana');
    expect(asked.get('code_challenge_method')).toBe('S256');
    for (const name of ['code_challenge', 'state', 'nonce']) {
      expect(asked.get(name)?.length).toBeGreaterThanOrEqual(43);
    }
    expect(asked.get('scope')).toContain('groups');
    expect((await visit(callback)).status).toBe(303);
    const home = await visit(new URL('/', gateway.localUrl));
    expect([home.status, home.html.includes('dana@example.com')]).toEqual([200, true]);
    expect(home.html).toContain('awsconsole-test');
    const event = gateway.audit
      .map((line) => JSON.parse(line))
      .find(({ method }) => method === 'oidc');
    expect(event).toMatchObject({ type: 'login', user: 'dana@example.com', outcome: 'allowed' });
    // Once is enough: the answer is of no use to anybody else, nor a second time.
    expect((await visit(callback)).status).toBe(401);
  });

  it('refuses an answer that belongs to another browser', async () => {
    const { callback } = await browser().signIn('dana');
    const victim = browser();
    expect((await victim.visit(callback)).status).toBeGreaterThanOrEqual(400);
    await victim.signIn('dana');
    expect((await victim.visit(callback)).status).toBe(401);
    expect((await victim.visit(new URL('/', gateway.localUrl))).status).toBe(303);
  });

  it.each([
    ['mallory', 'not verified'],
    ['guest', 'no role here'],
    ['alice', 'belongs to a local user'],
  ])('refuses %s: %s', async (name, reason) => {
    const { visit, signIn } = browser();
    const { callback } = await signIn(name);
    const page = await visit(callback);
    expect(page.status).toBe(401);
    expect(page.html).toContain(reason);
    expect((await visit(new URL('/', gateway.localUrl))).status).toBe(303);
  });

  it('refuses a changed state and an error of the provider', async () => {
    const { visit, signIn } = browser();
    const { callback } = await signIn('dana');
    callback.searchParams.set('state', 'another');
    expect((await visit(callback)).status).toBe(401);
    await signIn('dana');
    const denied = new URL('/login/oidc/callback?error=access_denied', gateway.localUrl);
    expect((await visit(denied)).status).toBe(401);
  });

  it('says so when the provider is away, and still lets local users in', async () => {
    const { visit } = browser();
    const fresh = await startTestGateway(({ connectors }) => {
      const connector = connectors.get('sso');
      if (!connector) throw new Error('the resources have no connector "sso"');
      const issuer = 'http://127.0.0.1:9';
      return { oidc: { connector, issuer, clientId: 'postern', clientSecret: CLIENT_SECRET } };
    });
    expect((await visit(new URL('/login/oidc', fresh.localUrl))).status).toBe(503);
    const signedIn = await fresh.call('POST', '/api/v1/login', undefined, {
      user: 'bob',
      password: PASSWORD,
    });
    expect(signedIn.status).toBe(200);
    await fresh.end();
  });
});
