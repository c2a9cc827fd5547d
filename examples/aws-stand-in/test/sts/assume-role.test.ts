import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../src/index.js';
import { clientConfig } from '../support/loopback.js';
import { ACCOUNT, EXTERNAL_ID, OTHER_ACCOUNT, role } from '../support/seed.js';
import { start } from '../support/start.js';

const standIn = await start();
const gateway = standIn.credentialsFor('gateway');
const client = (credentials: Credentials) => new STSClient(clientConfig(standIn, credentials));

type Input = Partial<ConstructorParameters<typeof AssumeRoleCommand>[0]>;

async function assume(input: Input, credentials: Credentials = gateway) {
  const command = new AssumeRoleCommand({
    RoleArn: role('Operator'),
    RoleSessionName: 'alice',
    ...input,
  });
  const output = await client(credentials).send(command);
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = output.Credentials ?? {};
  const keys = {
    accessKeyId: AccessKeyId ?? '',
    secretAccessKey: SecretAccessKey ?? '',
    sessionToken: SessionToken ?? '',
  };
  return { output, keys, seconds: ((Expiration?.getTime() ?? 0) - Date.parse(lastTime())) / 1000 };
}

const lastTime = () => standIn.requests.at(-1)?.time ?? '';

const refusal = async (input: Input, credentials?: Credentials) => {
  try {
    await assume(input, credentials);
  } catch (error) {
    if (error instanceof Error) return error.name;
  }
  return 'no error';
};

describe('AssumeRole', () => {
  it('gives a session that works and says who it is', async () => {
    const { output, keys } = await assume({});
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/Operator/alice`;
    expect(output.AssumedRoleUser).toEqual({
      Arn: arn,
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:alice$/),
    });
    expect(keys.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    const identity = await client(keys).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({
      Account: ACCOUNT,
      Arn: arn,
      UserId: output.AssumedRoleUser?.AssumedRoleId,
    });
  });

  it('leaves the role’s path out of the session ARN', async () => {
    const { keys } = await assume({});
    const { output } = await assume({ RoleArn: role('chain/Next') }, keys);
    expect(output.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/Next/alice`);
  });

  it('denies who the trust policy does not name, and roles that do not exist, alike', async () => {
    expect(await refusal({}, standIn.credentialsFor('nobody'))).toBe('AccessDenied');
    expect(await refusal({ RoleArn: role('Missing') })).toBe('AccessDenied');
    expect(standIn.requests.at(-1)?.errorMessage).toBe(
      `User: arn:aws:iam::${ACCOUNT}:user/gateway is not authorized to perform: sts:AssumeRole on resource: ${role('Missing')}`,
    );
  });

  it('wants the external id of the trust policy', async () => {
    const RoleArn = role('Guarded');
    expect(await refusal({ RoleArn })).toBe('AccessDenied');
    expect(await refusal({ RoleArn, ExternalId: 'other' })).toBe('AccessDenied');
    const { output } = await assume({ RoleArn, ExternalId: EXTERNAL_ID });
    expect(output.Credentials).toBeDefined();
  });

  it('needs the caller’s own permission when only the account is trusted, or another account', async () => {
    const nobody = standIn.credentialsFor('nobody');
    expect(await refusal({ RoleArn: role('Account') }, nobody)).toBe('AccessDenied');
    await assume({ RoleArn: role('Account') });
    const RoleArn = role('Cross', OTHER_ACCOUNT);
    expect(await refusal({ RoleArn }, nobody)).toBe('AccessDenied');
    await assume({ RoleArn });
  });

  it('keeps the length of the session within every limit', async () => {
    expect((await assume({})).seconds).toBeCloseTo(3600, -1);
    expect((await assume({ DurationSeconds: 43_200 })).seconds).toBeCloseTo(43_200, -1);
    expect(await refusal({ DurationSeconds: 899 })).toBe('ValidationError');
    expect(await refusal({ DurationSeconds: 43_201 })).toBe('ValidationError');
    const short = { RoleArn: role('ReadOnly'), DurationSeconds: 3601 };
    expect(await refusal(short)).toBe('ValidationError');
    expect(standIn.requests.at(-1)?.errorMessage).toContain('MaxSessionDuration');
  });

  it('limits role chaining to one hour, but not an instance profile', async () => {
    const { keys } = await assume({});
    const next = { RoleArn: role('chain/Next'), DurationSeconds: 3601 };
    expect(await refusal(next, keys)).toBe('ValidationError');
    expect(standIn.requests.at(-1)?.errorMessage).toContain('role chaining');
    await assume({ ...next, DurationSeconds: 3600 }, keys);
    const profile = { sessionName: 'i-0123456789abcdef0', instanceProfile: true };
    await assume(next, standIn.roleSession(role('Operator'), profile));
  });

  it('checks names, source identity and tags', async () => {
    for (const input of [
      { RoleSessionName: 'a' },
      { RoleSessionName: 'a b' },
      { RoleSessionName: 'é2' },
      { RoleSessionName: 'x'.repeat(65) },
      { SourceIdentity: 'aws:alice' },
      { SourceIdentity: 'a b' },
      { ExternalId: 'white space' },
      { Tags: [{ Key: 'a', Value: 'b<' }] },
      { Tags: [{ Key: '', Value: 'b' }] },
      { RoleArn: 'arn:aws:iam::123456789012:user/gateway' },
    ]) {
      expect(await refusal(input)).toBe('ValidationError');
    }
    const twice = [
      { Key: 'team', Value: 'a' },
      { Key: 'Team', Value: 'b' },
    ];
    expect(await refusal({ Tags: twice })).toBe('InvalidParameterValue');
    expect(await refusal({ TransitiveTagKeys: ['team'] })).toBe('InvalidParameterValue');
  });

  it('needs sts:TagSession and sts:SetSourceIdentity in the trust policy', async () => {
    const Tags = [{ Key: 'team', Value: 'ops' }];
    expect(await refusal({ RoleArn: role('ReadOnly'), Tags })).toBe('AccessDenied');
    const sourced = { RoleArn: role('ReadOnly'), SourceIdentity: 'alice' };
    expect(await refusal(sourced)).toBe('AccessDenied');
    const { output } = await assume({ Tags, SourceIdentity: 'alice' });
    expect(output.SourceIdentity).toBe('alice');
  });

  it('keeps a source identity for the whole chain', async () => {
    const { keys } = await assume({ SourceIdentity: 'alice' });
    const other = { RoleArn: role('Operator'), SourceIdentity: 'mallory' };
    expect(await refusal(other, keys)).toBe('AccessDenied');
    expect(standIn.requests.at(-1)?.errorMessage).toContain('sts:SetSourceIdentity');
  });

  it('narrows the session by its policy', async () => {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
    });
    const { keys, output } = await assume({ Policy });
    expect(output.PackedPolicySize).toBeGreaterThan(0);
    expect(await refusal({ RoleArn: role('chain/Next') }, keys)).toBe('AccessDenied');
    expect(await refusal({ Policy: '{' })).toBe('MalformedPolicyDocumentException');
  });
});
