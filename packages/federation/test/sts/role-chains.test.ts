import { describe, expect, it } from 'vitest';
import {
  createRoleCredentials,
  FederationError,
  type RoleSessionRequest,
  type StsContext,
} from '../../src/index.js';
import type { IssueTokenQuery } from '../../src/oidc/index.js';
import { awsError, fakeClock, fakeSts, NOW, outputOf, ROLE } from '../support/fakes.js';

const alice: RoleSessionRequest = { identity: 'alice', roleArn: ROLE };
const issuer = 'https://access.example.com';
const provider = { issuer, issueToken: async (): Promise<string> => 'the-token' };
const webIdentity = { provider, subject: 'system:proxy' };

describe('createRoleCredentials with chains', () => {
  const integration = 'arn:aws:iam::111122223333:role/integration';

  function chained(answer?: Parameters<typeof fakeSts>[1]) {
    const contexts: StsContext[] = [];
    const clock = fakeClock();
    const { sts, calls } = fakeSts(clock.now, answer);
    const credentials = createRoleCredentials({
      sts: (context) => {
        contexts.push(context);
        return sts;
      },
      source: 'iam-user',
      clock: clock.now,
      random: () => 0.5,
    });
    return { credentials, calls, contexts, clock };
  }

  it('goes through the role before with a token and keeps its session per user', async () => {
    const { credentials, calls, contexts } = chained();
    const step = { roleArn: integration, webIdentity };
    await credentials.get({ ...alice, chain: [step], region: 'eu-west-1' });
    expect(calls).toMatchObject([
      { RoleArn: integration, WebIdentityToken: 'the-token', RoleSessionName: 'alice' },
      { RoleArn: ROLE, DurationSeconds: 3600 },
    ]);
    expect(contexts.map(({ credentials }) => credentials?.accessKeyId)).toEqual([
      undefined,
      'ASIAKEY0000000000001',
    ]);
    expect(contexts[0]).toMatchObject({ partition: 'aws', region: 'eu-west-1' });
    await credentials.get({ ...alice, chain: [step], region: 'eu-west-1', externalId: 'ext' });
    expect(calls).toHaveLength(3);
    await credentials.get({ ...alice, identity: 'bob', chain: [step], region: 'eu-west-1' });
    expect(calls).toHaveLength(5);
  });

  it('goes straight to the role with a token', async () => {
    const { credentials, calls } = chained();
    await credentials.get({
      ...alice,
      webIdentity,
      roleMaxSessionSeconds: 7200,
      requestedSeconds: 7200,
    });
    expect(calls).toMatchObject([
      { RoleArn: ROLE, WebIdentityToken: 'the-token', DurationSeconds: 7200 },
    ]);
  });

  it('never shares a session between tokens that say different things', async () => {
    const other = {
      ...webIdentity,
      provider: { ...provider, issuer: 'https://other.example.com' },
    };
    const tags = (value: string) => [{ key: 'team', value }];
    const ways: readonly Partial<RoleSessionRequest>[] = [
      { webIdentity },
      { webIdentity: other },
      { webIdentity: { ...webIdentity, subject: 'system:auth' } },
      { webIdentity: { ...webIdentity, audience: 'second' } },
      { webIdentity, tags: tags('blue') },
      { webIdentity, tags: tags('red') },
      { webIdentity, tags: tags('red'), transitiveTagKeys: ['team'] },
      { webIdentity, sourceIdentity: 'alice' },
      {},
    ];
    const straight = chained();
    for (const way of ways) await straight.credentials.get({ ...alice, ...way });
    expect(straight.calls).toHaveLength(ways.length);
    const stepped = chained();
    for (const way of ways) {
      await stepped.credentials.get({ ...alice, chain: [{ roleArn: integration, ...way }] });
    }
    expect(stepped.calls).toHaveLength(2 * ways.length);
    await straight.credentials.get({
      ...alice,
      webIdentity: { ...webIdentity, audience: 'discover.teleport' },
    });
    expect(straight.calls).toHaveLength(ways.length);
  });

  it('tells the issuer what the token must say, and sends nothing of it beside the token', async () => {
    const asked: IssueTokenQuery[] = [];
    const issueToken = async (q: IssueTokenQuery) => {
      asked.push(q);
      return 'the-token';
    };
    const claims = {
      sourceIdentity: 'alice',
      tags: [{ key: 'team', value: 'blue' }],
      transitiveTagKeys: ['team'],
    };
    const { credentials, calls } = chained();
    const asking = { ...webIdentity, provider: { issuer, issueToken } };
    await credentials.get({ ...alice, ...claims, webIdentity: asking });
    const step = { roleArn: integration, webIdentity: asking, ...claims };
    await credentials.get({ ...alice, chain: [step] });
    const told = { subject: 'system:proxy', audience: 'discover.teleport', username: 'alice' };
    expect(asked).toEqual([
      { ...told, ...claims },
      { ...told, ...claims },
    ]);
    for (const call of calls) {
      expect(call).not.toHaveProperty('Tags');
      expect(call).not.toHaveProperty('SourceIdentity');
    }
  });

  it('passes tags and source identity of a step that is assumed without a token', async () => {
    const { credentials, calls } = chained();
    const tags = [{ key: 'team', value: 'blue' }];
    const step = { roleArn: integration, sourceIdentity: 'alice', tags };
    await credentials.get({ ...alice, chain: [step] });
    expect(calls[0]).toMatchObject({
      SourceIdentity: 'alice',
      Tags: [{ Key: 'team', Value: 'blue' }],
    });
    expect(calls[1]).not.toHaveProperty('Tags');
  });

  it('gives the failures of a token provider and of an STS factory a code', async () => {
    const issueToken = async () => Promise.reject(new TypeError('no key aB3dE6gH9jK2mN5p today'));
    const { credentials } = chained();
    const failing = { ...webIdentity, provider: { issuer, issueToken } };
    const failure = credentials.get({ ...alice, webIdentity: failing });
    await expect(failure).rejects.toThrowWithCode(
      FederationError,
      'web-identity-token-unavailable',
    );
    await expect(failure).rejects.toThrow('failed (TypeError: no key today): check');
    const broken = createRoleCredentials({
      sts: () => {
        throw new Error('no keys for this partition');
      },
      source: 'iam-user',
      clock: () => NOW,
    });
    const unmade = broken.get(alice);
    await expect(unmade).rejects.toThrowWithCode(FederationError, 'invalid-argument');
    await expect(unmade).rejects.toThrow('no keys for this partition');
  });

  it('remembers for a second that a token provider or the base credentials failed', async () => {
    let asked = 0;
    const issueToken = async () => {
      asked += 1;
      throw new Error('no key');
    };
    const failing = { ...webIdentity, provider: { issuer, issueToken } };
    const without = chained(() => {
      throw awsError('CredentialsProviderError', undefined);
    });
    const issuing = chained();
    for (const seconds of [0.999, 0.001, 0]) {
      const unsigned = without.credentials.get(alice);
      await expect(unsigned).rejects.toThrowWithCode(FederationError, 'credentials-unavailable');
      await expect(
        issuing.credentials.get({ ...alice, webIdentity: failing }),
      ).rejects.toThrowWithCode(FederationError, 'web-identity-token-unavailable');
      expect([asked, without.calls.length]).toEqual(seconds === 0 ? [2, 2] : [1, 1]);
      without.clock.advance(seconds);
      issuing.clock.advance(seconds);
    }
  });

  it('makes the step before anew when AWS calls its session expired', async () => {
    const { credentials, calls } = chained((input, call) => {
      if (input.RoleArn === ROLE && call === 2) throw awsError('ExpiredToken', 403);
      return outputOf(call, new Date(NOW.getTime() + 3_600_000));
    });
    await credentials.get({ ...alice, chain: [{ roleArn: integration }] });
    expect(calls.map(({ RoleArn }) => RoleArn)).toEqual([integration, ROLE, integration, ROLE]);
  });

  it.each([
    [{ chain: [{ roleArn: ROLE }] }, 'cyclic-role-chain'],
    [{ chain: [{ roleArn: integration }, { roleArn: `${integration}2` }] }, 'role-chain-too-long'],
    [{ chain: [{ roleArn: integration }], webIdentity }, 'invalid-argument'],
    [{ webIdentity, externalId: 'ext-1' }, 'invalid-argument'],
    [{ chain: [{ roleArn: integration, webIdentity, externalId: 'ext-1' }] }, 'invalid-argument'],
  ])('refuses a chain that AWS or reason forbids', async (more, code) => {
    const { credentials, calls } = chained();
    await expect(credentials.get({ ...alice, ...more })).rejects.toThrowWithCode(
      FederationError,
      code,
    );
    expect(calls).toHaveLength(0);
  });

  it('refuses a chain when there is one client only', async () => {
    const { sts } = fakeSts();
    const credentials = createRoleCredentials({ sts, source: 'iam-user', clock: () => NOW });
    await expect(
      credentials.get({ ...alice, chain: [{ roleArn: integration }] }),
    ).rejects.toThrowWithCode(FederationError, 'invalid-argument');
  });
});
