import { request as httpsRequest } from 'node:https';
import { describe, expect, it } from 'vitest';
import { createAwsStandIn, StandInError } from '../src/index.js';
import { createCertificate } from './support/certificate.js';
import { outcome, send } from './support/raw-request.js';
import { ACCOUNT, ACCOUNTS, role, trust } from './support/seed.js';
import { NOW, signSts } from './support/sign.js';

const seeded = (account: object) => createAwsStandIn({ accounts: [{ id: ACCOUNT, ...account }] });

describe('createAwsStandIn', () => {
  it('refuses a seed that makes no sense', async () => {
    const AWS = 'arn:aws:iam::123456789012:root';
    for (const account of [
      { id: '12345' },
      { partition: 'aws-moon' },
      { users: [{ name: 'two words' }] },
      { users: [{ name: 'a' }, { name: 'a' }] },
      { users: [{ name: 'a', allow: ['everything'] }] },
      { roles: [{ name: 'R', trust: trust(AWS), maxSessionDuration: 900 }] },
      {
        roles: [
          {
            name: 'R',
            trust: trust(AWS, { Condition: { DateLessThan: { 'aws:CurrentTime': 'x' } } }),
          },
        ],
      },
      { roles: [{ name: 'R', trust: trust(AWS, { NotAction: 'x' }) }] },
      {
        roles: [
          {
            name: 'R',
            trust: trust(AWS, {
              Condition: { StringEquals: { 'sts:ExternalId': `$${'{aws:username}'}` } },
            }),
          },
        ],
      },
      { oidcProviders: [{ url: 'http://issuer.example.com', clientIds: [] }] },
      { buckets: [{ name: 'Bad_Name', region: 'us-east-1' }] },
    ]) {
      await expect(seeded(account)).rejects.toThrowWithCode(StandInError, 'invalid-seed');
    }
  });

  it('listens where it says, and closes twice', async () => {
    const standIn = await createAwsStandIn({ accounts: ACCOUNTS });
    expect(() => standIn.url).toThrowWithCode(StandInError, 'not-listening');
    await standIn.listen();
    expect(standIn.url).toBe(`http://127.0.0.1:${standIn.port}`);
    await standIn.close();
    await standIn.close();
    expect(() => standIn.port).toThrowWithCode(StandInError, 'not-listening');
  });

  it('knows its users and roles, and nobody else', async () => {
    const standIn = await createAwsStandIn({ accounts: ACCOUNTS });
    const byName = standIn.credentialsFor('gateway');
    expect(standIn.credentialsFor(`arn:aws:iam::${ACCOUNT}:user/gateway`)).toEqual(byName);
    expect(byName.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(byName.secretAccessKey).toHaveLength(40);
    expect(() => standIn.credentialsFor('mallory')).toThrowWithCode(
      StandInError,
      'unknown-principal',
    );
    expect(() => standIn.roleSession(role('Missing'), { sessionName: 'x' })).toThrowWithCode(
      StandInError,
      'unknown-principal',
    );
  });

  it('keeps the log within its bound', async () => {
    const standIn = await createAwsStandIn({ accounts: ACCOUNTS, maxLogEntries: 2 });
    await standIn.listen();
    for (const path of ['/1', '/2', '/3']) await fetch(standIn.url + path);
    expect(standIn.requests.map(({ path }) => path)).toEqual(['/2', '/3']);
    await standIn.close();
  });

  it('drops the oldest session over the bound', async () => {
    const standIn = await createAwsStandIn({ accounts: ACCOUNTS, maxSessions: 1 });
    const first = standIn.roleSession(role('Operator'), { sessionName: 'one' });
    const second = standIn.roleSession(role('Operator'), { sessionName: 'two' });
    expect(first.accessKeyId).not.toBe(second.accessKeyId);
  });

  it('ends sessions before their time', async () => {
    const standIn = await createAwsStandIn({ accounts: ACCOUNTS, clock: () => NOW });
    await standIn.listen();
    const sessions = ['one', 'two'].map((sessionName) =>
      standIn.roleSession(role('Operator'), { sessionName }),
    );
    expect(standIn.expireSessions({ sessionName: 'one' })).toBe(1);
    const outcomes: unknown[] = [];
    for (const credentials of sessions) {
      const signed = await signSts({ Action: 'GetCallerIdentity' }, { credentials });
      outcomes.push(outcome(await send(standIn.port, signed)));
    }
    expect(outcomes).toEqual([
      [403, 'ExpiredToken'],
      [200, undefined],
    ]);
    expect(standIn.expireSessions()).toBe(1);
    await standIn.close();
  });

  it('serves TLS with the certificate it is given', async () => {
    const tls = await createCertificate('sts.us-east-1.amazonaws.com');
    const standIn = await createAwsStandIn({ accounts: ACCOUNTS, clock: () => NOW, tls });
    await standIn.listen();
    expect(standIn.url).toBe(`https://127.0.0.1:${standIn.port}`);
    const credentials = standIn.credentialsFor('gateway');
    const signed = await signSts({ Action: 'GetCallerIdentity' }, { credentials });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpsRequest({
        host: '127.0.0.1',
        port: standIn.port,
        servername: signed.headers.host ?? '',
        ca: tls.cert,
        method: 'POST',
        headers: signed.headers,
      });
      request.on('error', reject);
      request.on('response', (response) => resolve(response.resume().statusCode));
      request.end(signed.body);
    });
    expect(status).toBe(200);
    await standIn.close();
  });
});
