import { existsSync } from 'node:fs';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { describe, expect } from 'vitest';
import type { World } from './world.js';

const PATH = '/usr/bin/chromium';
const isThere = existsSync(PATH);

/**
 * `describe` for tests in Chromium. On a machine of a developer that has none they are left out, with the reason; CI must have
 * it, and fails without.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  if (!isThere && !process.env.CI) {
    console.warn(`${name}: not run, as there is no ${PATH} (apt-get install chromium)`);
  }
  describe.runIf(isThere || process.env.CI)(name, tests);
}

/** Chromium in which the hosts of AWS are the stand-in, and no other host but this machine exists. */
export async function startBrowser({ awsPort }: Pick<World, 'awsPort'>): Promise<Browser> {
  if (!isThere) throw new Error(`there is no ${PATH}: apt-get install chromium`);
  const aws = ['*.aws.amazon.com', '*.amazonaws-us-gov.com', '*.amazonaws.cn'];
  const rules = [
    ...aws.map((host) => `MAP ${host}:443 127.0.0.1:${awsPort}`),
    'MAP * ~NOTFOUND',
    'EXCLUDE 127.0.0.1',
  ];
  return chromium.launch({
    executablePath: PATH,
    args: [`--host-resolver-rules=${rules.join(', ')}`, '--no-sandbox', '--disable-gpu'],
  });
}

/** One person's browser. */
export interface Person {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Everything that the browser complained about: script errors, violations of the policy, what could not be loaded. */
  readonly complaints: readonly string[];
}

/** Scripts are off unless a test needs them for itself: the portal must do without. */
export async function openPerson(
  browser: Browser,
  { url }: Pick<World, 'url'>,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Person> {
  const context = await browser.newContext({
    baseURL: url,
    javaScriptEnabled: false,
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  context.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  context.on('console', (message) =>
    complaints.push(`${message.page()?.url()}: ${message.text()}`),
  );
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('requestfailed', (request) =>
    complaints.push(`${request.url()}: ${request.failure()?.errorText}`),
  );
  return { context, page: await context.newPage(), complaints };
}

/** Presses a button or a link, and waits for the page behind it. */
export async function press(target: Locator): Promise<void> {
  const loaded = target.page().waitForEvent('load');
  await target.click();
  await loaded;
}

/** Signs in as a person does. */
export async function signIn({ page }: Person, user: string, { password }: World): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password').fill(password);
  await press(page.getByRole('button', { name: 'Sign in' }));
  expect(new URL(page.url()).pathname).toBe('/');
}
