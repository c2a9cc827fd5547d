import { createServer } from 'node:net';
import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { assumeRole, createRoleCredentials, FederationError } from '../../src/index.js';
import { awsError, fakeSts, NOW, ROLE } from '../support/fakes.js';

const query = { roleArn: ROLE, roleSessionName: 'alice' };

async function failureOf(thrown: unknown): Promise<{ code: string; message: string }> {
  const { sts } = fakeSts(undefined, () => Promise.reject(thrown));
  try {
    await assumeRole({ ...query, sts });
  } catch (error) {
    if (error instanceof FederationError) return error;
  }
  return expect.unreachable();
}

const named = (name: string, message: string, more = {}) =>
  Object.assign(new Error(message), { name, ...more });

describe('errors of STS calls without an answer', () => {
  it.each([
    [
      named('Error', 'connect ECONNREFUSED 127.0.0.1:4599', {
        code: 'ECONNREFUSED',
        address: '127.0.0.1',
        port: 4599,
      }),
      'STS cannot be reached for AssumeRole (ECONNREFUSED 127.0.0.1:4599): check network, endpoint and proxy.',
    ],
    [
      named('Error', 'getaddrinfo ENOTFOUND sts.us-east-1.amazonaws.com', {
        code: 'ENOTFOUND',
        hostname: 'sts.us-east-1.amazonaws.com',
      }),
      'STS cannot be reached for AssumeRole (ENOTFOUND sts.us-east-1.amazonaws.com): check network, endpoint and proxy.',
    ],
    [
      named('TimeoutError', 'socket hang up', { code: 'ECONNRESET' }),
      'STS cannot be reached for AssumeRole (ECONNRESET): check network, endpoint and proxy.',
    ],
    [
      named('TimeoutError', 'Connection timed out'),
      'STS cannot be reached for AssumeRole (TimeoutError): check network, endpoint and proxy.',
    ],
    [
      named('Error', 'unable to verify the first certificate', {
        code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      }),
      'STS cannot be reached for AssumeRole (UNABLE_TO_VERIFY_LEAF_SIGNATURE): check network, endpoint and proxy.',
    ],
    [
      new TypeError('x is not a function'),
      'AssumeRole got no answer of STS that can be read (TypeError: x is not a function): check the STS client, its endpoint, and that no proxy answers in its place.',
    ],
    [
      'a text',
      'AssumeRole got no answer of STS that can be read: check the STS client, its endpoint, and that no proxy answers in its place.',
    ],
  ])('%s becomes one sentence with place and fix', async (thrown, message) => {
    expect(await failureOf(thrown)).toMatchObject({ code: 'sts-unavailable', message });
  });

  it('tell missing base credentials from an STS that is down', async () => {
    const thrown = named(
      'CredentialsProviderError',
      'Could not load credentials from any providers',
    );
    expect(await failureOf(thrown)).toMatchObject({
      code: 'credentials-unavailable',
      message:
        'AssumeRole cannot be signed, because the STS client got no base credentials (CredentialsProviderError: Could not load credentials from any providers): check where it takes them from.',
    });
  });

  it('quote no address that is none, and nothing that a getter throws', async () => {
    const odd = named('Error', 'x', { code: 'ECONNREFUSED', address: 'a b', port: 1 });
    expect((await failureOf(odd)).message).toContain('(ECONNREFUSED):');
    const hostile = Object.defineProperty({}, 'name', {
      get() {
        throw new Error('boom');
      },
    });
    expect((await failureOf(hostile)).code).toBe('sts-unavailable');
  });
});

describe('errors that STS answers', () => {
  it.each([
    ['Throttling', 400, 'Rate exceeded', 'AWS asks for fewer calls: try again later'],
    ['TooManyRequests', 429, 'Rate exceeded', 'AWS asks for fewer calls: try again later'],
    ['SignatureDoesNotMatch', 403, 'no', 'the clock of this machine is'],
  ])('%s has a hint', async (name, status, message, hint) => {
    expect((await failureOf(awsError(name, status, message))).message).toContain(hint);
  });

  it('tell an answer that cannot be read from a refusal', async () => {
    const failure = await failureOf(awsError('Error', 200, 'Unexpected <xml at 1'));
    expect(failure.code).toBe('invalid-response');
    expect(failure.message).toContain('got no answer of STS that can be read');
  });

  it('keep the times of a clock that is wrong', async () => {
    const words =
      'Signature expired: 20260301T120000Z is now earlier than 20260301T123000Z (20260301T124500Z - 15 min.)';
    const { message } = await failureOf(awsError('RequestExpired', 403, words));
    expect(message).toContain(words.slice(0, -2));
    expect(message).toContain('the clock of this machine and that of AWS differ');
  });
});

describe('a client of the SDK', () => {
  const failing = (
    endpoint: string,
    credentials: () => Promise<never> | Promise<{ accessKeyId: string; secretAccessKey: string }>,
  ) =>
    createRoleCredentials({
      sts: new STSClient({ region: 'us-east-1', endpoint, maxAttempts: 1, credentials }),
      source: 'iam-user',
      clock: () => NOW,
    }).get({ identity: 'alice', roleArn: ROLE });
  const base = async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'base-secret' });

  it('that finds nobody at its endpoint says where', async () => {
    const failure = failing('http://127.0.0.1:1', base);
    await expect(failure).rejects.toThrowWithCode(FederationError, 'sts-unavailable');
    await expect(failure).rejects.toThrow('(ECONNREFUSED 127.0.0.1:1): check');
  });

  it('that is cut off says so', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const failure = failing(`http://127.0.0.1:${port}`, base);
    await expect(failure).rejects.toThrow('STS cannot be reached for AssumeRole (ECONNRESET)');
    server.close();
  });

  it('without credentials says so', async () => {
    const failure = failing('http://127.0.0.1:1', async () => {
      throw named('CredentialsProviderError', 'Could not load credentials');
    });
    await expect(failure).rejects.toThrowWithCode(FederationError, 'credentials-unavailable');
  });
});
