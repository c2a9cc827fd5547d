import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createProviderParams } from '../../src/oidc/index.js';
import {
  FederationError,
  formatAwsCli,
  formatTerraform,
  permissionAssumeTaggedRoles,
  type RolePlan,
  tagsIntegration,
  trustAccountRoot,
  trustOidcProvider,
} from '../../src/policy/index.js';

const accountId = '111122223333';
const owner = { cluster: 'cluster-name', integration: 'my-integration' };
const issuer = 'https://teleport.example.com';

const dynamo: RolePlan = {
  roleName: 'ExampleTeleportDynamoDBRole',
  trust: trustAccountRoot({ accountId }).document,
  managedPolicyArns: ['arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess'],
};

const integration: RolePlan = {
  roleName: 'iam-role',
  path: '/team/',
  trust: trustOidcProvider({ accountId, issuer, audiences: ['discover.teleport'] }).document,
  inlinePolicies: [{ name: 'AWSAppAccess', document: permissionAssumeTaggedRoles().document }],
  tags: tagsIntegration(owner),
  maxSessionSeconds: 7200,
  instanceProfile: true,
  oidcProvider: createProviderParams({ issuer, audiences: ['discover.teleport'], ...owner }),
};

describe('formatTerraform', () => {
  it('writes the role of the DynamoDB guide', () => {
    expect(formatTerraform(dynamo)).toBe(`resource "aws_iam_role" "ExampleTeleportDynamoDBRole" {
  name               = "ExampleTeleportDynamoDBRole"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::111122223333:root"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "ExampleTeleportDynamoDBRole_1" {
  role       = aws_iam_role.ExampleTeleportDynamoDBRole.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
}
`);
  });

  it('writes everything of an integration', () => {
    const text = formatTerraform(integration);
    expect(text).toContain('resource "aws_iam_openid_connect_provider" "iam-role" {');
    expect(text).toContain('path                 = "/team/"');
    expect(text).toContain('max_session_duration = 7200');
    expect(text).toContain('"teleport.dev/origin" = "integration_awsoidc"');
    expect(text).toContain('"teleport.example.com:aud" = "discover.teleport"');
    expect(text).toContain('resource "aws_iam_role_policy" "iam-role_1" {');
    expect(text).toContain('resource "aws_iam_instance_profile" "iam-role" {');
  });

  it('lets no value become an expression', () => {
    const Value = 'x';
    const text = formatTerraform({
      ...dynamo,
      roleName: '1role',
      tags: [
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the marker of the other language is meant
        { Key: '${file("/etc/passwd")}', Value },
        { Key: '%{ if true }"', Value },
      ],
    });
    expect(text).toContain('"$${file(\\"/etc/passwd\\")}" = "x"');
    expect(text).toContain('"%%{ if true }\\"" = "x"');
    expect(text).toContain('"aws_iam_role" "_1role"');
  });
});

/** What a real shell makes of the commands: each as a list of words. */
function wordsOf(commands: string): readonly (readonly string[])[] {
  const script = `aws() { for word in "$@"; do printf '%s\\037' "$word"; done; printf '\\036'; }\n${commands}`;
  const out = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
  return out
    .split('\u001e')
    .filter(Boolean)
    .map((line) => line.split('\u001f').slice(0, -1));
}

describe('formatAwsCli', () => {
  it('gives a shell the words of the plan', () => {
    const commands = wordsOf(formatAwsCli(integration));
    expect(commands.map(([, verb]) => verb)).toEqual([
      'create-open-id-connect-provider',
      'create-role',
      'put-role-policy',
      'create-instance-profile',
      'add-role-to-instance-profile',
    ]);
    const option = (words: readonly string[] | undefined, name: string) =>
      words?.[words.indexOf(name) + 1] ?? '';
    const create = commands[1];
    expect(JSON.parse(option(create, '--assume-role-policy-document'))).toEqual(integration.trust);
    expect(JSON.parse(option(create, '--tags'))).toEqual(integration.tags);
    expect(option(create, '--max-session-duration')).toBe('7200');
    expect(option(create, '--path')).toBe('/team/');
    expect(option(commands[0], '--url')).toBe(issuer);
    expect(wordsOf(formatAwsCli(dynamo))[1]).toEqual([
      'iam',
      'attach-role-policy',
      '--role-name',
      dynamo.roleName,
      '--policy-arn',
      'arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess',
    ]);
  });

  it('lets no value become a command', () => {
    const Value = `'; touch /tmp/x; $(id) \`id\` "`;
    const [create] = wordsOf(formatAwsCli({ ...dynamo, tags: [{ Key: 'a', Value }] }));
    expect(JSON.parse(create?.at(-1) ?? '')).toEqual([{ Key: 'a', Value }]);
  });

  it('lets no value be read as an option', () => {
    const audiences = ['-x', 'a'];
    const oidcProvider = createProviderParams({ issuer, audiences, ...owner });
    const text = formatAwsCli({ ...dynamo, roleName: '-x', oidcProvider });
    expect(text).toContain("--role-name='-x'");
    expect(text).toContain(`--client-id-list '["-x","a"]'`);
    expect(text).not.toMatch(/[^=[]["']-x/);
  });

  it('writes thumbprints when there are some', () => {
    const thumbprints = ['a'.repeat(40)];
    const audiences = ['discover.teleport'];
    const oidcProvider = createProviderParams({ issuer, audiences, ...owner, thumbprints });
    const plan = { ...dynamo, oidcProvider };
    expect(wordsOf(formatAwsCli(plan))[0]).toContain('a'.repeat(40));
    expect(formatTerraform(plan)).toContain('thumbprint_list');
  });
});

describe('formatTerraform', () => {
  it('writes no escape that HCL does not know', () => {
    const Value = 'a\b\f\\b\n$'.concat('{x}');
    const text = formatTerraform({ ...dynamo, tags: [{ Key: 'a', Value }] });
    expect(text).toContain('a = "a\\u0008\\u000c\\\\b\\n$$'.concat('{x}"'));
  });
});

describe('both', () => {
  it.each([
    [{ roleName: 'a b' }, 'invalid-argument'],
    [{ roleName: '' }, 'invalid-argument'],
    [{ path: 'team' }, 'invalid-argument'],
    [{ inlinePolicies: [{ name: '"', document: dynamo.trust }] }, 'invalid-argument'],
    [{ managedPolicyArns: ['x'] }, 'malformed-arn'],
    [{ maxSessionSeconds: 900 }, 'invalid-duration'],
  ])('refuse the plan %j', (more, code) => {
    for (const format of [formatAwsCli, formatTerraform]) {
      expect(() => format({ ...dynamo, ...more })).toThrowWithCode(FederationError, code);
    }
  });
});
