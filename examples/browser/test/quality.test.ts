import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
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

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = fileURLToPath(new URL('../../gateway/screenshots', import.meta.url));
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };

/** Every page, as carol sees it, who may see everything; `$request` and `$session` are there. */
const PAGES: Readonly<Record<string, string>> = {
  apps: '/',
  roles: '/apps/awsconsole-test',
  terminal: '/apps/awsconsole-test/terminal',
  requests: '/requests?done=reviewed',
  request: '/requests/$request',
  'request-long': '/requests/$long',
  sessions: '/sessions',
  lock: '/sessions/$session/lock',
  audit: '/audit',
  cli: '/cli',
  'cli-wrong': '/cli?code=AAAA-AAAA',
  'not-found': '/nothing/here',
};
/** Those of bob, who may ask. */
const OF_BOB: Readonly<Record<string, string>> = {
  'request-new': '/requests/new?app=awsconsole-test',
  'roles-denied': '/apps/awsconsole-prod',
};

/** A browser on a busy machine takes its time. */
const SLOW = 90_000;

describeInBrowser('every page of the portal', () => {
  let world: World;
  let browser: Browser;
  const names = new Map<string, string>();
  const people: Person[] = [];
  const open = async (user?: string, options?: Parameters<typeof openPerson>[2]) => {
    const person = await openPerson(browser, world, options);
    people.push(person);
    if (user) await signIn(person, user, world);
    return person;
  };
  const idOf = (page: Page) => new URL(page.url()).pathname.split('/').at(-1) ?? '';
  const pathOf = (path: string) => path.replace(/\$\w+/, (name) => names.get(name) ?? '');

  beforeAll(async () => {
    world = await startWorld();
    browser = await startBrowser(world);
    const alice = await open('alice');
    await alice.page.goto('/apps/awsconsole-test');
    await press(alice.page.getByRole('link', { name: 'Terminal for ExampleReadOnlyAccess' }));
    await press(alice.page.getByRole('button', { name: 'Create keys' }));
    const bob = await open('bob');
    for (const reason of [
      'Rotate the keys of the reports bucket',
      // A word that no line has room for must break, and not the page.
      `Look into https://tickets.example.com/${'backups-'.repeat(3)}${'x'.repeat(160)}`,
      'Look into the failed backups of Tuesday',
    ]) {
      await bob.page.goto('/requests/new?app=awsconsole-test');
      await bob.page.getByLabel('Reason').fill(reason);
      await press(bob.page.getByRole('button', { name: 'Send request' }));
      if (reason.includes('https:')) names.set('$long', idOf(bob.page));
    }
    names.set('$request', idOf(bob.page));
    const carol = await open('carol');
    await carol.page.goto('/sessions');
    const lock = await carol.page.getByRole('link', { name: /^Lock alice/ }).getAttribute('href');
    names.set('$session', lock?.split('/')[2] ?? '');
  }, SLOW);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  /** Runs axe inside of the page, which a person's browser would not let anybody do. */
  const faults = async (page: Page): Promise<readonly string[]> => {
    await page.evaluate(AXE);
    const results = (await page.evaluate('axe.run()')) as AxeResults;
    expect(results.passes.length).toBeGreaterThan(5);
    return results.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${page.url()} ${id}: ${html} ${failureSummary}`),
    );
  };

  it.each([
    ['light', DESKTOP],
    ['dark', PHONE],
  ] as const)(
    'has no fault that axe knows, and fits, in %s at %o',
    async (colorScheme, viewport) => {
      const options = { colorScheme, viewport, javaScriptEnabled: true };
      const found: string[] = [];
      const visit = async ({ page }: Person, path: string) => {
        await page.goto(pathOf(path));
        found.push(...(await faults(page)));
        const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        if (wide !== 0) found.push(`${page.url()} is ${wide} pixels too wide`);
      };
      const guest = await open(undefined, options);
      await visit(guest, '/login?why=ended');
      await guest.page.getByLabel('User name').fill('alice');
      await guest.page.getByLabel('Password').fill('wrong');
      await press(guest.page.getByRole('button', { name: 'Sign in' }));
      found.push(...(await faults(guest.page)));
      await signIn(guest, 'carol', world);
      for (const path of Object.values(PAGES)) await visit(guest, path);
      const bob = await open('bob', options);
      for (const path of Object.values(OF_BOB)) await visit(bob, path);
      expect(found).toEqual([]);
    },
  );

  it('can be told apart by title, and has one main heading and no script', async () => {
    const { page } = await open('carol');
    const titles: string[] = [];
    for (const path of Object.values(PAGES)) {
      await page.goto(pathOf(path));
      titles.push(await page.title());
      expect(await page.locator('h1').count(), path).toBe(1);
      expect(await page.locator('script, [onclick], [style]').count(), path).toBe(0);
      expect(await page.locator('html[lang=en] main').count(), path).toBe(1);
    }
    // The two states of the command line's page share one, and so do two requests for the same role.
    expect(new Set(titles).size).toBe(titles.length - 2);
  });

  it('comes with every header that keeps it to itself', async () => {
    const { page } = await open('carol');
    for (const path of Object.values(PAGES)) {
      const headers = (await page.goto(pathOf(path)))?.headers() ?? {};
      expect(headers['content-security-policy'], path).toContain(
        "default-src 'none'; style-src 'self'",
      );
      expect(headers, path).toMatchObject({
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    }
  });

  it('made no browser complain', () => {
    const complaints = people.flatMap((person) => person.complaints);
    const expected = /the server responded with a status of (401|404) /;
    expect(complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
    expect(world.problems).toEqual([]);
  });

  it(
    'looks as the pictures of the README show, or takes new ones with POSTERN_SCREENSHOTS=1',
    async () => {
      if (process.env.POSTERN_SCREENSHOTS !== '1') {
        const readme = readFileSync(`${PICTURES}/../README.md`, 'utf8');
        const shown = [...readme.matchAll(/\]\(screenshots\/([\w-]+\.png)\)/g)].map(
          (match) => match[1],
        );
        expect(shown.length).toBeGreaterThan(0);
        for (const name of shown) {
          const picture = readFileSync(`${PICTURES}/${name}`);
          expect(picture.subarray(1, 4).toString(), name).toBe('PNG');
          expect(picture.length, name).toBeLessThanOrEqual(150_000);
        }
        return;
      }
      mkdirSync(PICTURES, { recursive: true });
      const bob = await open('bob');
      await bob.page.goto(pathOf('/requests/$long'));
      await press(bob.page.getByRole('button', { name: 'Withdraw' }));
      const shoot = (page: Page, name: string) =>
        page.screenshot({ path: `${PICTURES}/${name}.png` });
      for (const [size, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
        const alice = await open(undefined, { viewport });
        await alice.page.goto('/login');
        await shoot(alice.page, `sign-in-${size}`);
        await signIn(alice, 'alice', world);
        await shoot(alice.page, `apps-${size}`);
        await alice.page.goto('/apps/awsconsole-test');
        await shoot(alice.page, `roles-${size}`);
        await alice.page.goto('/apps/awsconsole-test/terminal');
        await shoot(alice.page, `terminal-${size}`);
        const carol = await open('carol', {
          viewport,
          colorScheme: size === 'desktop' ? 'dark' : 'light',
        });
        for (const name of ['requests', 'request', 'sessions', 'audit']) {
          await carol.page.goto(pathOf(PAGES[name] ?? ''));
          await shoot(carol.page, `${name}-${size}`);
        }
      }
    },
    SLOW,
  );
});
