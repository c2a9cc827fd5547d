import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { BUCKET } from '@postern/aws-stand-in';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsClients, PASSWORD, startTestGateway, type TestGateway } from '../support/running.js';

/** Every route against a gateway that listens, with clients of the AWS SDK at its other listeners. */

const ADMIN = 'arn:aws:iam::123456789012:role/ExampleAdminAccess';
const READER = 'arn:aws:iam::123456789012:role/ExampleReadOnlyAccess';
let gateway: TestGateway;
let alice: string;
let bob: string;
let carol: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  alice = await gateway.login('alice');
  bob = await gateway.login('bob');
  carol = await gateway.login('carol');
});
afterAll(async () => {
  await gateway.end();
  expect(gateway.problems).toEqual([]);
});

const api = (method: string, path: string, token?: string, body?: unknown) =>
  gateway.call(method, `/api/v1${path}`, token, body);
const events = (type: string) =>
  gateway.audit.map((line) => JSON.parse(line)).filter((event) => event.type === type);

describe('info, health and unknown addresses', () => {
  it('tells everybody where things are, and nothing more', async () => {
    const { status, body, headers } = await api('GET', '/info');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(Object.keys(body).sort()).toEqual([
      'caCertificate',
      'endpointUrl',
      'login',
      'proxyUrl',
      'publicAddress',
      'version',
    ]);
    expect(body.caCertificate).toContain('BEGIN CERTIFICATE');
    expect(body.caCertificate).not.toContain('PRIVATE');
    expect((await gateway.call('GET', '/healthz')).body).toBe('ok\n');
    expect((await gateway.call('GET', '/readyz')).status).toBe(200);
  });

  it.each([
    ['GET', '/nothing', 404, 'not-found'],
    ['POST', '/info', 404, 'not-found'],
    ['GET', '/apps', 401, 'not-signed-in'],
    ['POST', '/locks', 401, 'not-signed-in'],
    ['DELETE', '/sessions/x', 401, 'not-signed-in'],
  ])('%s %s without a login: %i %s', async (method, path, status, code) => {
    const answer = await api(method, path, undefined, method === 'POST' ? {} : undefined);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('serves the documents that AWS checks web identity tokens with', async () => {
    const { body } = await gateway.call('GET', '/.well-known/openid-configuration');
    expect(body.issuer).toBe('https://postern.example.com');
    const jwks = await gateway.call('GET', new URL(body.jwks_uri).pathname);
    expect(jwks.body.keys[0]).toMatchObject({ kty: 'RSA', use: 'sig' });
    expect(jwks.body.keys[0].d).toBeUndefined();
  });
});

describe('login', () => {
  it('answers the same for an unknown user and a wrong password', async () => {
    const wrong = await api('POST', '/login', undefined, { user: 'alice', password: 'no' });
    const unknown = await api('POST', '/login', undefined, { user: 'nobody', password: 'no' });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.body).toEqual(unknown.body);
    expect(wrong.body.error.code).toBe('bad-login');
    expect(events('login').filter(({ outcome }) => outcome === 'denied')).toMatchObject([
      { user: 'alice', reason: 'bad-login' },
      { user: '', reason: 'bad-login' },
    ]);
  });

  it('takes no cookie for a bearer token', async () => {
    const response = await fetch(`${gateway.localUrl}/api/v1/status`, {
      headers: { cookie: `session=${alice}; postern=${alice}; token=${alice}` },
    });
    expect(response.status).toBe(401);
  });

  it('tells who one is', async () => {
    const { body } = await api('GET', '/status', bob);
    expect(body).toMatchObject({
      user: 'bob',
      traits: { email: ['bob@example.com'] },
      requests: [],
    });
    expect(body.roles).toContain('admin-requester');
  });

  it('ends with logout, together with what was opened with it', async () => {
    const token = await gateway.login('alice');
    const opened = await api('POST', '/apps/awsconsole-test/sessions', token, { awsRole: READER });
    const clients = awsClients(opened.body, 'connect');
    await clients.sts.send(new GetCallerIdentityCommand({}));
    expect((await api('POST', '/logout', token, {})).status).toBe(204);
    expect((await api('GET', '/status', token)).status).toBe(401);
    await expect(clients.sts.send(new GetCallerIdentityCommand({}))).rejects.toThrow('Signed out.');
    clients.destroy();
  });
});

describe('malformed input', () => {
  const post = (body: string, headers: Record<string, string>) =>
    fetch(`${gateway.localUrl}/api/v1/login`, { method: 'POST', body, headers });
  const json = { 'content-type': 'application/json' };

  it.each([
    ['no JSON', '{', json, 400],
    ['a list', '[]', json, 400],
    ['a form', 'user=alice', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
    ['text that looks like JSON', '{}', { 'content-type': 'text/plain' }, 400],
    ['a number for a name', '{"user":1,"password":"x"}', json, 400],
    ['a prototype', '{"__proto__":{"user":"alice","password":"x"}}', json, 400],
    ['too much', `{"user":"${'x'.repeat(300_000)}"}`, json, 413],
  ])('refuses %s', async (_what, body, headers, status) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(/\."\}\}$/);
  });

  it('refuses other methods, and addresses that are no paths', async () => {
    expect((await gateway.call('PUT', '/api/v1/info')).status).toBe(405);
    expect((await gateway.call('GET', '//evil.example/login')).status).toBe(400);
    expect((await api('DELETE', '/sessions/%E0%A4%A', alice)).status).toBe(400);
  });

  it('names the field that is wrong', async () => {
    const { body } = await api('POST', '/requests', bob, { roles: 'aws-admin' });
    expect(body.error).toMatchObject({
      code: 'malformed-request',
      message: expect.stringContaining('"roles"'),
    });
  });
});

describe('apps', () => {
  it('lists AWS apps with account, partition, and the status of every role', async () => {
    const { body } = await api('GET', '/apps', bob);
    const app = (name: string) => body.apps.find((one: { name: string }) => one.name === name);
    expect(app('awsconsole-test')).toMatchObject({ account: '123456789012', partition: 'aws' });
    const statuses = app('awsconsole-test').roles.map(
      ({ display, status }: Record<string, string>) => [display, status],
    );
    expect(statuses).toEqual(
      expect.arrayContaining([
        ['ExampleReadOnlyAccess', 'usable'],
        ['ExampleAdminAccess', 'needs-request'],
      ]),
    );
    const production = app('awsconsole-prod').roles[0];
    expect(production.status).toBe('denied');
    expect(production.reason).toContain('no-production');
  });

  it('explains decisions', async () => {
    const { body } = await api('GET', `/explain?app=awsconsole-prod&awsRole=${READER}`, bob);
    expect(body.decision).toBe('deny');
    expect(body.text).toContain('no-production');
    expect((await api('GET', '/explain?app=nope', bob)).status).toBe(404);
  });

  it.each(['connect', 'endpoint'] as const)(
    'opens a session that works in %s mode',
    async (mode) => {
      const { status, body } = await api('POST', '/apps/awsconsole-test/sessions', alice, {
        awsRole: 'ExampleReadOnlyAccess',
      });
      expect(status).toBe(201);
      expect(body).toMatchObject({
        app: 'awsconsole-test',
        user: 'alice',
        roleArn: READER,
        region: 'us-east-1',
      });
      const clients = awsClients(body, mode);
      const { Arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
      expect(Arn).toBe('arn:aws:sts::123456789012:assumed-role/ExampleReadOnlyAccess/alice');
      const listed = await api('GET', '/sessions', alice);
      expect(listed.body.sessions.map(({ id }: { id: string }) => id)).toContain(body.id);
      expect(JSON.stringify(listed.body)).not.toContain(body.secretAccessKey);
      // Those of others are not there.
      expect((await api('GET', '/sessions', bob)).body.sessions).toEqual([]);
      expect((await api('DELETE', `/sessions/${body.id}`, bob)).status).toBe(404);
      expect((await api('DELETE', `/sessions/${body.id}`, alice)).status).toBe(204);
      await expect(clients.sts.send(new GetCallerIdentityCommand({}))).rejects.toThrow(
        'Its user ended it.',
      );
      clients.destroy();
    },
  );

  it.each([
    ['awsconsole-gov', 'us-gov-west-1', 'arn:aws-us-gov:sts::210987654321:'],
    ['awsconsole-china', 'cn-northwest-1', 'arn:aws-cn:sts::109876543210:'],
  ])('serves the partition of %s', async (app, region, arn) => {
    const { body } = await api('POST', `/apps/${app}/sessions`, alice, {});
    const clients = awsClients(body, 'connect');
    expect(body.region).toBe(region);
    const { Arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toMatch(arn);
    clients.destroy();
  });

  it('reaches an app without any AWS key through the identity provider', async () => {
    const { body } = await api('POST', '/apps/my-integration/sessions', alice, {
      awsRole: 'role_for_alice',
    });
    const clients = awsClients(body, 'endpoint');
    const { Arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe('arn:aws:sts::123456789012:assumed-role/role_for_alice/alice');
    clients.destroy();
  });

  it('gives a console sign-in address, and tells the audit log without it', async () => {
    const { body } = await api('POST', '/apps/awsconsole-test/console', alice, { awsRole: READER });
    expect(body.loginUrl).toMatch(
      /^https:\/\/(us-east-1\.)?signin\.aws\.amazon\.com\/federation\?/,
    );
    expect(events('aws.console').at(-1)).toMatchObject({ user: 'alice', outcome: 'allowed' });
    expect(gateway.audit.join()).not.toContain(
      new URL(body.loginUrl).searchParams.get('SigninToken'),
    );
    const elsewhere = await api('POST', '/apps/awsconsole-test/console', alice, {
      awsRole: READER,
      destination: 'https://evil.example/',
    });
    expect(elsewhere.status).toBe(400);
    expect(JSON.stringify(elsewhere.body)).not.toContain('SigninToken');
  });

  it('refuses roles with the reason and the way to get them', async () => {
    const { status, body } = await api('POST', '/apps/awsconsole-test/sessions', bob, {
      awsRole: ADMIN,
    });
    expect([status, body.error.code]).toEqual([403, 'denied']);
    expect(body.error.message).toContain('aws-admin');
  });
});

describe('access requests', () => {
  it('go from a person to another and open what was closed', async () => {
    const asked = await api('POST', '/requests', bob, {
      roles: ['aws-admin'],
      reason: 'ticket 42',
      app: 'awsconsole-test',
      awsRole: ADMIN,
    });
    expect(asked.status).toBe(201);
    const { id } = asked.body;
    expect(asked.body).toMatchObject({ user: 'bob', state: 'pending', usable: false, reviews: [] });
    // Who has no part in it does not see it; who asked cannot review it.
    expect((await api('GET', '/requests', alice)).body.requests).toEqual([]);
    expect(
      (await api('POST', `/requests/${id}/reviews`, alice, { verdict: 'approve' })).status,
    ).toBe(404);
    expect((await api('POST', `/requests/${id}/reviews`, bob, { verdict: 'approve' })).status).toBe(
      403,
    );
    expect((await api('POST', `/requests/${id}/use`, bob, {})).status).toBe(403);
    expect((await api('GET', '/requests', carol)).body.requests).toMatchObject([
      { id, reviewable: true },
    ]);
    const reviewed = await api('POST', `/requests/${id}/reviews`, carol, {
      verdict: 'approve',
      reason: 'fine',
    });
    expect(reviewed.body).toMatchObject({
      state: 'approved',
      reviews: [{ by: 'carol', verdict: 'approve' }],
    });
    expect((await api('POST', `/requests/${id}/reviews`, carol, { verdict: 'deny' })).status).toBe(
      409,
    );
    expect((await api('POST', `/requests/${id}/use`, carol, {})).status).toBe(403);
    expect((await api('POST', `/requests/${id}/use`, bob, {})).status).toBe(200);
    const status = await api('GET', '/status', bob);
    expect(status.body.roles).toContain('aws-admin');
    expect(status.body.requests).toMatchObject([{ id }]);
    const opened = await api('POST', '/apps/awsconsole-test/sessions', bob, { awsRole: ADMIN });
    expect(opened.status).toBe(201);
    // What a request gives ends with it.
    expect(opened.body.expiresAt).toBe(status.body.requests[0].expiresAt);
    const clients = awsClients(opened.body, 'connect');
    await clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'bob', Body: 'was here' }));
    clients.destroy();
    expect(events('request.use')).toMatchObject([
      { user: 'bob', outcome: 'denied' },
      { user: 'carol', outcome: 'denied' },
      { user: 'bob', outcome: 'allowed' },
    ]);
  });

  it('must be allowed, have a reason, and can be withdrawn', async () => {
    expect(
      (await api('POST', '/requests', alice, { roles: ['aws-admin'], reason: 'x' })).status,
    ).toBe(403);
    expect((await api('POST', '/requests', bob, { roles: ['aws-admin'] })).status).toBe(400);
    expect((await api('POST', '/requests', bob, { roles: ['nope'], reason: 'x' })).status).toBe(
      400,
    );
    const { body } = await api('POST', '/requests', bob, { roles: ['aws-admin'], reason: 'x' });
    expect((await api('DELETE', `/requests/${body.id}`, carol)).status).toBe(403);
    expect((await api('DELETE', `/requests/${body.id}`, bob)).status).toBe(204);
    expect((await api('GET', `/requests/${body.id}`, bob)).status).toBe(404);
  });
});

describe('locks', () => {
  it('cut what is running, end sessions and logins, and say why afterwards', async () => {
    const token = await gateway.login('alice');
    const { body } = await api('POST', '/apps/awsconsole-test/sessions', token, {
      awsRole: 'role_for_alice',
    });
    const clients = awsClients(body, 'connect');
    const Body = Buffer.alloc(32 * 1024 * 1024);
    await clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'large', Body }));
    const answer = await clients.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'large' }));
    // The stream stands still with most of the object to come.
    const stream = answer.Body;
    const cut = new Promise<Error>((resolve) => {
      if (stream && 'once' in stream) stream.once('error', resolve);
    });
    expect((await api('POST', '/locks', bob, { target: { user: 'alice' } })).status).toBe(403);
    const lock = await api('POST', '/locks', carol, {
      target: { user: 'alice' },
      message: 'stolen laptop',
    });
    expect(lock.status).toBe(201);
    if (stream && 'resume' in stream) stream.resume();
    expect((await cut).message).toMatch(/aborted|reset|hang up|terminated/i);
    await expect(clients.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }))).rejects.toThrow(
      /Locked.*stolen laptop/,
    );
    expect((await api('GET', '/status', token)).status).toBe(401);
    const again = await api('POST', '/login', undefined, { user: 'alice', password: PASSWORD });
    expect(again.body.error).toMatchObject({
      code: 'locked',
      message: expect.stringContaining('stolen laptop'),
    });
    expect((await api('GET', '/locks', carol)).body.locks).toMatchObject([
      { target: { user: 'alice' }, by: 'carol' },
    ]);
    expect((await api('DELETE', `/locks/${lock.body.id}`, bob)).status).toBe(403);
    expect((await api('DELETE', `/locks/${lock.body.id}`, carol)).status).toBe(204);
    // What was ended stays so.
    await expect(clients.sts.send(new GetCallerIdentityCommand({}))).rejects.toThrow(
      'session has ended',
    );
    alice = await gateway.login('alice');
    clients.destroy();
  });

  it('of an AWS role hit those who use it and leave the rest', async () => {
    const open = async (awsRole: string) =>
      (await api('POST', '/apps/awsconsole-test/sessions', alice, { awsRole })).body;
    const [reader, own] = [await open(READER), await open('role_for_alice')];
    const lock = await api('POST', '/locks', carol, { target: { awsRole: READER } });
    const ids = (await api('GET', '/sessions', alice)).body.sessions.map(
      ({ id }: { id: string }) => id,
    );
    expect([ids.includes(reader.id), ids.includes(own.id)]).toEqual([false, true]);
    expect(
      (await api('POST', '/apps/awsconsole-test/sessions', alice, { awsRole: READER })).body.error
        .code,
    ).toBe('locked');
    expect(
      (await api('GET', `/explain?app=awsconsole-test&awsRole=${READER}`, alice)).body.decision,
    ).toBe('deny');
    await api('DELETE', `/locks/${lock.body.id}`, carol);
  });

  it('of a session hit it alone, and end by themselves', async () => {
    const { body } = await api('POST', '/apps/awsconsole-test/sessions', alice, {
      awsRole: READER,
    });
    const lock = await api('POST', '/locks', carol, { target: { session: body.id }, seconds: 60 });
    expect(lock.body.expiresAt).toBeDefined();
    expect(
      (await api('GET', '/sessions', alice)).body.sessions.map(({ id }: { id: string }) => id),
    ).not.toContain(body.id);
    expect((await api('GET', '/status', alice)).status).toBe(200);
    expect((await api('POST', '/locks', carol, { target: {} })).status).toBe(400);
    expect(
      (await api('POST', '/locks', carol, { target: { user: 'x' }, seconds: -1 })).status,
    ).toBe(400);
    await api('DELETE', `/locks/${lock.body.id}`, carol);
  });
});

describe('audit', () => {
  it('is for those with the rule, and can be filtered', async () => {
    expect((await api('GET', '/audit', alice)).status).toBe(403);
    const { body } = await api('GET', '/audit?user=alice&type=aws.request&limit=5', carol);
    expect(body.events.length).toBeGreaterThan(0);
    expect(
      body.events.every(
        (entry: Record<string, string>) =>
          entry.user === 'alice' && entry.type?.startsWith('aws.request'),
      ),
    ).toBe(true);
    const next = await api(
      'GET',
      `/audit?user=alice&type=aws.request&limit=1&before=${body.events[0].number}`,
      carol,
    );
    expect(next.body.events[0].number).toBe(body.events[1].number);
    expect(
      (await api('GET', '/audit?outcome=denied&app=awsconsole-test', carol)).body.events.length,
    ).toBeGreaterThan(0);
  });

  it('holds no token, password or secret key', async () => {
    const lines = gateway.audit.join('\n');
    for (const secret of [alice, bob, carol, PASSWORD]) expect(lines).not.toContain(secret);
  });
});
