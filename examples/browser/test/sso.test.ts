import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDirectory } from '../../gateway/src/directory.js';
import {
  describeInBrowser,
  openPerson,
  type Person,
  press,
  startBrowser,
} from './support/chromium.js';
import { type IdentityProvider, startIdentityProvider } from './support/identity-provider.js';
import { RESOURCES, startWorld, type World } from './support/world.js';

/** The provider must know the gateway's address before the gateway can know the provider's. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return address.port;
}

/** A browser on a busy machine takes its time. */
const SLOW = 90_000;

describeInBrowser('single sign-on in Chromium', () => {
  let provider: IdentityProvider;
  let world: World;
  let browser: Browser;

  beforeAll(async () => {
    const port = await freePort();
    provider = await startIdentityProvider(`http://127.0.0.1:${port}/login/oidc/callback`, {
      'dora@example.com': ['aws-readers', 'something else'],
      'eve@example.com': ['gardeners'],
    });
    const directory = await loadDirectory(RESOURCES, { cwd: RESOURCES });
    const connector = directory.connectors.get('sso');
    if (!connector) throw new TypeError('the resources have no connector "sso"');
    const { issuer } = provider;
    const oidc = { connector, issuer, clientId: 'postern', clientSecret: 'secret-of-the-gateway' };
    world = await startWorld({ directory, port, oidc });
    browser = await startBrowser(world);
  }, SLOW);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
    await provider?.close();
  });

  /** Through the pages of the provider. */
  const signInAs = async ({ page }: Person, email: string) => {
    await page.goto('/apps/awsconsole-test');
    await press(page.getByRole('link', { name: 'Sign in with SSO' }));
    const asked = new URL(page.url());
    expect(asked.origin).toBe(provider.issuer);
    await page.getByPlaceholder('Enter any login').fill(email);
    await page.getByPlaceholder('and password').fill('anything');
    await press(page.getByRole('button', { name: 'Sign-in' }));
    await press(page.getByRole('button', { name: 'Continue' }));
  };

  it('signs in by the provider, with the roles of the groups there', async () => {
    const person = await openPerson(browser, world);
    const { page, complaints } = person;
    const asked = page.waitForRequest((request) =>
      request.url().startsWith(`${provider.issuer}/auth?`),
    );
    await signInAs(person, 'dora@example.com');
    await page.waitForURL('/apps/awsconsole-test');
    expect(await page.textContent('header')).toContain('dora@example.com');
    expect(
      await page.getByRole('listitem').filter({ hasText: 'Ready to use' }).textContent(),
    ).toContain('role/ExampleReadOnlyAccess');
    const { searchParams } = new URL((await asked).url());
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    expect(searchParams.get('code_challenge')).toHaveLength(43);
    expect(complaints.filter((complaint) => complaint.startsWith(world.url))).toEqual([]);
    const cookies = await person.context.cookies(world.url);
    expect(cookies.map(({ name }) => name).filter((name) => name.startsWith('postern'))).toEqual([
      'postern',
    ]);
  });

  it('lets nobody in whose groups give no role, and says so', async () => {
    const person = await openPerson(browser, world);
    await signInAs(person, 'eve@example.com');
    expect(await person.page.getByRole('alert').textContent()).toContain('no role here');
    await person.page.goto('/');
    expect(new URL(person.page.url()).pathname).toBe('/login');
  });

  it('takes no answer of the provider in another browser, nor a second time', async () => {
    const dora = await openPerson(browser, world);
    const back = dora.page.waitForRequest((request) => request.url().includes('/callback?'));
    await signInAs(dora, 'dora@example.com');
    const answer = (await back).url();
    await dora.page.waitForURL('/apps/awsconsole-test');
    for (const { page } of [await openPerson(browser, world), dora]) {
      expect((await page.goto(answer))?.status()).toBe(401);
      expect(await page.getByRole('alert').count()).toBe(1);
    }
  });
});
