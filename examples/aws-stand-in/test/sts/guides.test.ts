import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import type { AccountSeed } from '../../src/index.js';
import { createIssuer } from '../support/issuer.js';
import { clientConfig } from '../support/loopback.js';
import { ACCOUNT, ISSUER, OTHER_ACCOUNT, role, trust } from '../support/seed.js';
import { start } from '../support/start.js';

const HOST = ISSUER.slice('https://'.length);
const INTEGRATION = role('integration-iam-role');
const TAG = 'teleport.dev/integration';

// The documents of the set-up guides for an OIDC integration, one target in the account and two in another.
const accounts: readonly AccountSeed[] = [
  {
    id: ACCOUNT,
    users: [{ name: 'unused' }],
    oidcProviders: [{ url: ISSUER, clientIds: ['discover.teleport'] }],
    roles: [
      {
        name: 'integration-iam-role',
        tags: { [TAG]: 'my-integration' },
        trust: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${HOST}` },
              Action: 'sts:AssumeRoleWithWebIdentity',
              Condition: { StringEquals: { [`${HOST}:aud`]: 'discover.teleport' } },
            },
          ],
        },
        policies: [
          {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: 'sts:AssumeRole',
                Resource: '*',
                Condition: { StringEquals: { [`iam:ResourceTag/${TAG}`]: 'true' } },
              },
            ],
          },
        ],
      },
      { name: 'ByAccount', trust: trust(`arn:aws:iam::${ACCOUNT}:root`), tags: { [TAG]: 'true' } },
      { name: 'Untagged', trust: trust(`arn:aws:iam::${ACCOUNT}:root`) },
    ],
  },
  {
    id: OTHER_ACCOUNT,
    roles: [
      { name: 'Target', trust: trust(INTEGRATION), tags: { [TAG]: 'true' } },
      { name: 'Untagged', trust: trust(INTEGRATION) },
    ],
  },
];

const issuer = await createIssuer();
// The SDK signs by the system clock, so the stand-in and the tokens follow it here.
const standIn = await start({ accounts, fetch: issuer.fetch });

const client = ({ AccessKeyId, SecretAccessKey, SessionToken }: Partial<Credentials>) =>
  new STSClient(
    clientConfig(standIn, {
      accessKeyId: AccessKeyId ?? 'none',
      secretAccessKey: SecretAccessKey ?? 'none',
      sessionToken: SessionToken,
    }),
  );

async function integration() {
  const output = await client({}).send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: INTEGRATION,
      RoleSessionName: 'alice',
      WebIdentityToken: await issuer.token(new Date()),
    }),
  );
  return client(output.Credentials ?? {});
}

const take = async (RoleArn: string, more: object = {}) =>
  (await integration()).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'alice', ...more }));

describe('the roles of the OIDC integration guide', () => {
  it('lead from a token to the target role, in the account and across accounts', async () => {
    for (const arn of [role('ByAccount'), role('Target', OTHER_ACCOUNT)]) {
      const { Credentials } = await take(arn);
      const identity = await client(Credentials ?? {}).send(new GetCallerIdentityCommand({}));
      const account = arn.split(':')[4];
      const name = arn.split('/')[1];
      expect(identity.Arn).toBe(`arn:aws:sts::${account}:assumed-role/${name}/alice`);
    }
  });

  it('refuse a target without the tag', async () => {
    for (const arn of [role('Untagged'), role('Untagged', OTHER_ACCOUNT)]) {
      await expect(take(arn)).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });

  it('count as role chaining', async () => {
    const more = { DurationSeconds: 3601 };
    await expect(take(role('ByAccount'), more)).rejects.toMatchObject({ name: 'ValidationError' });
  });
});
