import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { clientConfig } from '../support/loopback.js';
import { send } from '../support/raw-request.js';
import { ACCOUNT, CN_ACCOUNT, GOV_ACCOUNT, role } from '../support/seed.js';
import { NOW, signSts } from '../support/sign.js';
import { start } from '../support/start.js';

const standIn = await start();
const still = await start({ clock: () => NOW });
const ask = { Action: 'GetCallerIdentity' };

describe('GetCallerIdentity', () => {
  for (const [name, region, arn] of [
    ['gateway', 'eu-west-1', `arn:aws:iam::${ACCOUNT}:user/gateway`],
    ['gov', 'us-gov-east-1', `arn:aws-us-gov:iam::${GOV_ACCOUNT}:user/gov`],
    ['cn', 'cn-north-1', `arn:aws-cn:iam::${CN_ACCOUNT}:user/cn`],
  ] as const) {
    it(`answers the SDK in ${region}`, async () => {
      const sts = new STSClient(clientConfig(standIn, standIn.credentialsFor(name), region));
      const identity = await sts.send(new GetCallerIdentityCommand({}));
      expect(identity.Arn).toBe(arn);
      expect(identity.UserId).toMatch(/^AIDA/);
    });
  }

  it('answers the FIPS and dual-stack endpoints', async () => {
    const credentials = standIn.credentialsFor('gateway');
    for (const flags of [{ useFipsEndpoint: true }, { useDualstackEndpoint: true }]) {
      const sts = new STSClient({ ...clientConfig(standIn, credentials), ...flags });
      const identity = await sts.send(new GetCallerIdentityCommand({}));
      expect(identity.Account).toBe(ACCOUNT);
    }
  });

  it('has the JSON of STS for clients that ask for it', async () => {
    const credentials = still.roleSession(role('Operator'), { sessionName: 'alice' });
    const signed = await signSts(ask, { credentials, accept: 'application/json' });
    const response = await send(still.port, signed);
    expect(response.headers['content-type']).toBe('application/json');
    expect(JSON.parse(response.text)).toEqual({
      GetCallerIdentityResponse: {
        GetCallerIdentityResult: {
          Account: ACCOUNT,
          Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Operator/alice`,
          UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:alice$/),
        },
        ResponseMetadata: { RequestId: response.headers['x-amzn-requestid'] },
      },
    });
  });

  it('has JSON errors there, too', async () => {
    const credentials = { ...still.credentialsFor('gateway'), secretAccessKey: 'wrong' };
    const signed = await signSts(ask, { credentials, accept: 'application/json' });
    const response = await send(still.port, signed);
    expect(response.status).toBe(403);
    expect(JSON.parse(response.text)).toEqual({
      Error: { Code: 'SignatureDoesNotMatch', Message: expect.any(String), Type: 'Sender' },
      RequestId: response.headers['x-amzn-requestid'],
    });
  });

  it('is XML otherwise', async () => {
    const signed = await signSts(ask, { credentials: still.credentialsFor('gateway') });
    const response = await send(still.port, signed);
    expect(response.headers['content-type']).toBe('text/xml');
    expect(response.text).toContain(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${ACCOUNT}:user/gateway</Arn>`,
    );
  });

  it('refuses another version, a missing or unknown action, and doubled parameters', async () => {
    const credentials = still.credentialsFor('gateway');
    const code = async (parameters: Record<string, string>, path = '/') => {
      const signed = await signSts(parameters, { credentials });
      const response = await send(still.port, { ...signed, path });
      return /<Code>([^<]+)</.exec(response.text)?.[1];
    };
    expect(await code({ ...ask, Version: '2010-01-01' })).toBe('NoSuchVersion');
    expect(await code({})).toBe('MissingAction');
    expect(await code({ Action: 'GetFun' })).toBe('InvalidAction');
  });
});
