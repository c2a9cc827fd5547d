import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Directory } from '../../src/directory.js';
import { startTestGateway, type TestGateway } from '../support/running.js';

/** What is refused before it costs anything, and how it is said. */

const MISSING = 'arn:aws:iam::123456789012:role/not-there';
const ADMIN = 'arn:aws:iam::123456789012:role/ExampleAdminAccess';
let gateway: TestGateway;
let alice: string;
let bob: string;
let carol: string;

/** A role of the documents that AWS does not have. */
function withMissingRole(directory: Directory): Directory {
  const user = directory.user('alice');
  const traits = { ...user.spec?.traits, aws_role_arns: [MISSING] };
  const changed = { ...user, spec: { ...user.spec, traits } };
  const users = new Map([...directory.users, ['alice', changed]]);
  return { ...directory, users, user: (name) => users.get(name) ?? directory.user(name) };
}

beforeAll(async () => {
  gateway = await startTestGateway({}, withMissingRole);
  alice = await gateway.login('alice');
  bob = await gateway.login('bob');
  carol = await gateway.login('carol');
});
afterAll(() => gateway.end());

const api = (method: string, path: string, token?: string, body?: unknown) =>
  gateway.call(method, `/api/v1${path}`, token, body);

describe('texts without an end', () => {
  const long = 'A'.repeat(3_000);
  it.each([
    ['/apps/awsconsole-test/sessions', { awsRole: long }, 'awsRole'],
    ['/apps/awsconsole-test/console', { awsRole: long }, 'awsRole'],
    ['/apps/awsconsole-test/console', { destination: long }, 'destination'],
    [`/apps/${long}/sessions`, {}, 'app'],
    ['/requests', { roles: ['aws-admin'], reason: long }, 'reason'],
    ['/requests', { roles: [long], reason: 'x' }, 'roles'],
    ['/requests', { roles: Array.from({ length: 21 }, () => 'x'), reason: 'x' }, 'roles'],
    ['/requests', { roles: ['aws-admin'], reason: 'x', app: long }, 'app'],
    ['/requests', { roles: ['aws-admin'], reason: 'x', awsRole: long }, 'awsRole'],
    ['/locks', { target: { user: 'x' }, message: long }, 'message'],
    ['/locks', { target: { user: long } }, 'user'],
    ['/locks', { target: { awsRole: long } }, 'awsRole'],
    [`/requests/${long}/use`, {}, 'request'],
    ['/requests/x/reviews', { verdict: 'deny', reason: long }, 'reason'],
  ])('are refused, and not written down (%#)', async (path, body, field) => {
    const { status, body: answer } = await api('POST', path, path === '/locks' ? carol : bob, body);
    expect(status).toBe(400);
    expect(answer.error.code).toBe('malformed-request');
    expect(answer.error.message).toContain(`"${field}" may have at most`);
    expect(answer.error.message.length).toBeLessThan(200);
    expect(gateway.audit.join()).not.toContain('AAAA');
  });

  it('are not explained either', async () => {
    const { status } = await api('GET', `/explain?app=awsconsole-test&awsRole=${long}`, bob);
    expect(status).toBe(400);
    expect(gateway.audit.join()).not.toContain('AAAA');
  });
});

describe('apps of which somebody has no role', () => {
  it.each([
    ['GET', '/explain?app=$app'],
    ['POST', '/apps/$app/sessions', {}],
    ['POST', '/apps/$app/sessions', { awsRole: 'arn:aws:iam::444455556666:role/PartnerAudit' }],
    ['POST', '/apps/$app/console', { awsRole: 'PartnerAudit' }],
  ])('are as little there as those that are not: %s %s', async (method, path, body?: object) => {
    const ask = (app: string) => api(method, path.replace('$app', app), bob, body);
    const [closed, none] = [await ask('awsconsole-third-party'), await ask('no-such-app')];
    expect(closed.status).toBe(404);
    expect(none.status).toBe(404);
    expect(closed.body.error.message).toBe(
      none.body.error.message.replace('no-such-app', 'awsconsole-third-party'),
    );
    expect(JSON.stringify([closed.body, none.body])).not.toMatch(/awsconsole-(test|prod|gov)/);
  });

  it('are there for those who have one', async () => {
    const { apps } = (await api('GET', '/apps', alice)).body;
    const names = apps.map(({ name }: { name: string }) => name);
    expect(names).toContain('awsconsole-third-party');
    expect((await api('GET', '/explain?app=awsconsole-prod&awsRole=x', bob)).status).toBe(200);
  });
});

it('tells people what to do about a refusal of AWS, and the log what AWS said', async () => {
  const path = '/apps/awsconsole-test/console';
  const { status, body } = await api('POST', path, alice, { awsRole: MISSING });
  expect(status).toBe(503);
  expect(body.error.message).toContain(`a session of ${MISSING}`);
  expect(body.error.message).toContain('tell your administrators');
  expect(body.error.message).not.toMatch(/AssumeRole|AccessDenied|postern-gateway/);
  expect(gateway.problems.map(String).join()).toContain('AccessDenied');
});

describe('less than AWS gives', () => {
  const ask = (durationSeconds: number) =>
    api('POST', '/requests', bob, { roles: ['aws-admin'], reason: 'x', durationSeconds });

  it('is not granted: a request is for 15 minutes or more', async () => {
    for (const seconds of [-1, 0, 60, 899]) {
      const { status, body } = await ask(seconds);
      expect(status).toBe(400);
      expect(body.error.message).toContain('at least 15 minutes (900 seconds)');
    }
  });

  it('works for one of 15 minutes at once, and says what to do when it is nearly over', async () => {
    const { status, body } = await ask(1_000);
    expect(status).toBe(201);
    const { id } = body;
    await api('POST', `/requests/${id}/reviews`, carol, { verdict: 'approve' });
    expect((await api('POST', `/requests/${id}/use`, bob, {})).status).toBe(200);
    const wanted = { awsRole: ADMIN };
    const open = () => api('POST', '/apps/awsconsole-test/sessions', bob, wanted);
    expect((await open()).status).toBe(201);
    expect((await api('POST', '/apps/awsconsole-test/console', bob, wanted)).status).toBe(200);
    gateway.advance(200_000);
    const late = await open();
    expect(late.status).toBe(403);
    expect(late.body.error.message).toContain('15 minutes');
    expect(late.body.error.message).toContain('access request ends: ask for it anew');
  });
});

it('says of a session where it was opened from', async () => {
  const wanted = { awsRole: 'ExampleReadOnlyAccess' };
  await api('POST', '/apps/awsconsole-test/sessions', carol, wanted);
  const [session] = (await api('GET', '/sessions', carol)).body.sessions;
  expect(session.client).toBe('command line at 127.0.0.1');
});
