import { describe, expect, it } from 'vitest';
import {
  FederationError,
  processSigninTokenResponse,
  type SigninTokenQuery,
  signinTokenRequest,
} from '../../src/index.js';
import { CREDENTIALS, NOW } from '../support/fakes.js';

const query = (more: Partial<SigninTokenQuery> = {}): SigninTokenQuery => ({
  credentials: CREDENTIALS,
  partition: 'aws',
  now: NOW,
  ...more,
});

describe('signinTokenRequest', () => {
  it.each([
    ['aws', 'POST'],
    ['aws-cn', 'POST'],
    ['aws-eusc', 'POST'],
    ['aws-us-gov', 'GET'],
    ['aws-iso', 'GET'],
    ['aws-iso-b', 'GET'],
    ['aws-iso-e', 'GET'],
    ['aws-iso-f', 'GET'],
  ])('uses in %s the method %s', (partition, method) => {
    expect(signinTokenRequest(query({ partition })).method).toBe(method);
  });

  it('sends no SessionDuration for null, as a plan has it', async () => {
    const request = signinTokenRequest(query({ sessionDurationSeconds: null }));
    expect(await request.text()).not.toContain('SessionDuration');
  });

  it('takes credentials with a date that is none for expired', () => {
    const credentials = { ...CREDENTIALS, expiration: new Date(Number.NaN) };
    expect(() => signinTokenRequest(query({ credentials }))).toThrowWithCode(
      FederationError,
      'expired-credentials',
    );
  });

  it('keeps the credentials out of the address with POST, follows no redirect, sends no cookies', () => {
    const request = signinTokenRequest(query({ userAgent: 'demo/1' }));
    expect(request.url).toBe('https://signin.aws.amazon.com/federation');
    expect(request.redirect).toBe('manual');
    expect(request.credentials).toBe('omit');
    expect(Object.fromEntries(request.headers)).toEqual({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'demo/1',
    });
  });

  it('encodes every byte that is not unreserved, blanks as %20', async () => {
    const credentials = { ...CREDENTIALS, sessionToken: "a b+c!'()*~é" };
    const body = await signinTokenRequest(query({ credentials })).text();
    expect(body).toContain('a%20b%2Bc%21%27%28%29%2A~%C3%A9');
  });

  const minute = 60_000;
  it.each([
    [{ credentials: { ...CREDENTIALS, accessKeyId: '' } }, 'missing-credentials'],
    [{ credentials: { ...CREDENTIALS, secretAccessKey: '' } }, 'missing-credentials'],
    [{ credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' } }, 'long-term-credentials'],
    [{ credentials: { ...CREDENTIALS, expiration: NOW } }, 'expired-credentials'],
    [{ sessionDurationSeconds: 899 }, 'duration-too-short'],
    [{ sessionDurationSeconds: 43_201 }, 'duration-too-long'],
    [{ sessionDurationSeconds: 1000.5 }, 'invalid-duration'],
    [{ region: 'cn-north-1' }, 'partition-mismatch'],
    [{ useFipsEndpoint: true }, 'fips-not-available'],
  ])('refuses %j', (more, code) => {
    expect(() => signinTokenRequest(query(more))).toThrowWithCode(FederationError, code);
  });

  it('names both ways out of long-term credentials', () => {
    const credentials = { accessKeyId: 'AKIA', secretAccessKey: 's' };
    expect(() => signinTokenRequest(query({ credentials }))).toThrow(
      /AssumeRole.*GetFederationToken/,
    );
  });

  it('takes credentials that are about to expire', () => {
    const expiration = new Date(NOW.getTime() + minute);
    expect(
      signinTokenRequest(query({ credentials: { ...CREDENTIALS, expiration } })),
    ).toBeDefined();
  });
});

describe('processSigninTokenResponse', () => {
  const read = (response: Response, sentSessionDuration = true) =>
    processSigninTokenResponse(response, { sentSessionDuration, credentials: CREDENTIALS });

  it.each([
    [new Response('x', { status: 302, headers: { location: 'https://evil' } }), 'invalid-response'],
    [new Response(null, { status: 204 }), 'invalid-response'],
    [new Response('[]'), 'invalid-response'],
    [new Response('null'), 'invalid-response'],
    [new Response('{"SigninToken":""}'), 'invalid-response'],
    [new Response('{"SigninToken":7}'), 'invalid-response'],
    [new Response('{"signinToken":"x"}'), 'invalid-response'],
    [new Response('{"__proto__":{"SigninToken":"x"}}'), 'invalid-response'],
    [new Response('x', { status: 429 }), 'federation-unavailable'],
    [new Response('x'.repeat(65_537)), 'response-too-large'],
    [new Response('x', { status: 404 }), 'federation-rejected'],
  ])('refuses answer %#', async (response, code) => {
    await expect(read(response)).rejects.toThrowWithCode(FederationError, code);
  });

  it('tells whether leaving out SessionDuration may help', async () => {
    await expect(read(new Response('x', { status: 400 }))).rejects.toMatchObject({
      code: 'federation-rejected',
      status: 400,
      retryWithoutDuration: true,
    });
    await expect(read(new Response('x', { status: 400 }), false)).rejects.toMatchObject({
      retryWithoutDuration: false,
    });
  });

  it('quotes at most 200 clean characters of a refusal', async () => {
    const body = `<h1>Bad\u0000 request</h1>${' word'.repeat(100)}`;
    const error: unknown = await read(new Response(body, { status: 403 })).catch((e) => e);
    const said = String(error).split('It says: ')[1] ?? '';
    expect(said).toMatch(/^Bad request( word)+/);
    expect(said.length).toBeLessThanOrEqual(200);
  });

  it('quotes nothing when it does not know the secrets', async () => {
    const response = new Response('denied by policy', { status: 403 });
    const reading = processSigninTokenResponse(response, { sentSessionDuration: false });
    await expect(reading).rejects.not.toMatchObject({
      message: expect.stringMatching(/denied by/),
    });
  });

  it('quotes nothing of a body that speaks of sign-in tokens', async () => {
    const response = new Response('your SIGNIN failed', { status: 403 });
    const refusal = processSigninTokenResponse(response, {
      sentSessionDuration: false,
      credentials: CREDENTIALS,
    });
    await expect(refusal).rejects.toThrow(/^((?!It says).)*$/);
  });

  it('reads an empty body', async () => {
    await expect(read(new Response(null))).rejects.toThrowWithCode(
      FederationError,
      'invalid-response',
    );
  });
});
