import { describe, expect, it } from 'vitest';
import { createPortal } from '../src/portal.js';
import {
  appView,
  auditEntry,
  createFakeService,
  type FakeWorld,
  lockView,
  NOW,
  requestView,
  roleView,
  sessionView,
} from './support/fake-service.js';

interface Ask {
  readonly form?: Readonly<Record<string, string>>;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function start(world: FakeWorld = {}) {
  const { service, calls } = createFakeService(world);
  const problems: unknown[] = [];
  const portal = createPortal({
    service,
    clock: () => NOW,
    onProblem: (problem) => problems.push(problem),
  });
  const ask = async (path: string, { form, cookie = 'postern=good', headers = {} }: Ask = {}) => {
    const body = form && new URLSearchParams(form).toString();
    const method = form ? 'POST' : 'GET';
    const request = new Request(new URL(path, 'http://127.0.0.1:8080'), {
      method,
      headers: { cookie, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const response = await portal(request, { address: '192.0.2.7' });
    return { response, text: await response.text(), to: response.headers.get('location') };
  };
  const post = (path: string, form: Readonly<Record<string, string>> = {}) =>
    ask(path, { form: { csrf: 'csrf-of-good', ...form } });
  return { ask, post, calls, problems };
}

const ARN = 'arn:aws:iam::123456789012:role/ReadOnly';
const PAGES = [
  '/',
  '/apps/console-test',
  '/apps/console-test/terminal',
  '/requests',
  '/requests/new',
  '/requests/r-1',
  '/sessions',
  '/sessions/s-1/lock',
  '/audit',
  '/cli',
  '/cli?code=ABCD-EFGH',
  '/nothing/here',
];

describe('signing in', () => {
  it.each([
    ['/', '/login'],
    ['/apps/console-test?x=1', '/login?next=%2Fapps%2Fconsole-test%3Fx%3D1'],
  ])('sends a guest of %s to %s', async (path, to) => {
    const answer = await start().ask(path, { cookie: '' });
    expect(answer.response.status).toBe(303);
    expect(answer.to).toBe(to);
  });

  it('says that a session has ended, and forgets its cookie', async () => {
    const { ask } = start();
    const answer = await ask('/requests', { cookie: 'postern=old' });
    expect(answer.to).toBe('/login?why=ended&next=%2Frequests');
    expect(answer.response.headers.get('set-cookie')).toMatch(/^postern=; .*Max-Age=0/);
    expect((await ask('/login?why=ended', { cookie: '' })).text).toContain(
      'Your session has ended',
    );
  });

  it('gives a cookie that no script reads, and goes on to the page that was asked for', async () => {
    const form = { user: 'alice', password: 'right', next: '/requests' };
    const { ask, calls } = start();
    const answer = await ask('/login', { form, cookie: '' });
    expect(answer.to).toBe('/requests');
    expect(answer.response.headers.get('set-cookie')).toBe(
      'postern=good; Path=/; HttpOnly; SameSite=Lax',
    );
    expect(calls).toEqual([['signIn', { user: 'alice', password: 'right', address: '192.0.2.7' }]]);
  });

  it('binds the cookie to host and TLS behind an https address', async () => {
    const form = { user: 'alice', password: 'right' };
    const { ask } = start({ publicAddress: 'https://postern.example.com' });
    const { response } = await ask('/login', { form, cookie: '' });
    expect(response.headers.get('set-cookie')).toBe(
      '__Host-postern=good; Path=/; HttpOnly; SameSite=Lax; Secure',
    );
    expect((await ask('/', { cookie: '__Host-postern=good' })).response.status).toBe(200);
    // Without the prefix, another host of the domain may have set it.
    expect((await ask('/', { cookie: 'postern=good' })).to).toBe('/login');
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:x', '/a\nb'])(
    'does not lead to %j after it',
    async (next) => {
      const form = { user: 'alice', password: 'right', next };
      expect((await start().ask('/login', { form, cookie: '' })).to).toBe('/');
    },
  );

  it('keeps the name after a wrong password, never the password, and ties the error to the field', async () => {
    const form = { user: 'al"ice', password: 'wr0ng-secret' };
    const { response, text } = await start().ask('/login', { form, cookie: '' });
    expect(response.status).toBe(401);
    expect(text).toContain('value="al&#34;ice"');
    expect(text).not.toContain('wr0ng-secret');
    expect(text).toContain('role="alert"');
    expect(text).toContain('<a href="#user">User or password is wrong.</a>');
  });

  it('tells who is locked why', async () => {
    const form = { user: 'locked', password: 'right' };
    const { response, text } = await start().ask('/login', { form, cookie: '' });
    expect(response.status).toBe(403);
    expect(text).toContain('You are locked: too curious.');
  });

  it('tells who is too fast when to come again', async () => {
    const form = { user: 'hasty', password: 'right' };
    const { response, text } = await start().ask('/login', { form, cookie: '' });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('30');
    expect(text).toContain('Wait a moment.');
  });

  it('takes no form of another site', async () => {
    const { ask, calls } = start();
    const form = { user: 'alice', password: 'right' };
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example', host: '127.0.0.1:8080' },
      // What a page sends that hides where it is from, such as one in a sandbox.
      { origin: 'null', host: '127.0.0.1:8080' },
    ]) {
      const { response } = await ask('/login', { form, cookie: '', headers });
      expect(response.status).toBe(403);
    }
    expect(calls).toEqual([]);
  });

  it('takes its own form where browsers name the origin alone, and has them name it', async () => {
    const { ask } = start();
    const form = { user: 'alice', password: 'right' };
    const headers = { origin: 'http://127.0.0.1:8080', host: '127.0.0.1:8080' };
    expect((await ask('/login', { form, cookie: '', headers })).response.status).toBe(303);
    // With "no-referrer" it would be null.
    const page = await ask('/login', { cookie: '' });
    expect(page.response.headers.get('referrer-policy')).toBe('same-origin');
  });

  it('offers single sign-on only when there is one, and ties its answer to this browser', async () => {
    expect((await start().ask('/login', { cookie: '' })).text).not.toContain('SSO');
    const { ask, calls } = start({ login: { oidc: true } });
    expect((await ask('/login?next=/audit', { cookie: '' })).text).toContain(
      'href="/login/oidc?next=%2Faudit"',
    );
    const begun = await ask('/login/oidc?next=/audit', { cookie: '' });
    expect(begun.to).toBe('https://idp.example/auth?state=1');
    expect(begun.response.headers.getSetCookie()).toEqual([
      'postern-flow=flow-secret; Path=/; HttpOnly; SameSite=Lax; Max-Age=600',
      'postern-next=%2Faudit; Path=/; HttpOnly; SameSite=Lax; Max-Age=600',
    ]);
    const cookie = 'postern-flow=flow-secret; postern-next=%2Faudit';
    const back = await ask('/login/oidc/callback?code=c&state=1', { cookie });
    expect(back.to).toBe('/audit');
    expect(calls[0]?.[1]).toMatchObject({
      callback: new URL('http://127.0.0.1:8080/login/oidc/callback?code=c&state=1'),
    });
    const stolen = await ask('/login/oidc/callback?code=c&state=1', { cookie: '' });
    expect(stolen.response.status).toBe(401);
    expect(stolen.text).toContain('This sign-in was not begun here.');
  });

  it('signs out', async () => {
    const { post, calls } = start();
    const answer = await post('/logout');
    expect(answer.to).toBe('/login?why=left');
    expect(answer.response.headers.get('set-cookie')).toMatch(/^postern=; .*Max-Age=0/);
    expect(calls).toEqual([['signOut', 'good']]);
  });
});

describe('every page', () => {
  const hostile = '"><script>alert(1)</script>\'`&javascript:alert(1)';
  const world: FakeWorld = {
    apps: [
      appView({ description: hostile, labels: { [hostile]: hostile } }),
      appView({
        name: hostile,
        roles: [
          roleView({ arn: hostile, display: hostile, status: 'denied', reason: hostile }),
          roleView({ arn: hostile, status: 'needs-request', requestable: [hostile] }),
        ],
      }),
    ],
    requests: [
      requestView({
        user: hostile,
        roles: [hostile],
        reason: hostile,
        app: hostile,
        awsRole: hostile,
        reviewable: true,
        reviews: [{ by: hostile, verdict: 'deny', reason: hostile, at: hostile }],
      }),
    ],
    sessions: [sessionView({ user: hostile, app: hostile, roleArn: hostile })],
    locks: [lockView({ target: { user: hostile }, message: hostile, by: hostile })],
    events: [auditEntry(1, { user: hostile, type: hostile, event: { hostile } })],
    rules: ['event/list', 'lock/create'],
  };

  it.each([
    ...PAGES,
    `/apps/${encodeURIComponent(hostile)}`,
    `/audit?user=${encodeURIComponent(hostile)}`,
  ])('%s is safe whatever the data say', async (path) => {
    const { response, text } = await start(world).ask(path);
    expect(text).not.toMatch(/<script|\son\w+="|style="/i);
    expect(text).not.toMatch(/(href|action|src)="(?!\/(?!\/)|#|https:|data:image\/svg)/);
    const csp = response.headers.get('content-security-policy') ?? '';
    expect(csp).toContain(
      "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'",
    );
    expect(csp).toContain("frame-ancestors 'none'; base-uri 'none'");
    expect(csp).not.toMatch(/unsafe|script-src/);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('lets forms lead to AWS on the role picker only', async () => {
    const { ask } = start();
    const csp = async (path: string) =>
      (await ask(path)).response.headers.get('content-security-policy');
    expect(await csp('/apps/console-test')).toContain(
      "form-action 'self' https://*.aws.amazon.com",
    );
    expect(await csp('/requests/new')).toContain("form-action 'self'; frame-ancestors");
  });

  it.each([
    '/logout',
    '/apps/console-test/launch',
    '/apps/console-test/terminal',
    '/requests',
    '/requests/r-1/review',
    '/requests/r-1/use',
    '/requests/r-1/withdraw',
    '/sessions/s-1/end',
    '/sessions/s-1/lock',
    '/locks/l-1/remove',
    '/cli',
  ])('POST %s does nothing without the hidden value', async (path) => {
    const { ask, calls } = start({ requests: [requestView()] });
    for (const csrf of ['', 'csrf-of-other']) {
      const { response, text } = await ask(path, {
        form: { csrf, role: ARN, roles: 'x', reason: 'y' },
      });
      expect(response.status).toBe(403);
      expect(text).toContain('reload the page');
    }
    expect(calls).toEqual([]);
  });

  it.each([
    '/nothing',
    '/apps',
    '/apps/unknown',
    '/apps/%ff',
    '/apps/a/b/c/d',
    '/requests/zzz',
    '/apps/console-test/launch',
  ])('%s is not there, and says where to go', async (path) => {
    const { response, text } = await start().ask(path);
    expect(response.status).toBe(404);
    expect(text).toContain('Go to your apps');
  });

  it('tells nobody what broke inside but the log', async () => {
    const { post, problems } = start();
    const { response, text } = await post('/apps/console-test/launch', { role: 'broken' });
    expect(response.status).toBe(500);
    expect(text).not.toContain('secret detail');
    expect(problems).toHaveLength(1);
  });

  it('says of what AWS refuses where else to go', async () => {
    const { post, problems } = start();
    const { response, text } = await post('/apps/console-test/launch', { role: 'refused' });
    expect(response.status).toBe(503);
    expect(text).toContain('AWS did not open this for you');
    expect(text).toContain('AWS does not let the gateway take this role.');
    expect(text).toContain('<a class="button main" href="/apps/console-test">');
    expect(problems).toEqual([]);
  });

  it('ends the way back with a name, not with an arrow', async () => {
    const { text } = await start().ask('/apps/console-test/terminal');
    const [, crumbs = ''] = /<nav class="crumbs"[^>]*>(.*?)<\/nav>/s.exec(text) ?? [];
    expect(crumbs.match(/<a /g)).toHaveLength(2);
    expect(crumbs.match(/<svg /g)).toHaveLength(1);
    expect(crumbs.trimEnd()).toMatch(/<\/a>$/);
  });

  it('brings its stylesheet under an address that changes with it, and the certificate', async () => {
    const { ask } = start();
    const { text } = await ask('/login', { cookie: '' });
    const path = /href="(\/assets\/portal\.css\?v=[0-9a-f]{12})"/.exec(text)?.[1] ?? '';
    const { response } = await ask(path, { cookie: '' });
    expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect((await ask('/assets/ca.pem', { cookie: '' })).text).toMatch(/^-----BEGIN CERT/);
  });
});

describe('apps', () => {
  it('show account, partition, labels and what can be done', async () => {
    const apps = [
      appView(),
      appView({
        name: 'gov',
        partition: 'aws-us-gov',
        roles: [roleView({ status: 'needs-request' })],
      }),
      appView({ name: 'cn', partition: 'aws-cn', roles: [roleView({ status: 'denied' })] }),
    ];
    const { text } = await start({ apps }).ask('/');
    for (const words of [
      '123456789012',
      'env: test',
      '1 role to use',
      'GovCloud',
      'on request',
      'China',
      'no role for you',
    ]) {
      expect(text).toContain(words);
    }
  });

  it('help where there are none', async () => {
    expect((await start({ apps: [] }).ask('/')).text).toContain('No apps for you yet');
    const none = start({ apps: [appView({ roles: [] })] });
    expect((await none.ask('/apps/console-test')).text).toContain('No roles here');
    expect((await none.ask('/apps/console-test/terminal')).text).toContain(
      'No role to use here yet',
    );
  });

  it('offer the step that fits the status of a role', async () => {
    const roles = [
      roleView(),
      roleView({ arn: `${ARN}2`, status: 'needs-request', reason: 'Ask for it.' }),
      roleView({ arn: `${ARN}3`, status: 'denied', reason: 'Role no-production denies it.' }),
    ];
    const { text } = await start({ apps: [appView({ roles })] }).ask('/apps/console-test');
    expect(text.match(/action="\/apps\/console-test\/launch"/g)).toHaveLength(1);
    expect(text).toContain(
      `/requests/new?app=console-test&amp;role=${encodeURIComponent(`${ARN}2`)}`,
    );
    expect(text).toContain('Role no-production denies it.');
    expect(text).toContain('no condition allows it');
    expect(text).not.toContain('(no-allow)');
  });

  it('launch by a redirect that nothing keeps', async () => {
    const { post, calls } = start();
    const { response, to } = await post('/apps/console-test/launch', { role: ARN });
    expect(response.status).toBe(302);
    expect(to).toBe('https://signin.aws.amazon.com/federation?Action=login');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(calls).toEqual([['launchConsole', { app: 'console-test', awsRole: ARN }]]);
  });
});

describe('the terminal page', () => {
  it.each([
    ['bash', 'export AWS_ACCESS_KEY_ID=', 'export AWS_CA_BUNDLE=~/'],
    ['fish', 'set -gx AWS_ACCESS_KEY_ID ', 'set -gx AWS_CA_BUNDLE ~/'],
    ['powershell', '$Env:AWS_ACCESS_KEY_ID = ', '$Env:AWS_CA_BUNDLE = &#34;$HOME/'],
    [
      'cmd',
      'set &#34;AWS_ACCESS_KEY_ID=',
      'set &#34;AWS_CA_BUNDLE=%USERPROFILE%/.postern-ca.pem&#34;',
    ],
  ])('speaks %s', async (shell, keys, trust) => {
    const { ask, post, calls } = start();
    const page = await ask(`/apps/console-test/terminal?shell=${shell}`);
    expect(page.text).toContain(`postern apps login --aws-role ${ARN} console-test`);
    expect(page.text).toContain('postern login --gateway http://127.0.0.1:8080 --user alice');
    expect(page.text).not.toContain('AWS_SECRET_ACCESS_KEY');
    expect(calls).toEqual([]);
    const opened = await post('/apps/console-test/terminal', { role: ARN, shell });
    expect(opened.text).toContain(keys);
    expect(opened.text).toContain(trust);
    expect(opened.response.headers.get('cache-control')).toBe('no-store');
    expect(calls).toEqual([['openSession', { app: 'console-test', awsRole: ARN }]]);
  });

  it('signs people in through the browser who have no password here', async () => {
    const { ask } = start({ login: { password: false, oidc: true } });
    const { text } = await ask('/apps/console-test/terminal');
    expect(text).toContain('postern login --gateway http://127.0.0.1:8080 --browser');
    expect(text).not.toContain('--user');
  });

  it('warns of keys instead of praising them', async () => {
    const { text } = await start().post('/apps/console-test/terminal', { role: ARN });
    expect(text).toMatch(/<div class="notice wait" role="status"[^>]*>[\s\S]{0,300}shown once/);
  });

  it('survives blanks in the name of a Windows user', async () => {
    const { text } = await start().ask('/apps/console-test/terminal?shell=cmd');
    expect(text).toContain('-o &#34;%USERPROFILE%/.postern-ca.pem&#34;');
  });

  it.each([
    ['bash', `'a'\\''$(b)'`],
    ['fish', `'a\\'$(b)'`],
    ['powershell', `'a''$(b)'`],
    ['cmd', `"a'$(b)"`],
  ])('quotes a name that %s would run', async (shell, word) => {
    const apps = [appView({ name: `a'$(b)` })];
    const path = `/apps/${encodeURIComponent(`a'$(b)`)}/terminal?shell=${shell}`;
    const { text } = await start({ apps }).ask(path);
    const plain = text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    expect(plain).toContain(`--aws-role ${ARN} ${word}`);
  });
});

describe('access requests', () => {
  it('are asked for with a reason', async () => {
    const apps = [
      appView({ roles: [roleView({ status: 'needs-request', requestable: ['admin'] })] }),
    ];
    const { ask, post, calls } = start({ apps });
    const page = (await ask('/requests/new')).text;
    expect(page).toMatch(/name="roles" value="admin" checked/);
    expect(page).toMatch(/<textarea id="reason" name="reason" rows="3" required maxlength="1000"/);
    for (const form of [
      { roles: 'admin', reason: '  ' },
      { reason: 'why' },
      { roles: 'admin', reason: 'no' },
    ]) {
      const { response, text } = await post('/requests', form as Record<string, string>);
      expect(response.status).toBe(400);
      expect(text).toContain('role="alert"');
    }
    const form = {
      roles: 'admin',
      reason: ' disk full ',
      duration: '3600',
      app: 'console-test',
      role: ARN,
    };
    expect((await post('/requests', form)).to).toBe('/requests/r-new?done=asked');
    expect(calls.at(-1)).toEqual([
      'create',
      {
        roles: ['admin'],
        reason: 'disk full',
        durationSeconds: 3600,
        app: 'console-test',
        awsRole: ARN,
      },
    ]);
  });

  it('are reviewed, used and withdrawn', async () => {
    const requests = [
      requestView({ reviewable: true }),
      requestView({ id: 'r-2', user: 'alice', state: 'approved', usable: true }),
      requestView({ id: 'r-3', user: 'alice' }),
    ];
    const { ask, post, calls } = start({ requests });
    const list = await ask('/requests?done=reviewed');
    expect(list.text).toContain('For you to review');
    expect(list.text).toContain('Your review is recorded.');
    expect((await ask('/requests/r-1')).text).toContain('value="approve"');
    expect((await ask('/requests/r-2')).text).toContain('Use these roles now');
    expect((await ask('/requests/r-3')).text).toContain('Withdraw');
    await post('/requests/r-1/review', { verdict: 'approve', reason: 'fine' });
    await post('/requests/r-1/review', { verdict: 'whatever' });
    await post('/requests/r-2/use');
    await post('/requests/r-3/withdraw');
    expect(calls).toEqual([
      ['review', 'r-1', { verdict: 'approve', reason: 'fine' }],
      ['review', 'r-1', { verdict: 'deny', reason: undefined }],
      ['use', 'r-2'],
      ['withdraw', 'r-3'],
    ]);
  });
});

describe('sessions', () => {
  const sessions = [sessionView(), sessionView({ id: 's-2', user: 'bob' })];

  it('are one’s own, and can be ended', async () => {
    const { ask, post, calls } = start({ sessions });
    const { text } = await ask('/sessions');
    expect(text).toContain('/sessions/s-1/end');
    expect(text).not.toContain('s-2');
    // What tells two of the same app and role apart.
    expect(text).toContain('12:00:00 UTC');
    expect(text).toContain('command line at 198.51.100.9');
    expect(text).toContain('<code>…s-1</code>');
    expect(text).not.toContain('/lock');
    await post('/sessions/s-1/end');
    expect(calls).toEqual([['closeSession', 's-1']]);
  });

  it('are everybody’s for who may lock, one or all of a user', async () => {
    const { ask, post, calls } = start({ sessions, locks: [lockView()], rules: ['lock/create'] });
    const { text } = await ask('/sessions');
    expect(text).toContain('/sessions/s-2/lock');
    expect(text).not.toContain('/sessions/s-2/end');
    expect(text).toContain('laptop stolen');
    expect((await ask('/sessions/s-2/lock')).text).toContain('Lock bob in console-test');
    expect((await ask('/sessions/gone/lock')).response.status).toBe(404);
    await post('/sessions/s-2/lock', {
      whom: 'session',
      user: 'bob',
      message: 'stop',
      seconds: '900',
    });
    await post('/sessions/s-2/lock', { whom: 'user', user: 'bob', message: 'stop', seconds: '' });
    await post('/locks/l-1/remove');
    expect(calls).toEqual([
      ['lock', { target: { session: 's-2' }, message: 'stop', seconds: 900 }],
      ['lock', { target: { user: 'bob' }, message: 'stop', seconds: undefined }],
      ['removeLock', 'l-1'],
    ]);
  });
});

describe('the audit page', () => {
  const events = Array.from({ length: 60 }, (_, index) => auditEntry(100 - index));

  it('filters, and pages by event number', async () => {
    const { ask, calls } = start({ events, rules: ['event/list'] });
    const query = 'user=bob&app=&type=aws.request&outcome=denied&after=2026-11-20T10:00';
    const { text } = await ask(`/audit?${query}`);
    expect(calls[0]?.[1]).toEqual({
      user: 'bob',
      app: undefined,
      type: 'aws.request',
      outcome: 'denied',
      after: '2026-11-20T10:00:00.000Z',
      before: undefined,
      limit: 51,
    });
    expect(text.match(/<tr role="row"><td/g)).toHaveLength(50);
    const older = /href="(\/audit\?[^"]*before=51[^"]*)"/.exec(text)?.[1]?.replaceAll('&#38;', '&');
    await ask((older ?? '').replaceAll('&amp;', '&'));
    expect(calls[1]?.[1]).toMatchObject({ before: 51, user: 'bob', outcome: 'denied' });
  });

  it('offers the types and outcomes there are, and keeps one that it does not know', async () => {
    const { ask } = start({ events, rules: ['event/list'] });
    const { text } = await ask('/audit?type=aws&outcome=<odd>');
    expect(text).toMatch(/<select id="type"[\s\S]*<option value="aws" selected>/);
    expect(text).toMatch(/<select id="outcome"[\s\S]*<option value="">Any<[\s\S]*value="denied">/);
    expect(text).toContain('<option value="&#60;odd&#62;" selected>');
    expect(text).toContain('12:00:00 UTC');
  });

  it.each([
    ['joined', 'good'],
    ['allowed', 'good'],
    ['refused', 'bad'],
    ['denied', 'bad'],
    ['failed', 'bad'],
  ])('shows %s as %s', async (outcome, tone) => {
    const { ask } = start({ events: [auditEntry(1, { outcome })], rules: ['event/list'] });
    expect((await ask('/audit')).text).toMatch(
      new RegExp(`<span class="chip ${tone}"><svg [^>]*><path [^>]*/></svg>${outcome}<`),
    );
  });

  it('says when nothing matches, and is for auditors', async () => {
    const { ask } = start({ rules: ['event/list'] });
    expect((await ask('/audit?user=x')).text).toContain('Nothing matches these filters');
    const { text, response } = await start().ask('/audit');
    expect(response.status).toBe(403);
    expect(text).not.toContain('href="/audit"');
  });
});

describe('the page of the command line', () => {
  it('shows the code that it confirms, and who will be signed in', async () => {
    const { ask, post, calls } = start();
    const { text } = await ask('/cli?code=abcd-efgh');
    expect(text).toContain('ABCD-EFGH');
    expect(text).toContain('<strong>alice</strong>');
    // Where and when it was begun, so that nobody confirms the login of somebody else.
    expect(text).toContain('198.51.100.9');
    expect(text).toContain('12:00:00 UTC');
    expect((await ask('/cli?code=ZZZZ-ZZZZ')).response.status).toBe(404);
    expect((await post('/cli', { code: 'ABCD-EFGH', verdict: 'approve' })).text).toContain(
      'Your terminal is signed in',
    );
    expect((await post('/cli', { code: 'ABCD-EFGH', verdict: 'deny' })).text).toContain('Denied');
    expect(calls).toEqual([
      ['decide', 'ABCD-EFGH', 'approve'],
      ['decide', 'ABCD-EFGH', 'deny'],
    ]);
  });
});
