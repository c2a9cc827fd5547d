import { describe, expect, it } from 'vitest';
import type { Credentials, TemporaryCredentials } from '../../src/index.js';
import { send } from '../support/raw-request.js';
import { CN_ACCOUNT, GOV_ACCOUNT, role } from '../support/seed.js';
import { FORM, NOW, signSts } from '../support/sign.js';
import { start } from '../support/start.js';

let now = NOW;
const standIn = await start({ clock: () => now });
const operator = standIn.roleSession(role('Operator'), { sessionName: 'alice' });

const HOSTS = {
  aws: 'signin.aws.amazon.com',
  gov: 'signin.amazonaws-us-gov.com',
  cn: 'signin.amazonaws.cn',
};

const session = ({ accessKeyId, secretAccessKey, sessionToken }: Credentials) =>
  JSON.stringify({ sessionId: accessKeyId, sessionKey: secretAccessKey, sessionToken });

const query = (parameters: Record<string, string>) =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');

function getToken(
  credentials: Credentials,
  { host = HOSTS.aws, method = 'POST', ...more }: Record<string, string> = {},
) {
  const form = query({ Action: 'getSigninToken', ...more, Session: session(credentials) });
  return method === 'POST'
    ? send(standIn.port, {
        method,
        path: '/federation',
        headers: { host, 'content-type': FORM },
        body: form,
      })
    : send(standIn.port, { method, path: `/federation?${form}`, headers: { host } });
}

const login = (SigninToken: string, Destination: string, more: Record<string, string> = {}) => {
  const { host = HOSTS.aws, ...rest } = more;
  const path = `/federation?${query({ Action: 'login', Destination, SigninToken, ...rest })}`;
  return send(standIn.port, { path, headers: { host } });
};

const tokenOf = ({ text }: { text: string }): string => JSON.parse(text).SigninToken;

describe('getSigninToken', () => {
  const gov = standIn.roleSession(role('Gov', GOV_ACCOUNT, 'aws-us-gov'), { sessionName: 'g1' });
  const cn = standIn.roleSession(role('Cn', CN_ACCOUNT, 'aws-cn'), { sessionName: 'c1' });

  it('exchanges issued credentials in each partition', async () => {
    for (const [host, credentials, method] of [
      [HOSTS.aws, operator, 'POST'],
      [HOSTS.aws, operator, 'GET'],
      [`eu-west-1.${HOSTS.aws}`, operator, 'POST'],
      [HOSTS.gov, gov, 'GET'],
      [HOSTS.cn, cn, 'POST'],
    ] as const) {
      const response = await getToken(credentials, { host, method, SessionType: 'json' });
      expect([host, response.status]).toEqual([host, 200]);
      expect(tokenOf(response).length).toBeGreaterThan(100);
    }
  });

  it('serves no POST in GovCloud', async () => {
    expect((await getToken(gov, { host: HOSTS.gov })).status).toBe(405);
  });

  it('refuses credentials that were not issued, are altered, over, long-term or of another partition', async () => {
    const over = standIn.roleSession(role('Operator'), { sessionName: 'al', durationSeconds: -1 });
    for (const credentials of [
      { ...operator, secretAccessKey: 'x'.repeat(40) },
      { ...operator, sessionToken: operator.sessionToken.replaceAll('+', ' ') },
      { ...operator, accessKeyId: 'ASIAUNKNOWNUNKNOWN' },
      over,
      standIn.credentialsFor('admin'),
      cn,
    ]) {
      const response = await getToken(credentials);
      expect(response.status).toBe(400);
      expect(response.text).not.toContain(credentials.secretAccessKey);
    }
  });

  it('keeps SessionDuration within 900 to 43200', async () => {
    const status = async (SessionDuration: string) =>
      (await getToken(operator, { SessionDuration })).status;
    expect(await status('900')).toBe(200);
    expect(await status('43200')).toBe(200);
    for (const text of ['899', '43201', '1e3', '', '-900']) expect(await status(text)).toBe(400);
  });

  it('refuses SessionDuration for chained credentials', async () => {
    const chained = await chain(operator);
    expect((await getToken(chained, { SessionDuration: '900' })).status).toBe(400);
    expect((await getToken(chained)).status).toBe(200);
  });
});

describe('login', () => {
  const CONSOLE = 'https://console.aws.amazon.com/s3/buckets';

  it('opens the console of the session and ends it', async () => {
    const token = tokenOf(await getToken(operator));
    const Issuer = 'https://portal.example.com';
    const response = await login(token, CONSOLE, { Issuer });
    expect(response.status).toBe(302);
    expect(response.headers.location).toBe(CONSOLE);
    const cookie = String(response.headers['set-cookie']).split(';')[0] ?? '';
    const open = () =>
      send(standIn.port, {
        path: '/s3/buckets',
        headers: { host: 'console.aws.amazon.com', cookie },
      });
    expect((await open()).text).toContain('assumed-role/Operator/alice');
    const path = `/oauth?${query({ Action: 'logout', redirect_uri: CONSOLE })}`;
    const logout = await send(standIn.port, { path, headers: { host: HOSTS.aws, cookie } });
    expect([logout.status, logout.headers.location]).toEqual([302, CONSOLE]);
    expect((await open()).status).toBe(403);
  });

  it('takes a token for fifteen minutes, in its partition only', async () => {
    const token = tokenOf(await getToken(operator));
    const cn = { host: HOSTS.cn };
    expect((await login(token, 'https://console.amazonaws.cn/', cn)).status).toBe(400);
    now = new Date(NOW.getTime() + 15 * 60_000 - 1);
    expect((await login(token, CONSOLE)).status).toBe(302);
    now = new Date(NOW.getTime() + 15 * 60_000);
    expect((await login(token, CONSOLE)).status).toBe(400);
    now = NOW;
    expect((await login('made-up', CONSOLE)).status).toBe(400);
  });

  it('goes only to consoles of its partition', async () => {
    const token = tokenOf(await getToken(operator));
    for (const destination of [
      'http://console.aws.amazon.com/',
      'https://console.aws.amazon.com.evil.example/',
      'https://console.aws.amazon.com@evil.example/',
      'https://console.aws.amazon.com:8443/',
      'https://console.amazonaws.cn/',
      'https://signin.aws.amazon.com/',
      '/s3/buckets',
      '',
    ]) {
      expect((await login(token, destination)).status).toBe(400);
    }
    const regional =
      'https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#Instances:';
    expect((await login(token, regional)).headers.location).toBe(regional);
    expect((await login(token, CONSOLE, { Issuer: 'javascript:1' })).status).toBe(400);
  });

  it('leaves neither credentials nor tokens in the log', async () => {
    const token = tokenOf(await getToken(operator, { method: 'GET' }));
    await login(token, CONSOLE);
    const log = JSON.stringify(standIn.requests);
    for (const secret of [token, operator.secretAccessKey, operator.sessionToken]) {
      expect(log).not.toContain(secret);
      expect(log).not.toContain(encodeURIComponent(secret));
    }
    expect(standIn.requests.at(-1)).toMatchObject({
      action: 'signin:login',
      principal: 'arn:aws:sts::123456789012:assumed-role/Operator/alice',
    });
  });
});

async function chain(credentials: TemporaryCredentials): Promise<Credentials> {
  const parameters = {
    Action: 'AssumeRole',
    RoleArn: role('chain/Next'),
    RoleSessionName: 'alice',
  };
  const signed = await signSts(parameters, { credentials, accept: 'application/json' });
  const { AssumeRoleResponse } = JSON.parse((await send(standIn.port, signed)).text);
  const { AccessKeyId, SecretAccessKey, SessionToken } =
    AssumeRoleResponse.AssumeRoleResult.Credentials;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
}
