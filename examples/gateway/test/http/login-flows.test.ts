import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { BUCKET } from '@postern/aws-stand-in';
import { createJoinRequest, encodeJoinRequest, joinBinding } from '@postern/join-iam/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startEmbeddedAws } from '../../src/embedded.js';
import { awsClients, PASSWORD, startTestGateway, type TestGateway } from '../support/running.js';

const SECRET = 'abcd123-insecure-do-not-use-this';
const minutes = (count: number) => count * 60_000;
let gateway: TestGateway;
let embedded: Awaited<ReturnType<typeof startEmbeddedAws>>;

beforeAll(async () => {
  embedded = await startEmbeddedAws(() => new Date());
  gateway = await startTestGateway(embedded.options, (directory) => ({
    ...directory,
    tokens: new Map([
      ...directory.tokens,
      [
        SECRET,
        {
          kind: 'token',
          version: 'v2',
          metadata: { name: SECRET, expires: new Date(Date.now() + minutes(60)).toISOString() },
          spec: { roles: ['App', 'Bot'], bot_name: 'ci', join_method: 'token' },
        },
      ],
    ]),
  }));
});
afterAll(async () => {
  await gateway.end();
  await embedded.close();
  expect(gateway.problems).toEqual([]);
});

/** A browser as far as cookies and forms go. */
function browser() {
  const cookies = new Map<string, string>();
  const send = async (path: string, form?: Readonly<Record<string, string>>, headers = {}) => {
    const response = await fetch(new URL(path, gateway.localUrl), {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form ? { origin: gateway.localUrl } : {}),
        ...headers,
      },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const html = await response.text();
    const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    return { status: response.status, html, csrf, headers: response.headers };
  };
  return { cookies, send };
}

describe('the portal', () => {
  it('signs in with a new cookie that scripts and other sites do not get', async () => {
    const { cookies, send } = browser();
    cookies.set('postern', 'fixed-by-an-attacker');
    const page = await send('/login');
    const { status, headers } = await send('/login', {
      user: 'alice',
      password: PASSWORD,
      csrf: page.csrf,
    });
    expect(status).toBe(303);
    const [cookie = ''] = headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    expect(cookie).not.toContain('fixed-by-an-attacker');
    const home = await send('/');
    expect(home.status).toBe(200);
    expect(home.html).toContain('awsconsole-test');
    expect(home.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('refuses forms from elsewhere and without the anti-forgery value', async () => {
    const { send } = browser();
    await send('/login', { user: 'bob', password: PASSWORD });
    const { csrf } = await send('/');
    const form = { roles: 'aws-admin', reason: 'x' };
    const foreign = { origin: 'https://evil.example' };
    expect((await send('/requests', { ...form, csrf }, foreign)).status).toBe(403);
    expect((await send('/requests', form)).status).toBe(403);
    expect((await send('/requests', { ...form, csrf: 'A'.repeat(43) })).status).toBe(403);
    expect((await send('/logout', {}, foreign)).status).toBe(403);
    expect((await send('/')).status).toBe(200);
  });

  it('leads nobody to another site after signing in', async () => {
    for (const next of [
      '//evil.example',
      'https://evil.example/',
      '/\\evil.example',
      '/\t/evil.example',
    ]) {
      const { send } = browser();
      await send(`/login?next=${encodeURIComponent(next)}`);
      const answer = await send(`/login?next=${encodeURIComponent(next)}`, {
        user: 'alice',
        password: PASSWORD,
        next,
      });
      const target = new URL(answer.headers.get('location') ?? '/', gateway.localUrl);
      expect(target.origin).toBe(gateway.localUrl);
    }
  });

  it('takes no bearer token for a cookie', async () => {
    const token = await gateway.login('alice');
    const { cookies, send } = browser();
    for (const name of ['postern', 'session', 'login', 'postern_login', 'postern-login'])
      cookies.set(name, token);
    expect((await send('/')).status).toBe(303);
  });
});

describe('login of the command line in the browser', () => {
  const start = async () =>
    (await gateway.call('POST', '/api/v1/login/browser', undefined, {})).body;
  const poll = (deviceCode: string) =>
    gateway.call('POST', '/api/v1/login/browser/poll', undefined, { deviceCode });

  it('waits for the person and gives one token, once', async () => {
    const begun = await start();
    expect(begun.userCode).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
    expect(begun.verifyUrl).toBe(`${gateway.localUrl}/cli?code=${begun.userCode}`);
    expect(await poll(begun.deviceCode)).toMatchObject({ status: 202, body: { state: 'pending' } });
    const { send } = browser();
    await send('/login', { user: 'alice', password: PASSWORD });
    const page = await send(`/cli?code=${begun.userCode}`);
    expect(page.html).toContain(begun.userCode);
    // Opening the page decides nothing.
    expect((await poll(begun.deviceCode)).status).toBe(202);
    await send('/cli', { csrf: page.csrf, code: begun.userCode, verdict: 'approve' });
    const { status, body } = await poll(begun.deviceCode);
    expect(status).toBe(200);
    expect(body.user).toBe('alice');
    expect((await gateway.call('GET', '/api/v1/status', body.token)).status).toBe(200);
    expect((await poll(begun.deviceCode)).status).toBe(410);
  });

  it('tells of a refusal', async () => {
    const begun = await start();
    const { send } = browser();
    await send('/login', { user: 'alice', password: PASSWORD });
    const { csrf } = await send(`/cli?code=${begun.userCode}`);
    await send('/cli', { csrf, code: begun.userCode, verdict: 'deny' });
    expect((await poll(begun.deviceCode)).status).toBe(403);
    expect((await poll('nonsense')).status).toBe(410);
  });
});

describe('jobs', () => {
  const join = (path: string, body: object) =>
    gateway.call('POST', `/v1/join${path}`, undefined, body);

  it('join by their AWS identity and use an app', async () => {
    const parameters = { tokenName: 'ci-bot', role: 'Bot', nodeName: 'build-1' };
    const knock = async (arn: string) => {
      const { challenge } = (await join('/challenge', { parameters })).body;
      const request = await createJoinRequest({
        challenge,
        audience: new URL(gateway.localUrl).host,
        binding: joinBinding(parameters),
        credentials: embedded.aws.roleSession(arn, {
          sessionName: 'i-0123456789abcdef0',
          instanceProfile: true,
        }),
        region: 'us-east-1',
        signingDate: new Date(),
      });
      return join('', { parameters, challenge, request: encodeJoinRequest(request) });
    };
    const refused = await knock('arn:aws:iam::999999999999:role/teleport-node-role');
    expect([refused.status, refused.body.error.code, refused.body.token]).toEqual([
      403,
      'no-rule-matched',
      undefined,
    ]);
    const { status, body } = await knock('arn:aws:iam::333333333333:role/teleport-node-role');
    expect(status).toBe(200);
    expect(body).toMatchObject({ tokenName: 'ci-bot', roles: ['Bot'], user: 'bot-ci' });
    expect(Date.parse(body.expiresAt)).toBeLessThanOrEqual(Date.now() + minutes(61));
    const opened = await gateway.call(
      'POST',
      '/api/v1/apps/awsconsole-test/sessions',
      body.token,
      {},
    );
    const clients = awsClients(opened.body, 'connect');
    const { Arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe('arn:aws:sts::123456789012:assumed-role/ExampleReadOnlyAccess/bot-ci');
    clients.destroy();
    const lines = gateway.audit.filter((line) => line.includes('ci-bot'));
    expect(lines.some((line) => JSON.parse(line).outcome === 'joined')).toBe(true);
  });

  it('join with a secret token until its time is over', async () => {
    const wrong = await join('/token', { token: 'iam-token' });
    expect([wrong.status, wrong.body.error.code]).toEqual([403, 'join-refused']);
    const { status, body } = await join('/token', { token: SECRET });
    expect(status).toBe(200);
    expect(body).toMatchObject({ roles: ['App', 'Bot'], user: 'bot-ci' });
    expect(
      (await gateway.call('GET', '/api/v1/apps', body.token)).body.apps.length,
    ).toBeGreaterThan(0);
    expect(gateway.audit.join()).not.toContain(SECRET);
    gateway.advance(minutes(61));
    const late = await join('/token', { token: SECRET });
    expect([late.status, late.body]).toEqual([403, wrong.body]);
    expect((await gateway.call('GET', '/api/v1/apps', body.token)).status).toBe(401);
  });

  it('are held back when they knock without end', async () => {
    const answers = await Promise.all(
      Array.from({ length: 130 }, () => join('/token', { token: 'x' })),
    );
    const last = answers.find(({ status }) => status === 429);
    expect(last?.headers.get('retry-after')).toMatch(/^\d+$/);
  });
});

describe('throttling', () => {
  it('stops guesses for one user from one address, and lets others in', async () => {
    const guess = (user: string, password: string) =>
      gateway.call('POST', '/api/v1/login', undefined, { user, password });
    const statuses: number[] = [];
    for (let count = 0; count < 11; count += 1) statuses.push((await guess('bob', 'no')).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(statuses.at(-1)).toBe(429);
    const right = await guess('bob', PASSWORD);
    expect([right.status, right.body.error.code]).toEqual([429, 'too-many-attempts']);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await guess('carol', PASSWORD)).status).toBe(200);
    gateway.advance(minutes(5));
    expect((await guess('bob', PASSWORD)).status).toBe(200);
  });
});

describe('the client address', () => {
  it('is taken from a header only behind a proxy of ours, and then the last one it appended', async () => {
    const guess = async (url: string, from: string) => {
      const response = await fetch(`${url}/api/v1/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
        body: JSON.stringify({ user: 'dora', password: 'no' }),
      });
      return response.status;
    };
    const behind = await startTestGateway({ trustProxy: true });
    const statuses: number[] = [];
    for (let count = 0; count < 11; count += 1)
      statuses.push(await guess(gateway.localUrl, `192.0.2.${count}`));
    expect(statuses.at(-1)).toBe(429);
    const forged: number[] = [];
    for (let count = 0; count < 11; count += 1)
      forged.push(await guess(behind.localUrl, `192.0.2.${count}, 198.51.100.7`));
    expect(forged.at(-1)).toBe(429);
    expect(await guess(behind.localUrl, '198.51.100.8')).toBe(401);
    await behind.end();
  });
});

describe('the end of a login', () => {
  it('cuts what is running in its sessions', async () => {
    const fresh = await startTestGateway();
    const token = await fresh.login('alice');
    const { body } = await fresh.call('POST', '/api/v1/apps/awsconsole-test/sessions', token, {
      awsRole: 'role_for_alice',
    });
    const clients = awsClients(body, 'connect');
    await clients.s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: 'large', Body: Buffer.alloc(32 * 1024 * 1024) }),
    );
    const { Body: stream } = await clients.s3.send(
      new GetObjectCommand({ Bucket: BUCKET, Key: 'large' }),
    );
    const cut = new Promise<Error>((resolve) => {
      if (stream && 'once' in stream) stream.once('error', resolve);
    });
    fresh.advance(minutes(9 * 60));
    await vi.waitFor(async () =>
      expect((await fresh.call('GET', '/api/v1/status', token)).status).toBe(401),
    );
    // The watch looks once a second.
    await new Promise((done) => setTimeout(done, 1_200));
    if (stream && 'resume' in stream) stream.resume();
    expect((await cut).message).toMatch(/aborted|reset|hang up|terminated/i);
    clients.destroy();
    await fresh.end();
  });
});

describe('idle time', () => {
  it('ends the login of a browser that was left open, not that of a command line', async () => {
    const token = await gateway.login('alice');
    const { send } = browser();
    await send('/login', { user: 'alice', password: PASSWORD });
    gateway.advance(minutes(29));
    expect((await send('/')).status).toBe(200);
    gateway.advance(minutes(31));
    expect((await send('/')).status).toBe(303);
    expect((await gateway.call('GET', '/api/v1/status', token)).status).toBe(200);
  });
});
