import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type AwsStandIn, createAwsStandIn, GUIDE_ACCOUNTS } from '@postern/aws-stand-in';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, type Environment, type Program, start } from '../support/program.js';
import { resources } from '../support/run.js';
import { good } from '../support/stage.js';
import { newHome } from '../support/world.js';

/** The commands with `--config`: no gateway runs, and AWS is asked with the keys of the environment. */

const home = newHome();
const aws = promisify(execFile);
let program: Program;
let cloud: AwsStandIn;
let keys: Environment;
beforeAll(async () => {
  program = await buildProgram();
  cloud = await createAwsStandIn({ accounts: GUIDE_ACCOUNTS });
  await cloud.listen();
  const base = cloud.credentialsFor('arn:aws:iam::123456789012:user/postern-gateway');
  keys = {
    AWS_ACCESS_KEY_ID: base.accessKeyId,
    AWS_SECRET_ACCESS_KEY: base.secretAccessKey,
    AWS_REGION: 'us-east-1',
    POSTERN_UPSTREAM: cloud.url,
  };
});
afterAll(async () => {
  await cloud.close();
  program.remove();
});

const run = (args: readonly string[], env: Environment = keys) =>
  start(program.file, args, { HOME: home, ...env }).ended;
const alice = ['--config', resources, '--user', 'alice', '--app', 'awsconsole-test'];
const ROLE = ['--aws-role', 'role_for_alice'];

describe('local mode', () => {
  it('checks the documents and explains a decision, without any keys', async () => {
    expect((await good(run(['check', resources], {}))).out).toMatch(/\d+ resources, 0 errors/);
    expect((await run(['explain', ...alice, ...ROLE], {})).code).toBe(0);
    const other = ['--config', resources, '--user', 'bob', '--app', 'awsconsole-prod'];
    const no = await run(['explain', ...other, '--aws-role', 'ExampleReadOnlyAccess'], {});
    expect([no.code, no.out]).toEqual([3, expect.stringContaining('no-production')]);
  });

  it('runs the AWS CLI as the user, in the role', async () => {
    const { out, err } = await good(run(['aws', ...alice, ...ROLE, 's3', 'ls']));
    expect([out, err]).toEqual([expect.stringContaining('demo-bucket'), '']);
    expect(cloud.requests.at(-1)?.principal).toBe(
      'arn:aws:sts::123456789012:assumed-role/role_for_alice/alice',
    );
    const tables = ['dynamodb', 'list-tables'];
    const listed = await good(run(['aws', '--endpoint-url', ...alice, ...ROLE, ...tables]));
    expect(JSON.parse(listed.out)).toHaveProperty('TableNames');
    expect(existsSync(join(home, '.postern'))).toBe(false);
  });

  it('takes everything from the environment', async () => {
    const env = {
      ...keys,
      POSTERN_CONFIG: resources,
      POSTERN_USER: 'alice',
      POSTERN_APP: 'awsconsole-test',
      POSTERN_AWS_ROLE: 'role_for_alice',
    };
    expect((await good(run(['aws', 's3', 'ls'], env))).out).toContain('demo-bucket');
  });

  it('prints a console URL that signs in', async () => {
    const { out } = await good(run(['console', ...alice, ...ROLE]));
    const page = await cloud.fetch(out.trim(), { redirect: 'manual' });
    expect(page.status).toBeLessThan(400);
  });

  it('runs a proxy with an audit, until it is told to stop', async () => {
    const args = ['proxy', 'aws', ...alice, ...ROLE, '--audit', '--format', 'json'];
    const proxy = start(program.file, args, { HOME: home, ...keys });
    await proxy.shows(/\}\n$/);
    const started = JSON.parse(proxy.printed.out);
    const env = { PATH: process.env.PATH, HOME: home, ...started.env };
    const { stdout } = await aws('aws', ['s3', 'ls', '--region', 'us-east-1'], { env });
    expect(stdout).toContain('demo-bucket');
    await proxy.shows('"service":"s3"');
    proxy.child.kill('SIGTERM');
    const { code, err } = await proxy.ended;
    expect(code).toBe(0);
    expect(JSON.stringify(err)).not.toContain(keys.AWS_SECRET_ACCESS_KEY);
    expect(existsSync(started.caBundle)).toBe(false);
  });

  it('says what is missing or refused, in a sentence', async () => {
    const none = await run(['aws', ...alice, ...ROLE, 's3', 'ls'], {
      POSTERN_UPSTREAM: cloud.url,
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    expect([none.code, none.err]).toEqual([1, expect.stringMatching(/^postern: .*credentials/)]);
    const denied = await run(['aws', ...alice, '--aws-role', 'ExampleAdminAccess', 's3', 'ls']);
    expect([denied.code, denied.err]).toEqual([3, expect.stringContaining('may not use')]);
    const nobody = ['--config', resources, '--user', 'nobody', '--app', 'awsconsole-test'];
    const unknown = await run(['aws', ...nobody, ...ROLE, 's3', 'ls']);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('"nobody"')]);
    for (const { err } of [none, denied, unknown]) expect(err).not.toMatch(/^\s+at /m);
  });
});
