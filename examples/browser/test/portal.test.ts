import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  describeInBrowser,
  openPerson,
  type Person,
  press,
  signIn,
  startBrowser,
} from './support/chromium.js';
import { startWorld, type World } from './support/world.js';

/** What is meant to be answered with an error, and so may be complained about. */
const EXPECTED = /the server responded with a status of (401|403|404) /;

/** A browser on a busy machine takes its time. */
const SLOW = 90_000;

describeInBrowser('the portal in Chromium', () => {
  let world: World;
  let browser: Browser;
  const people: Person[] = [];
  const open = async (user?: string, options?: Parameters<typeof openPerson>[2]) => {
    const person = await openPerson(browser, world, options);
    people.push(person);
    if (user) await signIn(person, user, world);
    return person;
  };

  beforeAll(async () => {
    world = await startWorld();
    browser = await startBrowser(world);
  }, SLOW);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  it('signs in with a password, refuses a wrong one, and signs out', async () => {
    const { page } = await open();
    await page.goto('/apps/awsconsole-test');
    await page.getByLabel('User name').fill('alice');
    await page.getByLabel('Password').fill('wrong');
    await press(page.getByRole('button', { name: 'Sign in' }));
    expect(await page.getByRole('alert').textContent()).toContain('password');
    expect(await page.getByLabel('User name').inputValue()).toBe('alice');
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await page.getByLabel('Password').fill(world.password);
    await press(page.getByRole('button', { name: 'Sign in' }));
    await press(page.getByRole('button', { name: 'Sign out' }));
    expect(await page.getByRole('status').textContent()).toContain('You are signed out');
    await page.goto('/apps/awsconsole-test');
    expect(new URL(page.url()).pathname).toBe('/login');
  });

  it('shows a tile for each app, with account, partition and labels', async () => {
    const { page } = await open('alice');
    const tile = (name: string) =>
      page.getByRole('listitem').filter({ has: page.getByRole('link', { name }) });
    expect(await tile('awsconsole-test').textContent()).toMatch(
      /AWS[\s\S]*123456789012[\s\S]*env: test[\s\S]*roles? to use/,
    );
    expect(await tile('awsconsole-gov').textContent()).toMatch(/GovCloud[\s\S]*210987654321/);
    expect(await tile('awsconsole-china').textContent()).toMatch(/China[\s\S]*109876543210/);
  });

  it.each([
    [
      'awsconsole-test',
      'console.aws.amazon.com',
      'arn:aws:sts::123456789012:assumed-role/ExampleReadOnlyAccess/alice',
    ],
    [
      'awsconsole-gov',
      'console.amazonaws-us-gov.com',
      'arn:aws-us-gov:sts::210987654321:assumed-role/ExampleReadOnlyAccess/alice',
    ],
    [
      'awsconsole-china',
      'console.amazonaws.cn',
      'arn:aws-cn:sts::109876543210:assumed-role/ExampleReadOnlyAccess/alice',
    ],
  ])('launches the console of %s in a tab of its own', async (app, host, arn) => {
    const { page, context } = await open('alice');
    await press(page.getByRole('link', { name: app }));
    const popup = context.waitForEvent('page');
    await page.getByRole('button', { name: /Launch console as ExampleReadOnlyAccess/ }).click();
    const console = await popup;
    await console.waitForURL((url) => url.hostname.endsWith(host));
    expect(await console.textContent('body')).toContain(`Signed in as ${arn}`);
    expect(await console.evaluate('window.opener')).toBe(null);
  });

  it('says of a denied role why, and offers no way in', async () => {
    const { page } = await open('bob');
    await page.goto('/apps/awsconsole-prod');
    const role = page.getByRole('listitem').filter({ hasText: 'role/ExampleReadOnlyAccess' });
    expect(await role.textContent()).toContain('no-production');
    expect(await role.getByRole('button').count()).toBe(0);
  });

  it('gives a role by a request that another person approves', async () => {
    const bob = await open('bob');
    const carol = await open('carol');
    const admin = (page: Person['page']) =>
      page.getByRole('listitem').filter({ hasText: 'role/ExampleAdminAccess' });
    await bob.page.goto('/apps/awsconsole-test');
    await press(admin(bob.page).getByRole('link', { name: /Request access/ }));
    await bob.page.getByLabel('Reason').fill('Rotate the keys of the reports bucket');
    await bob.page.getByLabel('For how long').selectOption('1 hour');
    await press(bob.page.getByRole('button', { name: 'Send request' }));
    const request = new URL(bob.page.url()).pathname;
    expect(await bob.page.textContent('main')).toContain('Waiting for review');
    expect(await bob.page.getByRole('button', { name: 'Approve' }).count()).toBe(0);

    await carol.page.goto('/requests');
    await press(carol.page.getByRole('link', { name: 'aws-admin' }));
    expect(new URL(carol.page.url()).pathname).toBe(request);
    await carol.page.getByLabel('Reason').fill('As announced');
    await press(carol.page.getByRole('button', { name: 'Approve' }));
    expect(await carol.page.getByRole('status').textContent()).toContain('recorded');

    await bob.page.goto(request);
    expect(await bob.page.textContent('main')).toContain('As announced');
    await press(bob.page.getByRole('button', { name: 'Use these roles now' }));
    expect(await bob.page.textContent('main')).toMatch(
      /hold these roles now[\s\S]*in (1 h 0|59) min/,
    );
    await bob.page.goto('/apps/awsconsole-test');
    const popup = bob.context.waitForEvent('page');
    await admin(bob.page)
      .getByRole('button', { name: /Launch/ })
      .click();
    const console = await popup;
    await console.waitForURL((url) => url.hostname.endsWith('console.aws.amazon.com'));
    expect(await console.textContent('body')).toContain('assumed-role/ExampleAdminAccess/bob');
  });

  it('ends a session that is at work by a lock, and the login of a locked person', async () => {
    const alice = await open('alice');
    const carol = await open('carol');
    await alice.page.goto('/apps/awsconsole-test');
    await press(alice.page.getByRole('link', { name: 'Terminal for ExampleReadOnlyAccess' }));
    await press(alice.page.getByRole('button', { name: 'Create keys' }));
    const lines = (await alice.page.textContent('#direct')) ?? '';
    const value = (name: string) => new RegExp(`export ${name}='([^']+)'`).exec(lines)?.[1] ?? '';
    const agent = new HttpsProxyAgent(value('HTTPS_PROXY'), { keepAlive: true });
    // The agent hands these options to the TLS connection inside of the tunnel.
    Object.assign(agent.options, { ca: world.caCertificate });
    const sts = new STSClient({
      region: value('AWS_REGION'),
      credentials: {
        accessKeyId: value('AWS_ACCESS_KEY_ID'),
        secretAccessKey: value('AWS_SECRET_ACCESS_KEY'),
      },
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler({
        httpsAgent: agent,
      }),
    });
    const call = async () => (await sts.send(new GetCallerIdentityCommand({}))).Arn;
    for (let turn = 0; turn < 3; turn += 1) expect(await call()).toContain('/alice');

    await carol.page.goto('/sessions');
    await press(carol.page.getByRole('link', { name: 'Lock alice in awsconsole-test' }));
    await carol.page.getByLabel('What to lock').selectOption('All of alice, sign-ins too');
    await carol.page.getByLabel('Reason').fill('laptop stolen');
    await carol.page.getByLabel('For how long').selectOption('15 minutes');
    await press(carol.page.getByRole('button', { name: 'Lock now' }));
    expect(await carol.page.getByRole('status').textContent()).toContain('Locked');
    await expect(call()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    sts.destroy();
    agent.destroy();

    await alice.page.goto('/');
    expect(await alice.page.getByRole('alert').textContent()).toContain('Your session has ended');
    await alice.page.getByLabel('User name').fill('alice');
    await alice.page.getByLabel('Password').fill(world.password);
    await press(alice.page.getByRole('button', { name: 'Sign in' }));
    expect(await alice.page.getByRole('alert').textContent()).toContain('laptop stolen');

    await carol.page.goto('/sessions');
    await press(carol.page.getByRole('button', { name: /Remove lock of user alice/ }));
    await signIn(alice, 'alice', world);
  });

  it('lets who may read the audit log find what happened, and nobody else', async () => {
    const { page } = await open('carol');
    await press(page.getByRole('link', { name: 'Audit' }));
    await page.getByRole('textbox', { name: 'User' }).fill('bob');
    await press(page.getByRole('button', { name: 'Filter' }));
    const users = await page.locator('td[data-label=User]').allTextContents();
    expect(users.length).toBeGreaterThan(0);
    expect(new Set(users)).toEqual(new Set(['bob']));
    const bob = await open('bob');
    expect(await bob.page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
    expect((await bob.page.goto('/audit'))?.status()).toBe(403);
  });

  it('confirms a command line that waits, once its code is the same', async () => {
    const { page } = await open('alice');
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      return fetch(`${world.url}/api/v1${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
    };
    const answer = await post('/login/browser', {});
    const started = (await answer.json()) as Record<
      'deviceCode' | 'userCode' | 'verifyUrl',
      string
    >;
    await page.goto(started.verifyUrl);
    expect(await page.textContent('main')).toContain(started.userCode);
    await press(page.getByRole('button', { name: 'Yes, sign it in' }));
    expect(await page.textContent('h1')).toBe('Your terminal is signed in');
    const polled = await post('/login/browser/poll', { deviceCode: started.deviceCode });
    expect(await polled.json()).toMatchObject({ user: 'alice' });
  });

  it('can be used with the keyboard alone, and shows where one is', async () => {
    const { page, context } = await open();
    const at = () =>
      page.evaluate(
        'document.activeElement.textContent || document.activeElement.name',
      ) as Promise<string>;
    const seen = () =>
      page.evaluate(
        'getComputedStyle(document.activeElement.closest(".tile") ?? document.activeElement).outlineWidth',
      ) as Promise<string>;
    const tabTo = async (words: RegExp) => {
      for (let turn = 0; turn < 30; turn += 1) {
        await page.keyboard.press('Tab');
        expect(await seen(), `focus on ${await at()}`).toBe('3px');
        if (words.test(await at())) return;
      }
      throw new Error(`Tab does not reach ${words}`);
    };
    await page.goto('/login');
    await page.keyboard.press('Tab');
    expect(await at()).toBe('Skip to content');
    await tabTo(/^user$/);
    await page.keyboard.type('alice');
    await tabTo(/^password$/);
    await page.keyboard.type(world.password);
    await page.keyboard.press('Enter');
    await page.waitForURL('/');
    await tabTo(/^awsconsole-test$/);
    await page.keyboard.press('Enter');
    await page.waitForURL('/apps/awsconsole-test');
    await tabTo(/^Launch console as ExampleReadOnlyAccess/);
    const popup = context.waitForEvent('page');
    await page.keyboard.press('Enter');
    const console = await popup;
    await console.waitForURL((url) => url.hostname.endsWith('console.aws.amazon.com'));
    expect(await console.textContent('body')).toContain('Signed in as');
  });

  it('made no browser complain', () => {
    const complaints = people.flatMap((person) => person.complaints);
    expect(complaints.filter((complaint) => !EXPECTED.test(complaint))).toEqual([]);
    expect(world.problems).toEqual([]);
  });
});
