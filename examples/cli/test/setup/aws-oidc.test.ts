import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startFakeGateway } from '../support/fake-gateway.js';
import { postern } from '../support/run.js';
import { fakeTerminal, newHome } from '../support/world.js';

const home = newHome();
afterAll(() => rmSync(home, { recursive: true, force: true }));

const ISSUER = ['--issuer', 'https://postern.example.com'];
const ACCOUNT = ['--account', '123456789012'];
const setUp = (...args: string[]) => postern(['setup', 'aws-oidc', ...ISSUER, ...args], { home });
const planned = async () => JSON.parse((await setUp(...ACCOUNT, '--format', 'json')).out);

/** The role as AWS would export it after the set-up, with parts of it changed. */
async function exported(change: (role: Record<string, unknown>) => object = (role) => role) {
  const { role, trustPolicy, inlinePolicies } = await planned();
  const whole = {
    RoleName: role.roleName,
    Arn: role.roleArn,
    AssumeRolePolicyDocument: trustPolicy,
    Tags: role.tags,
  };
  return {
    role: JSON.stringify({ Role: change(whole) }),
    policy: JSON.stringify({ PolicyDocument: inlinePolicies[0].document }),
  };
}
const check = async (text: string, ...args: string[]) =>
  postern(['setup', 'aws-oidc', ...ISSUER, '--check', '-', ...args], {
    home,
    terminal: fakeTerminal({ input: text }),
  });

describe('postern setup aws-oidc', () => {
  it('prints the documents of the guide', async () => {
    const { code, out, err } = await setUp(...ACCOUNT);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Provider URL: https://postern.example.com');
    expect(out).toContain('"postern.example.com:aud": "discover.teleport"');
    expect(out).toContain('"postern.example.com:sub": "system:proxy"');
    expect(out).toContain('teleport.dev/integration = my-integration');
    expect(out).toContain('role_arn: "arn:aws:iam::123456789012:role/PosternIntegration"');
  });

  it('prints a resource that "postern check" finds sound', async () => {
    const file = join(home, 'integration.yaml');
    writeFileSync(file, (await planned()).integration);
    expect((await postern(['check', file])).out).toBe('1 resource, 0 errors, 0 warnings\n');
  });

  it('prints commands that a shell runs as they are meant', async () => {
    const bin = join(home, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, 'aws'),
      `#!/usr/bin/env node
require('node:fs').appendFileSync(process.env.LOG, JSON.stringify(process.argv.slice(2)) + '\\n');
`,
    );
    chmodSync(join(bin, 'aws'), 0o755);
    const { out } = await setUp(...ACCOUNT, '--format', 'commands');
    const log = join(home, 'log');
    execFileSync('sh', ['-eu', '-c', out], {
      env: { PATH: `${bin}:${process.env.PATH}`, LOG: log },
    });
    const calls: string[][] = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(calls.map(([, verb]) => verb)).toEqual([
      'create-open-id-connect-provider',
      'create-role',
      'put-role-policy',
    ]);
    const after = (call: readonly string[] | undefined, flag: string) =>
      JSON.parse(call?.[call.indexOf(flag) + 1] ?? '');
    const { trustPolicy, inlinePolicies } = await planned();
    expect(after(calls[1], '--assume-role-policy-document')).toEqual(trustPolicy);
    expect(after(calls[2], '--policy-document')).toEqual(inlinePolicies[0].document);
  });

  it('prints Terraform', async () => {
    const { out } = await setUp(...ACCOUNT, '--format', 'terraform');
    expect(out).toContain('resource "aws_iam_openid_connect_provider" "PosternIntegration"');
    expect(out).toContain('resource "aws_iam_role" "PosternIntegration"');
  });

  it('serves the other partitions', async () => {
    const { out } = await setUp(...ACCOUNT, '--partition', 'aws-us-gov', '--format', 'json');
    expect(JSON.parse(out).role.roleArn).toBe(
      'arn:aws-us-gov:iam::123456789012:role/PosternIntegration',
    );
    expect(out).not.toContain('arn:aws:');
  });

  it('asks the gateway for its public address', async () => {
    const gateway = await startFakeGateway({});
    const { fetch } = globalThis;
    const args = ['setup', 'aws-oidc', '--gateway', gateway.url, ...ACCOUNT];
    const { code, out } = await postern(args, { home, fetch });
    await gateway.close();
    expect([code, out]).toEqual([0, expect.stringContaining('https://postern.example.com')]);
  });

  it.each([
    [2, 'no account', ISSUER, 'Give --account ID'],
    [2, 'no issuer', ACCOUNT, 'Give --issuer URL'],
    [1, 'an account that is none', [...ISSUER, '--account', '12'], 'account'],
    [
      2,
      'a role that is none',
      [...ISSUER, ...ACCOUNT, '--role', 'bad role;rm'],
      'no name of an IAM role',
    ],
    [1, 'an issuer in clear text', [...ACCOUNT, '--issuer', 'http://x.example.com'], 'https'],
    [2, 'a format of its own', [...ISSUER, ...ACCOUNT, '--format', 'trraform'], '"terraform"'],
  ])('ends with exit code %i for %s', async (expected, _what, args, sentence) => {
    const { code, out, err } = await postern(['setup', 'aws-oidc', ...args], { home });
    expect([code, out, err]).toEqual([expected, '', expect.stringContaining(sentence)]);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('postern setup aws-oidc --check', () => {
  it('finds nothing wrong with what it printed itself', async () => {
    const { role, policy } = await exported();
    const file = join(home, 'policy.json');
    writeFileSync(file, policy);
    const { code, out, err } = await check(role, '--policy', file);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('0 errors, 0 warnings');
  });

  it('says that it did not see the permissions', async () => {
    const { code, err } = await check((await exported()).role);
    expect([code, err]).toEqual([0, expect.stringContaining('add --policy FILE')]);
  });

  it('reads a document as the API encodes it', async () => {
    const { role } = await exported((whole) => ({
      ...whole,
      AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(whole.AssumeRolePolicyDocument)),
    }));
    expect((await check(role)).code).toBe(0);
  });

  it.each([
    [
      'another audience',
      'audience-mismatch',
      (text: string) => text.replace('discover.teleport', 'x'),
    ],
    ['another subject', 'subject-missing', (text: string) => text.replace('system:proxy', 'x')],
    [
      'another provider',
      'trust-missing',
      (text: string) => text.replaceAll('oidc-provider/postern', 'oidc-provider/other'),
    ],
    [
      'another partition',
      'trust-wrong-partition',
      (text: string) => text.replace('arn:aws:iam', 'arn:aws-cn:iam'),
    ],
  ])('names the fault and the mend of a trust in %s', async (_what, code, spoil) => {
    const { role } = await exported((whole) => ({
      ...whole,
      AssumeRolePolicyDocument: JSON.parse(spoil(JSON.stringify(whole.AssumeRolePolicyDocument))),
    }));
    const ended = await check(role);
    expect(ended.code).toBe(1);
    expect(ended.out).toContain(`error: ${code}: `);
    expect(ended.out).toContain('fix, in the trust policy:');
    expect(ended.out).toContain('"Federated"');
    const report = JSON.parse((await check(role, '--format', 'json')).out);
    expect(report).toMatchObject({ ok: false, findings: [{ code }] });
  });

  const other =
    (Principal: object, Action = 'sts:AssumeRole') =>
    (text: string) =>
      text.replace(
        '"Statement":[',
        `"Statement":[${JSON.stringify({ Effect: 'Allow', Principal, Action })},`,
      );
  it.each([
    [
      'another account',
      other({ AWS: 'arn:aws:iam::666666666666:root' }),
      'lets arn:aws:iam::666666666666:root in',
    ],
    ['an account by its number', other({ AWS: ['666666666666'] }), 'lets 666666666666 in'],
    ['its own account', other({ AWS: 'arn:aws:iam::123456789012:root' }), '123456789012:root in'],
    ['a role', other({ AWS: 'arn:aws:iam::123456789012:role/x' }, 'sts:*'), ':role/x in'],
    ['a service', other({ Service: 'ec2.amazonaws.com' }), 'ec2.amazonaws.com in'],
    [
      'another provider',
      other(
        { Federated: 'arn:aws:iam::123456789012:oidc-provider/evil' },
        'sts:AssumeRoleWithWebIdentity',
      ),
      'oidc-provider/evil in',
    ],
    [
      'two audiences',
      (text: string) => text.replace('"discover.teleport"', '["discover.teleport","other"]'),
      'also takes the postern.example.com:aud "other"',
    ],
    [
      'many audiences',
      (text: string) =>
        text.replace('StringEquals', 'StringLike').replace('"discover.teleport"', '"disc*"'),
      'takes every postern.example.com:aud that fits "disc*"',
    ],
    [
      'many subjects',
      (text: string) =>
        text.replace('StringEquals', 'StringLike').replace('"system:proxy"', '"system:*"'),
      'takes every postern.example.com:sub that fits "system:*"',
    ],
    [
      'any subject',
      (text: string) => text.replace(/,"postern.example.com:sub":"system:proxy"/, ''),
      'names no subject',
    ],
  ])('warns of a trust in %s besides, with the mend', async (_what, spoil, sentence) => {
    const { role } = await exported((whole) => {
      const text = JSON.stringify(whole.AssumeRolePolicyDocument);
      expect(spoil(text)).not.toBe(text);
      return { ...whole, AssumeRolePolicyDocument: JSON.parse(spoil(text)) };
    });
    const { code, out } = await check(role);
    expect([code, out]).toEqual([0, expect.stringContaining(sentence)]);
    expect(out).toContain('0 errors, 1 warning\n');
    expect(out).toMatch(/fix, in the trust policy:.*"discover.teleport".*"system:proxy"/s);
  });

  it('misses the ownership tags', async () => {
    const { role } = await exported((whole) => ({ ...whole, Tags: [] }));
    const { code, out } = await check(role);
    expect([code, out]).toEqual([0, expect.stringContaining('warning: ownership-tag-missing')]);
  });

  it('checks a role that people use through the integration', async () => {
    const target = JSON.stringify({
      Role: {
        Arn: 'arn:aws:iam::123456789012:role/ReadOnly',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::123456789012:role/PosternIntegration' },
              Action: 'sts:AssumeRole',
            },
          ],
        },
        Tags: [],
      },
    });
    const { code, out } = await check(target, '--target', ...ACCOUNT);
    expect([code, out]).toEqual([1, expect.stringContaining('error: tag-missing')]);
  });

  it('warns of foreign accounts in the trust of a role that people use', async () => {
    const principals = ['123456789012:role/PosternIntegration', '666666666666:role/evil'];
    const target = (AWS: unknown) =>
      JSON.stringify({
        Arn: 'arn:aws:iam::123456789012:role/ReadOnly',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' }],
        },
        Tags: [{ Key: 'teleport.dev/integration', Value: 'true' }],
      });
    const [own, foreign] = principals.map((name) => `arn:aws:iam::${name}`);
    const { out } = await check(target([own, foreign]), '--target', ...ACCOUNT);
    expect(out).toContain('lets arn:aws:iam::666666666666:role/evil in');
    const whole = await check(
      target([own, 'arn:aws:iam::666666666666:root']),
      '--target',
      ...ACCOUNT,
    );
    expect(whole.out).toContain('trust-too-wide');
    const sound = await check(
      target([own, 'arn:aws:iam::123456789012:role/x']),
      '--target',
      ...ACCOUNT,
    );
    expect(sound.out).toContain('0 errors, 0 warnings');
  });

  it.each([
    ['no JSON', 'no JSON object'],
    ['{"Role":{}}', 'is no exported role'],
    ['[]', 'no JSON object'],
    ['{"Role":{"Arn":"x","AssumeRolePolicyDocument":{}}}', ''],
  ])('says what %s is not', async (text, sentence) => {
    const { code, out, err } = await check(text);
    expect([code, out, err]).toEqual([1, '', expect.stringContaining(sentence)]);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('says that the file is not there', async () => {
    const { code, err } = await setUp('--check', 'no-such-file.json');
    expect([code, err]).toEqual([1, expect.stringContaining('cannot be read')]);
  });
});
