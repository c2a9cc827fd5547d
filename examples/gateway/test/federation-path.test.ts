import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import {
  GUIDE_ACCOUNTS as accounts,
  createAwsStandIn,
  PUBLIC_ADDRESS,
} from '@postern/aws-stand-in';
import {
  type ConsoleSessionQuery,
  createConsoleSession,
  createRoleCredentials,
  FederationError,
  type RoleSessionRequest,
} from '@postern/federation';
import {
  createOidcProvider,
  createSigningKeyRing,
  generateSigningKey,
} from '@postern/federation/oidc';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createFetch, createStsFactory } from '../src/aws-clients.js';
import { createGateway } from '../src/compose.js';
import { loadDirectory } from '../src/directory.js';
import { createUpstream, type Upstream } from '../src/upstream.js';

/**
 * The federation package against the stand-in, everything over HTTP: STS, sign-in, and the way back on which AWS
 * fetches our documents. Clients sign with the real time, so this file cannot hold the clock.
 */

const clock = () => new Date();
const resources = fileURLToPath(new URL('../resources', import.meta.url));
const directory = await loadDirectory(resources, { cwd: resources });

/** Paths that AWS has asked the identity provider for. */
const fetched: string[] = [];
const keys = createSigningKeyRing({ keys: [await generateSigningKey()] });
const provider = createOidcProvider({ issuer: PUBLIC_ADDRESS, keys });
const documents = createServer(async (request, response) => {
  fetched.push(request.url ?? '');
  const answer = await provider.fetch(new Request(`${PUBLIC_ADDRESS}${request.url}`));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(await answer.text());
});
const portOf = (server: Server) => {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
};

const aws = await createAwsStandIn({
  accounts,
  // The issuer stays https; its name leads to the loopback server.
  fetch: (input, init) => {
    const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
    expect(origin).toBe(PUBLIC_ADDRESS);
    return fetch(`http://127.0.0.1:${portOf(documents)}${pathname}`, init);
  },
});
const faults: (() => void)[] = [];
const inject = (fault: Parameters<typeof aws.inject>[0]) => faults.push(aws.inject(fault));
let upstream: Upstream;

beforeAll(async () => {
  await aws.listen();
  await new Promise<void>((resolve) => documents.listen(0, '127.0.0.1', resolve));
  upstream = createUpstream(aws.url);
});
afterEach(() => {
  for (const withdraw of faults.splice(0)) withdraw();
  aws.clearRequests();
  fetched.length = 0;
});
afterAll(async () => {
  documents.closeAllConnections();
  documents.close();
  await aws.close();
});

const user = (arn: string) => {
  const { accessKeyId, secretAccessKey } = aws.credentialsFor(arn);
  return { accessKeyId, secretAccessKey };
};
const clientOptions = () => ({
  credentials: user('arn:aws:iam::123456789012:user/postern-gateway'),
  partitionCredentials: {
    'aws-us-gov': user('arn:aws-us-gov:iam::210987654321:user/postern-gateway'),
    'aws-cn': user('arn:aws-cn:iam::109876543210:user/postern-gateway'),
  },
  region: 'us-east-1',
  upstream,
});
const gateway = () =>
  createGateway({
    ...clientOptions(),
    directory,
    clock,
    credentialSource: 'iam-user',
    publicAddress: PUBLIC_ADDRESS,
    signingKeys: keys,
    onAudit: () => undefined,
  });

/** Opens a login address as a browser does: the redirect, then the page with the cookie of it. */
async function browse(loginUrl: URL): Promise<{ location: string; page: string }> {
  const login = await aws.fetch(loginUrl, { redirect: 'manual' });
  expect(login.status).toBe(302);
  const location = login.headers.get('location') ?? '';
  const [cookie = ''] = login.headers.getSetCookie().map((line) => line.split(';')[0]);
  const page = await aws.fetch(location, { headers: { cookie } });
  expect(page.status).toBe(200);
  return { location, page: await page.text() };
}

describe('from a user to the console', () => {
  it.each([
    ['aws', 'awsconsole-test', '123456789012', 'console.aws.amazon.com', 'POST'],
    ['aws-us-gov', 'awsconsole-gov', '210987654321', 'console.amazonaws-us-gov.com', 'GET'],
    ['aws-cn', 'awsconsole-china', '109876543210', 'console.amazonaws.cn', 'POST'],
  ])('in %s', async (partition, app, account, host, method) => {
    const role = `arn:${partition}:iam::${account}:role/ExampleReadOnlyAccess`;
    const session = await gateway().console({ user: 'alice', app, role });
    expect(session).toMatchObject({ method, durationIgnored: false });
    const { location, page } = await browse(session.loginUrl);
    expect(new URL(location).host).toBe(host);
    const name = `arn:${partition}:sts::${account}:assumed-role/ExampleReadOnlyAccess/alice`;
    expect(page).toContain(`Signed in as ${name} until`);
    expect(aws.requests.map(({ action }) => action)).toEqual([
      'sts:AssumeRole',
      'signin:getSigninToken',
      'signin:login',
      'console:Open',
    ]);
  });

  it('through the integration, whose documents AWS fetches from us', async () => {
    const session = await gateway().console({
      user: 'alice',
      app: 'my-integration',
      role: 'arn:aws:iam::123456789012:role/role_for_alice',
    });
    expect(fetched).toEqual(['/.well-known/openid-configuration', '/.well-known/jwks-oidc']);
    const { page } = await browse(session.loginUrl);
    expect(page).toContain('assumed-role/role_for_alice/alice');
    expect(aws.requests.slice(0, 2).map(({ action }) => action)).toEqual([
      'sts:AssumeRoleWithWebIdentity',
      'sts:AssumeRole',
    ]);
  });
});

const roleArn = 'arn:aws:iam::123456789012:role/ExampleReadOnlyAccess';
const integration = 'arn:aws:iam::123456789012:role/PosternIntegration';

function getRole(more: Partial<RoleSessionRequest> = {}, timeoutMs = 10_000, to = upstream) {
  const credentials = createRoleCredentials({
    sts: createStsFactory({ ...clientOptions(), upstream: to }),
    source: 'iam-user',
    timeoutMs,
  });
  return credentials.get({ identity: 'alice', roleArn, ...more });
}

describe('a web identity', () => {
  const webIdentity = { provider, subject: 'system:proxy' };
  const straight = { roleArn: integration, webIdentity };

  it('is verified by AWS with what it fetches from us', async () => {
    const role = await getRole(straight);
    expect(role.assumedRoleArn).toBe(
      'arn:aws:sts::123456789012:assumed-role/PosternIntegration/alice',
    );
    expect(fetched).toEqual(['/.well-known/openid-configuration', '/.well-known/jwks-oidc']);
  });

  it.each<[string, Partial<RoleSessionRequest>, string]>([
    [
      'audience',
      { webIdentity: { ...webIdentity, audience: 'other' } },
      'invalid-web-identity-token',
    ],
    [
      'source identity that the trust does not allow',
      { sourceIdentity: 'alice' },
      'sts-access-denied',
    ],
    [
      'tag that the trust does not allow',
      { tags: [{ key: 'a', value: 'b' }] },
      'sts-access-denied',
    ],
  ])('is refused with another %s', async (_, more, code) => {
    const refused = getRole({ ...straight, ...more });
    await expect(refused).rejects.toThrowWithCode(FederationError, code);
  });

  it('is refused with a key that is not in our key set', async () => {
    const stolen = createSigningKeyRing({ keys: [await generateSigningKey()] });
    const thief = createOidcProvider({ issuer: PUBLIC_ADDRESS, keys: stolen });
    const refused = getRole({ ...straight, webIdentity: { ...webIdentity, provider: thief } });
    await expect(refused).rejects.toThrowWithCode(FederationError, 'invalid-web-identity-token');
    expect(fetched).toHaveLength(2);
  });
});

describe('an STS in trouble', () => {
  const answer = (status: number, code: string) => ({
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Code>${code}</Code><Message>said so</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
  });

  it.each([
    ['throttled', answer(400, 'Throttling'), 'sts-throttled', 3],
    ['down with an answer', answer(503, 'ServiceUnavailable'), 'sts-unavailable', 3],
    ['behind a page of a proxy', { status: 502, body: '<html>' }, 'sts-unavailable', 3],
    ['refusing', answer(403, 'AccessDenied'), 'sts-access-denied', 1],
    ['switched off in the region', answer(403, 'RegionDisabledException'), 'sts-rejected', 1],
    ['answering nonsense', { status: 200, body: 'no <xml' }, 'invalid-response', 1],
    ['answering nothing', { status: 200, body: '' }, 'invalid-response', 1],
  ])('%s', async (_, respond, code, calls) => {
    inject({ service: 'sts', times: 10, respond });
    await expect(getRole()).rejects.toThrowWithCode(FederationError, code);
    expect(aws.requests).toHaveLength(calls);
  });

  it('throttled once only costs a repetition', async () => {
    inject({ service: 'sts', respond: answer(400, 'Throttling') });
    await expect(getRole()).resolves.toMatchObject({ roleArn });
    expect(aws.requests.map(({ status }) => status)).toEqual([400, 200]);
  });

  it('cutting connections', async () => {
    inject({ service: 'sts', times: 10, reset: true });
    await expect(getRole()).rejects.toThrow(/STS cannot be reached for AssumeRole \(ECONNRESET/);
  });

  it('with nobody at its address', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const port = portOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    const down = getRole({}, 10_000, createUpstream(`http://127.0.0.1:${port}`));
    await expect(down).rejects.toThrowWithCode(FederationError, 'sts-unavailable');
    await expect(down).rejects.toThrow(`(ECONNREFUSED 127.0.0.1:${port})`);
  });

  it('slow but in time', async () => {
    inject({ service: 'sts', delayMs: 150 });
    await expect(getRole()).resolves.toMatchObject({ roleArn });
  });

  it('slower than the limit', async () => {
    inject({ service: 'sts', delayMs: 400 });
    const late = getRole({}, 100);
    await expect(late).rejects.toThrowWithCode(FederationError, 'sts-unavailable');
    await expect(late).rejects.toThrow('within 100 ms');
  });

  it('refusing by its own rules', async () => {
    const partner = 'arn:aws:iam::444455556666:role/PartnerAudit';
    const refused = getRole({ roleArn: partner });
    await expect(refused).rejects.toThrowWithCode(FederationError, 'sts-access-denied');
    await expect(refused).rejects.toThrow(partner);
    const externalId = 'example-external-id';
    await expect(getRole({ roleArn: partner, externalId })).resolves.toBeDefined();
  });
});

describe('a sign-in endpoint in trouble', () => {
  const open = async (more: Partial<ConsoleSessionQuery> = {}) =>
    createConsoleSession({
      credentials: aws.roleSession(roleArn, { sessionName: 'alice', instanceProfile: true }),
      partition: 'aws',
      sleep: async () => undefined,
      fetch: createFetch(upstream),
      ...more,
    });

  it.each([
    ['400', { status: 400 }, 'federation-rejected', 1],
    ['403', { status: 403, body: 'no' }, 'federation-rejected', 1],
    ['404', { status: 404 }, 'federation-rejected', 2],
    ['405', { status: 405, headers: { allow: 'GET' } }, 'federation-rejected', 2],
    ['429', { status: 429 }, 'federation-unavailable', 3],
    ['500', { status: 500 }, 'federation-unavailable', 3],
    ['503', { status: 503 }, 'federation-unavailable', 3],
    [
      'a redirect',
      { status: 307, headers: { location: 'https://signin.aws.amazon.com/x' } },
      'invalid-response',
      1,
    ],
    ['a page of a megabyte', { status: 200, body: 'x'.repeat(2 ** 20) }, 'response-too-large', 1],
    ['a page that is no JSON', { status: 200, body: '<html>' }, 'invalid-response', 1],
    ['JSON without a token', { status: 200, body: '{}' }, 'invalid-response', 1],
  ])('answering %s', async (_, respond, code, calls) => {
    inject({ service: 'signin', times: 10, respond });
    await expect(open()).rejects.toThrowWithCode(FederationError, code);
    // A call of an earlier test that gave up waiting may still arrive.
    expect(aws.requests.filter(({ service }) => service === 'signin')).toHaveLength(calls);
  });

  it('cutting the connection', async () => {
    inject({ service: 'signin', reset: true });
    await expect(open()).rejects.toThrowWithCode(FederationError, 'federation-unreachable');
  });

  it('slow but in time, and slower than the limit', async () => {
    inject({ service: 'signin', delayMs: 150 });
    await browse((await open()).loginUrl);
    inject({ service: 'signin', delayMs: 400 });
    await expect(open({ timeoutMs: 100 })).rejects.toThrow('within 100 ms');
  });

  it('coming back after two failures', async () => {
    inject({ service: 'signin', times: 2, respond: { status: 503 } });
    await browse((await open()).loginUrl);
  });

  it('that allows chained credentials no SessionDuration', async () => {
    const credentials = await getRole({
      roleArn: 'arn:aws:iam::123456789012:role/role_for_alice',
      chain: [{ roleArn: integration, webIdentity: { provider, subject: 'system:proxy' } }],
    });
    aws.clearRequests();
    const session = await open({ credentials, sessionDurationSeconds: 7200 });
    expect(session.durationIgnored).toBe(true);
    await browse(session.loginUrl);
    expect(aws.requests[0]?.status).toBe(400);
  });

  it('that serves no POST, as in GovCloud', async () => {
    const role = 'arn:aws-us-gov:iam::210987654321:role/ExampleReadOnlyAccess';
    const credentials = aws.roleSession(role, { sessionName: 'alice' });
    const session = await open({ credentials, partition: 'aws-us-gov', method: 'POST' });
    expect(session.method).toBe('GET');
    expect(aws.requests.map(({ status }) => status)).toEqual([405, 200]);
    await browse(session.loginUrl);
  });

  it('that knows of revoked sessions', async () => {
    const credentials = aws.roleSession(roleArn, { sessionName: 'alice' });
    aws.expireSessions({ accessKeyId: credentials.accessKeyId });
    await expect(open({ credentials })).rejects.toThrowWithCode(
      FederationError,
      'federation-rejected',
    );
  });
});
