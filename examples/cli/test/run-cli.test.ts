import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../src/commands/index.js';
import { postern, resources } from './support/run.js';
import { root } from './support/world.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bob = ['--config', resources, '--user', 'bob'];

describe('postern', () => {
  it('shows all commands without arguments and with --help', async () => {
    const { out } = await postern(['--help']);
    for (const { name, summary, hidden } of commands) {
      if (hidden) continue;
      expect(out).toContain(name);
      expect(out).toContain(summary);
    }
  });

  it('says which it is', async () => {
    const about = JSON.parse(readFileSync(join(root, 'examples/cli/package.json'), 'utf8'));
    expect(await postern(['--version'])).toEqual({
      code: 0,
      out: `postern ${about.version}\n`,
      err: '',
    });
  });

  it.each(commands.map(({ name }) => name))('explains "%s" with an example', async (name) => {
    const { code, out } = await postern([...name.split(' '), '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`Usage: postern ${name}`);
    expect(out).toMatch(/Examples:\n {2}postern /);
  });

  it.each([
    [2, 'an unknown command', ['frobnicate'], 'there is no command "frobnicate"; there are: login'],
    [2, 'a command with a slip', ['apps', 'lgoin'], 'did you mean "apps login"?'],
    [2, 'a command without its first word', ['proxi', 'aws'], 'did you mean "proxy aws"?'],
    [2, 'an option of no command', ['--frob'], '"postern" has no option --frob; see'],
    [2, 'an option with a slip and no command', ['--vershun'], 'did you mean "--version"?'],
    [2, 'an unknown option', ['explain', '--frob'], '"postern explain" has no option --frob'],
    [2, 'an option with a slip', ['explain', '--aws-rolle', 'x'], 'did you mean "--aws-role"?'],
    [2, 'a value to a switch', ['login', '--browser=yes'], '--browser takes no value'],
    [2, 'a missing option', ['explain', ...bob], 'local mode (--config) needs --app APP'],
    [2, 'two sources', ['explain', ...bob, '--gateway', 'x.example'], 'exclude each other'],
    [1, 'a folder that is not there', ['check', 'no/such/place'], 'Cannot read no/such/place'],
    [2, 'no folder', ['check'], 'postern check DIR'],
    [
      2,
      'a word too many',
      ['explain', ...bob, '--app', 'awsconsole-test', 'extra'],
      'does not know what to do with "extra"',
    ],
    [2, 'a port that is a flag', ['proxy', 'aws', '-p', '-1'], '-p, --port needs a value PORT'],
    [
      2,
      'a port that is none',
      ['proxy', 'aws', ...bob, '--app', 'awsconsole-test', '-p', '65536'],
      '"65536" is not a port',
    ],
    [
      1,
      'an ARN that is none',
      ['explain', ...bob, '--app', 'awsconsole-test', '--aws-role', 'arn:bad'],
      '"arn:bad" is no AWS role ARN',
    ],
    [
      1,
      'an unknown user',
      ['explain', ...bob.with(3, 'eve'), '--app', 'awsconsole-test', '--aws-role', 'x'],
      'there is no user "eve"; there are: alice, bob',
    ],
    [
      1,
      'an unknown app',
      ['explain', ...bob, '--app', 'nope', '--aws-role', 'x'],
      'there is no app "nope"',
    ],
    [
      2,
      'an unknown format',
      ['proxy', 'aws', ...bob, '--app', 'awsconsole-test', '--format', 'xml'],
      '--format "xml"',
    ],
    [2, 'aws without words', ['aws', ...bob, '--app', 'awsconsole-test'], 'which AWS command'],
    [1, 'nobody logged in', ['apps', 'ls'], 'you are not logged in: postern login --gateway'],
    [2, 'a login to nowhere', ['login'], 'which gateway?'],
  ])('ends with exit code %i and one sentence for %s', async (expected, _what, args, sentence) => {
    const { code, out, err } = await postern(args);
    expect(err).toContain(sentence);
    expect([code, out]).toEqual([expected, '']);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('shows the commands of a family that is named alone', async () => {
    const { code, out } = await postern(['request']);
    expect(code).toBe(2);
    expect(out).toContain('request create');
    expect(out).not.toContain('apps login');
  });

  it('shows the stack with --debug only', async () => {
    expect((await postern(['check', 'nowhere', '--debug'])).err).toMatch(/^\s+at /m);
  });
});

describe('postern check', () => {
  it('finds the documents of the demo sound', async () => {
    const { code, out } = await postern(['check', resources]);
    expect([code, out]).toEqual([0, '25 resources, 0 errors, 0 warnings\n']);
  });

  it('names file, line and column of every fault in one answer', async () => {
    const file = join(folder, 'broken.yaml');
    writeFileSync(
      file,
      'kind: role\nversion: v5\nmetadata:\n  name: x\nspec:\n  allow:\n    app_lables:\n      env: test\n    aws_role_arns:\n      - {{external.aws_role_arns}}\n',
    );
    const { code, out } = await postern(['check', file]);
    expect(code).toBe(1);
    expect(out).toContain(`${file}:7:5 unknown-field`);
    expect(out).toContain(`${file}:10:9 unquoted-template`);
    expect(out).toContain('1 error, 1 warning');
    expect((await postern(['check', file, '--strict'])).out).toContain('2 errors, 0 warnings');
  });

  it('checks every file it is given', async () => {
    const [good, bad] = ['good.yaml', 'bad.yaml'].map((name) => join(folder, name));
    writeFileSync(
      good ?? '',
      'kind: lock\nmetadata: { name: x }\nspec: { target: { user: eve } }\n',
    );
    writeFileSync(bad ?? '', 'kind: rolle\nmetadata: { name: x }\n');
    const { code, out } = await postern(['check', good ?? '', bad ?? '']);
    expect(code).toBe(1);
    expect(out).toContain('bad.yaml:1:7 invalid-kind');
  });

  it('reads the apps of a service file', async () => {
    const file = join(folder, 'service.yaml');
    writeFileSync(
      file,
      'app_service:\n  enabled: "yes"\n  apps:\n    - name: awsconsole\n      uri: https://console.aws.amazon.com/ec2/v2/home\n      labels:\n        aws_account_id: "123456789012"\n',
    );
    const { code, out } = await postern(['check', file]);
    expect([code, out.split('\n').at(-2)]).toEqual([0, '1 resource, 0 errors, 0 warnings']);
  });
});

describe('postern explain', () => {
  it('says by its exit code whether access is allowed', async () => {
    const alice = ['--config', resources, '--user', 'alice', '--app', 'awsconsole-test'];
    const yes = await postern(['explain', ...alice, '--aws-role', 'role_for_alice']);
    expect([yes.code, yes.out.startsWith('allow')]).toEqual([0, true]);
    const no = await postern([
      'explain',
      ...bob,
      '--app',
      'awsconsole-prod',
      '--aws-role',
      'ExampleReadOnlyAccess',
    ]);
    expect(no.code).toBe(3);
    expect(no.out).toContain('no-production');
    expect(no.out).toContain('prod');
  });

  it('takes options from the environment', async () => {
    const env = {
      POSTERN_CONFIG: resources,
      POSTERN_USER: 'alice',
      POSTERN_APP: 'awsconsole-third-party',
    };
    // Only one role fits the account of the app, so none has to be named.
    const { code, out } = await postern(['explain'], { env });
    expect(code).toBe(0);
    expect(out).toContain('PartnerAudit');
  });
});
