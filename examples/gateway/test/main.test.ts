import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { createAwsStandIn, GUIDE_ACCOUNTS } from '@postern/aws-stand-in';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsClients, PASSWORD } from './support/running.js';

/** The program as people start it: the build, which `pnpm test` has made. */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gateway-main-'));
const FREE = ['--port', '0', '--proxy-port', '0', '--endpoint-port', '0'];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, input = '') {
  const child = spawn(process.execPath, ['examples/gateway/dist/main.js', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', HOME: folder, ...env },
  });
  child.stdin.end(input);
  const output = { out: '', err: '' };
  child.stderr.on('data', (text) => {
    output.err += text;
  });
  child.stdout.on('data', (text) => {
    output.out += text;
  });
  const firstLine = new Promise<string>((resolve) =>
    createInterface(child.stdout)
      .once('line', resolve)
      .once('close', () => resolve('')),
  );
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output, firstLine, code };
}

const post = async (url: string, path: string, body: object, token?: string) => {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify(body),
  });
  return JSON.parse(await response.text());
};

describe('the program with its embedded AWS', () => {
  it('prints where it is, works, keeps an audit file of its own, and ends on SIGTERM', async () => {
    const audit = join(folder, 'audit.jsonl');
    const { child, firstLine, code, output } = run([...FREE, '--json', '--audit-file', audit]);
    const { portal, proxy, endpoint, users, joinToken } = JSON.parse(await firstLine);
    expect(proxy).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(endpoint).toMatch(/^https:\/\/localhost:\d+$/);
    expect(new Set(Object.values(users)).size).toBe(3);
    const { token } = await post(portal, '/api/v1/login', { user: 'alice', password: users.alice });
    const session = await post(
      portal,
      '/api/v1/apps/awsconsole-test/sessions',
      { awsRole: 'role_for_alice' },
      token,
    );
    const clients = awsClients(session, 'connect');
    await clients.sts.send(new GetCallerIdentityCommand({}));
    clients.destroy();
    expect((await post(portal, '/v1/join/token', { token: joinToken })).user).toBe('bot-ci');
    child.kill('SIGTERM');
    expect(await code).toBe(0);
    expect(output.err).toBe('');
    const types = readFileSync(audit, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    expect(types).toEqual(['login', 'app.session.start', 'aws.request', 'join.token', 'login']);
    expect(statSync(audit).mode & 0o777).toBe(0o600);
  }, 120_000);

  it('goes on when the audit file cannot be written, and says so to people and probes', async () => {
    const full = join(folder, 'full');
    symlinkSync('/dev/full', full);
    const { child, firstLine, code, output } = run([...FREE, '--json', '--audit-file', full]);
    const { portal, users } = JSON.parse(await firstLine);
    expect((await fetch(`${portal}/readyz`)).status).toBe(200);
    const login = { user: 'alice', password: users.alice };
    expect((await post(portal, '/api/v1/login', login)).user).toBe('alice');
    while (!output.err.includes('ENOSPC'))
      await new Promise((done) => child.stderr.once('data', done));
    expect((await post(portal, '/api/v1/login', login)).user).toBe('alice');
    const ready = await fetch(`${portal}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toMatch(/^not ready: the audit file .* \(ENOSPC\)/);
    expect((await fetch(`${portal}/healthz`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await code).toBe(0);
    expect(output.err.trim().split('\n')).toHaveLength(1);
    expect(output.err).toMatch(
      /^gateway: the audit file .* cannot be written \(ENOSPC\): make room/,
    );
  });

  it('greets people with what to do next', async () => {
    const { child, firstLine, code, output } = run([...FREE, '--demo-password', 'open sesame']);
    await firstLine;
    while (!output.out.includes('within the hour'))
      await new Promise((done) => child.stdout.once('data', done));
    expect(output.out).toMatch(/alice +open sesame/);
    expect(output.out).toMatch(/postern login --gateway http:\/\/127\.0\.0\.1:\d+ --user alice/);
    child.kill('SIGINT');
    expect(await code).toBe(0);
  });
});

describe('the program with resources and an AWS of its own', () => {
  const users = join(folder, 'users.json');
  let aws: Awaited<ReturnType<typeof createAwsStandIn>>;
  beforeAll(async () => {
    const { output, code } = run(['--hash-password'], {}, `${PASSWORD}\n`);
    expect(await code).toBe(0);
    writeFileSync(users, JSON.stringify({ alice: output.out.trim() }));
    aws = await createAwsStandIn({ accounts: GUIDE_ACCOUNTS });
    await aws.listen();
  }, 30_000);
  afterAll(() => aws.close());

  it.each([
    [
      'us-east-1',
      'arn:aws:iam::123456789012:user/postern-gateway',
      'awsconsole-test',
      'role_for_alice',
    ],
    [
      'us-gov-east-1',
      'arn:aws-us-gov:iam::210987654321:user/postern-gateway',
      'awsconsole-gov',
      undefined,
    ],
    [
      'cn-north-1',
      'arn:aws-cn:iam::109876543210:user/postern-gateway',
      'awsconsole-china',
      undefined,
    ],
  ])('works in the partition of %s', async (region, arn, app, awsRole) => {
    const { accessKeyId, secretAccessKey } = aws.credentialsFor(arn);
    const { child, firstLine, code } = run(
      [
        ...FREE,
        '--config',
        'examples/gateway/resources',
        '--users',
        users,
        '--upstream',
        aws.url,
        '--json',
      ],
      {
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
    );
    const { portal } = JSON.parse(await firstLine);
    const { token } = await post(portal, '/api/v1/login', { user: 'alice', password: PASSWORD });
    const session = await post(portal, `/api/v1/apps/${app}/sessions`, { awsRole }, token);
    expect(session.region).toBe(region);
    const clients = awsClients(session, 'connect');
    const { Arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toMatch(`${arn.split(':iam:')[0]}:sts::`);
    clients.destroy();
    expect(
      aws.requests.some(
        ({ host }) =>
          host === `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`,
      ),
    ).toBe(true);
    child.kill('SIGTERM');
    expect(await code).toBe(0);
  });
});

describe('mistakes', () => {
  const strangers = join(folder, 'strangers.json');
  writeFileSync(strangers, '{"zed": "whatever"}');

  it('in the name of the region end it, or are told where the region may be new', async () => {
    const args = [...FREE, '--config', 'examples/gateway/resources'];
    const none = { AWS_EC2_METADATA_DISABLED: 'true' };
    const mars = run(args, { AWS_REGION: 'mars-1', ...none });
    expect(await mars.code).toBe(1);
    expect(mars.output.err).toMatch(/^gateway: AWS_REGION "mars-1" is no region of AWS.*$/m);
    // Jobs may be all that is to come in.
    expect(mars.output.err).toMatch(/^gateway: jobs can join, but no person can sign in: .*$/m);
    const moon = run(args, { AWS_REGION: 'us-moon-7', ...none });
    expect(await moon.code).toBe(1);
    expect(moon.output.err).toMatch(/^gateway: AWS_REGION "us-moon-7" is in no list.*$/m);
  });

  it('in the resources are shown with place and fix', async () => {
    const file = join(folder, 'broken.yaml');
    writeFileSync(
      file,
      'kind: role\nversion: v7\nmetadata:\n  name: x\nspec:\n  allow:\n    aws_role_arns: ["*"]\n',
    );
    const { code, output } = run(['--config', file], {
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'y',
    });
    expect(await code).toBe(1);
    expect(output.err).toMatch(/broken\.yaml:7:\d+/);
    expect(output.err).not.toContain('    at ');
  });

  it.each([
    [['--port', '99999'], /--port "99999" is no port/],
    [['--nonsense'], /--nonsense/],
    [['--host', '0.0.0.0'], /--public-address/],
    [['--public-address', 'ftp://x'], /--public-address/],
    [['--config', '/no/such/folder'], /no\/such\/folder/],
    [['--config', 'examples/gateway/resources', '--demo-password', 'x'], /--users FILE/],
    [['--users', '/no/such/file'], /--users: \/no\/such\/file cannot be read/],
    [['--upstream', 'http://192.0.2.1'], /use https/],
    [['--oidc-connector', 'nope'], /no oidc connector "nope"/],
    [['--audit-file', '/no/such/folder/x'], /audit file \/no\/such\/folder\/x cannot be opened/],
    [['--users', strangers], /the resources have no user "zed"/],
    [['--config', 'examples/gateway/resources', '--users', strangers], /no user "zed"/],
    [['--config', 'examples/gateway/resources/roles.yaml'], /nobody could sign in: give --users/],
  ])('%j end it with one sentence', async (args, message) => {
    const { code, output } = run([...FREE, ...args]);
    expect(await code).toBe(1);
    expect(output.err).toMatch(message);
    expect(output.err).toMatch(/^gateway: /);
    expect(output.err.trim().split('\n').length).toBe(1);
  });

  it('such as a taken port name the option', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, output } = run([...FREE, '--proxy-port', String(port)]);
    expect(await code).toBe(1);
    expect(output.err).toContain('--proxy-port');
    other.close();
  });

  it('such as missing credentials say where they are looked for', async () => {
    const { code, output } = run([...FREE, '--config', 'examples/gateway/resources'], {
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    expect(await code).toBe(1);
    expect(output.err).toContain('AWS_ACCESS_KEY_ID');
  });
});
