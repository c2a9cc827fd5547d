import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import {
  assumeRole,
  createConsoleSession,
  createRoleCredentials,
  FederationError,
  formatRoleSessionName,
  resolveSessionDuration,
} from '../../src/index.js';
import { CREDENTIALS } from '../support/fakes.js';
import { loopback, redirectTo } from '../support/loopback.js';
import { answerError, answerSession } from '../support/sts-answers.js';

// Real clients sign with the real time, so this file cannot hold the clock.
const inOneHour = () => new Date(Date.now() + 3_600_000);

const stsServer = await loopback((seen, response) => answerSession(seen, response, inOneHour()));
const signin = await loopback((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"SigninToken":"t o/k+n"}');
});

const client = (region = 'us-east-1') =>
  new STSClient({
    region,
    endpoint: stsServer.origin,
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'base-secret' },
  });

describe('the whole path from user to login address', () => {
  it.each([
    ['aws', 'us-east-1', 'POST', 'signin.aws.amazon.com', 'console.aws.amazon.com'],
    [
      'aws-us-gov',
      'us-gov-west-1',
      'GET',
      'signin.amazonaws-us-gov.com',
      'console.amazonaws-us-gov.com',
    ],
    ['aws-cn', 'cn-north-1', 'POST', 'signin.amazonaws.cn', 'console.amazonaws.cn'],
  ])('in %s', async (partition, region, method, host, consoleHost) => {
    signin.seen.length = 0;
    stsServer.seen.length = 0;
    const plan = resolveSessionDuration({
      source: 'iam-user',
      identityExpiresInSeconds: 36_000,
    });
    const credentials = await assumeRole({
      sts: client(region),
      roleArn: `arn:${partition}:iam::111122223333:role/ExampleReadOnlyAccess`,
      roleSessionName: formatRoleSessionName('CORP\\alice'),
      durationSeconds: plan.assumeRoleDurationSeconds,
      externalId: 'example-external-id',
      tags: [{ key: 'team', value: 'blue + green' }],
    });
    const session = await createConsoleSession({
      credentials,
      partition,
      destination: { service: 'ec2' },
      issuer: 'https://access.example.com',
      sessionDurationSeconds: plan.sessionDurationSeconds,
      fetch: redirectTo(() => signin.origin),
    });
    const sts = stsServer.seen[0]?.form;
    expect(sts?.get('Action')).toBe('AssumeRole');
    expect(sts?.get('RoleSessionName')).toBe('CORP-alice-83da4d2f3a048a1f');
    expect(sts?.get('ExternalId')).toBe('example-external-id');
    expect(sts?.get('Tags.member.1.Value')).toBe('blue + green');
    expect(sts?.has('DurationSeconds')).toBe(false);

    const [asked] = signin.seen;
    expect(asked?.method).toBe(method);
    expect(asked?.headers['x-original-host']).toBe(host);
    expect(asked?.headers.cookie).toBeUndefined();
    expect(asked?.form.get('SessionDuration')).toBe('36000');
    expect(JSON.parse(asked?.form.get('Session') ?? '')).toEqual({
      sessionId: CREDENTIALS.accessKeyId,
      sessionKey: CREDENTIALS.secretAccessKey,
      sessionToken: CREDENTIALS.sessionToken,
    });
    if (method === 'POST') expect(asked?.target).toBe('/federation');

    expect(session.loginUrl.host).toBe(host);
    expect(session.loginUrl.searchParams.get('SigninToken')).toBe('t o/k+n');
    expect(session.loginUrl.searchParams.get('Destination')).toBe(
      `https://${consoleHost}/ec2/home#Home:`,
    );
    expect(session.label).toBe('111122223333/ExampleReadOnlyAccess@CORP-alice-83da4d2f3a048a1f');
  });
});

describe('a sign-in endpoint in trouble', () => {
  const open = (timeoutMs = 5000) =>
    createConsoleSession({
      credentials: CREDENTIALS,
      partition: 'aws',
      sessionDurationSeconds: 3600,
      sleep: async () => undefined,
      timeoutMs,
      fetch: redirectTo(() => signin.origin),
    });

  it.each([
    [400, 'federation-rejected', 2],
    [403, 'federation-rejected', 1],
    [404, 'federation-rejected', 2],
    [405, 'federation-rejected', 2],
    [429, 'federation-unavailable', 3],
    [500, 'federation-unavailable', 3],
    [503, 'federation-unavailable', 3],
  ])('%d ends as %s after %d calls', async (status, code, calls) => {
    signin.behave(({ body }, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end(`<p>no ${body}</p>`);
    });
    const failure = open();
    await expect(failure).rejects.toThrowWithCode(FederationError, code);
    await expect(failure).rejects.toMatchObject({ status });
    expect(signin.seen).toHaveLength(calls);
  });

  it('a redirect is not followed: it would carry the credentials away', async () => {
    signin.behave((_, response) => {
      response.writeHead(307, { location: `${signin.origin}/elsewhere` }).end();
    });
    await expect(open()).rejects.toThrowWithCode(FederationError, 'invalid-response');
    expect(signin.seen.map(({ target }) => target)).toEqual(['/federation']);
  });

  it('an endless body is cut', async () => {
    signin.behave((_, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await expect(open()).rejects.toThrowWithCode(FederationError, 'response-too-large');
  });

  it('a body that is no JSON is refused', async () => {
    signin.behave((_, response) => void response.end('<html>'));
    await expect(open()).rejects.toThrowWithCode(FederationError, 'invalid-response');
  });

  it('a silent endpoint and a body that stops midway end at the time limit', async () => {
    signin.behave(() => undefined);
    await expect(open(50)).rejects.toThrowWithCode(FederationError, 'federation-unreachable');
    signin.behave((_, response) => {
      response.writeHead(200);
      response.write('{');
    });
    await expect(open(50)).rejects.toThrowWithCode(FederationError, 'federation-unreachable');
  });

  it('a broken connection is a transport failure', async () => {
    signin.behave((_, response) => void response.destroy());
    await expect(open()).rejects.toThrowWithCode(FederationError, 'federation-unreachable');
    signin.behave((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{');
      setImmediate(() => response.destroy());
    });
    await expect(open()).rejects.toThrowWithCode(FederationError, 'federation-unreachable');
  });
});

describe('an STS in trouble', () => {
  const roleArn = 'arn:aws:iam::111122223333:role/ExampleReadOnlyAccess';
  const get = (sts = client(), timeoutMs = 5000) =>
    createRoleCredentials({ sts, source: 'iam-user', timeoutMs }).get({
      identity: 'alice',
      roleArn,
    });

  it.each([
    [403, 'AccessDenied', 'sts-access-denied'],
    [400, 'Throttling', 'sts-throttled'],
    [400, 'ValidationError', 'sts-rejected'],
    [403, 'RegionDisabledException', 'sts-rejected'],
    [500, 'InternalFailure', 'sts-unavailable'],
    [503, 'ServiceUnavailable', 'sts-unavailable'],
  ])('%d %s becomes %s', async (status, name, code) => {
    stsServer.behave((_, response) => answerError(response, status, name));
    const failure = get();
    await expect(failure).rejects.toThrowWithCode(FederationError, code);
    await expect(failure).rejects.toMatchObject({ status, sts: { requestId: 'req-1' } });
    await expect(failure).rejects.toThrow('the words of STS');
  });

  it('a silent STS ends at the time limit, and its socket is given up', async () => {
    stsServer.behave(() => undefined);
    await expect(get(client(), 50)).rejects.toThrowWithCode(FederationError, 'sts-unavailable');
  });

  it('an STS that is down is unavailable', async () => {
    const sts = new STSClient({
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'base-secret' },
    });
    await expect(get(sts)).rejects.toThrowWithCode(FederationError, 'sts-unavailable');
  });

  it('ten thousand callers make one call over the wire', async () => {
    stsServer.behave((seen, response) => answerSession(seen, response, inOneHour()));
    const credentials = createRoleCredentials({ sts: client(), source: 'iam-user' });
    const all = Array.from({ length: 10_000 }, () =>
      credentials.get({ identity: 'alice', roleArn }),
    );
    const keys = new Set((await Promise.all(all)).map(({ accessKeyId }) => accessKeyId));
    expect(keys.size).toBe(1);
    expect(stsServer.seen).toHaveLength(1);
  });
});
