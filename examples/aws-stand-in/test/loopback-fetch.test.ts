import { describe, expect, it } from 'vitest';
import { createAwsStandIn } from '../src/index.js';
import { createCertificate } from './support/certificate.js';
import { ACCOUNTS, role } from './support/seed.js';
import { NOW } from './support/sign.js';
import { start } from './support/start.js';

const standIn = await start({ clock: () => NOW });
const operator = standIn.roleSession(role('Operator'), { sessionName: 'alice' });
const FEDERATION = 'https://signin.aws.amazon.com/federation';
const Session = JSON.stringify({
  sessionId: operator.accessKeyId,
  sessionKey: operator.secretAccessKey,
  sessionToken: operator.sessionToken,
});

const getToken = () =>
  standIn.fetch(FEDERATION, {
    method: 'POST',
    body: new URLSearchParams({ Action: 'getSigninToken', Session }),
  });

describe('fetch', () => {
  it('reaches the stand-in under AWS’s name', async () => {
    const response = await getToken();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ SigninToken: expect.any(String) });
    expect(standIn.requests.at(-1)?.host).toBe('signin.aws.amazon.com');
  });

  it('gives redirects to those who ask for them and refuses them to others', async () => {
    const { SigninToken } = JSON.parse(await (await getToken()).text());
    const Destination = 'https://console.aws.amazon.com/';
    const query = new URLSearchParams({ Action: 'login', Destination, SigninToken });
    const url = `${FEDERATION}?${query}`;
    const manual = await standIn.fetch(url, { redirect: 'manual' });
    expect([manual.status, manual.headers.get('location')]).toEqual([302, Destination]);
    expect(manual.headers.getSetCookie()).toHaveLength(1);
    await expect(standIn.fetch(url, { redirect: 'error' })).rejects.toThrow(TypeError);
    await expect(standIn.fetch(url)).rejects.toThrow(TypeError);
  });

  it('can be aborted and fails like fetch when the connection does', async () => {
    const controller = new AbortController();
    controller.abort();
    const { signal } = controller;
    await expect(standIn.fetch(FEDERATION, { signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    standIn.inject({ service: 'signin', reset: true });
    await expect(getToken()).rejects.toThrow(TypeError);
  });

  it('speaks TLS where the stand-in does', async () => {
    const tls = await createCertificate('signin.aws.amazon.com');
    const secure = await createAwsStandIn({ accounts: ACCOUNTS, tls });
    await secure.listen();
    expect((await secure.fetch(FEDERATION)).status).toBe(400);
    await secure.close();
  });
});
