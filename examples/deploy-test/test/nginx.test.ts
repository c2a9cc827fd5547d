import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent as HttpsAgent } from 'node:https';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { Agent, type RequestInit, fetch as undiciFetch } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate, type NginxPorts, startNginx, whyNoNginx } from './support/nginx.js';
import {
  freePorts,
  gatewayProgram,
  PASSWORD,
  type Running,
  resources,
  root,
  run,
  skipUnlessCi,
  start,
  startAws,
  temporaryFolder,
  writeUsers,
} from './support/world.js';

const missing = whyNoNginx();
const folder = temporaryFolder();
const CONTENT = randomBytes(20 * 1024 * 1024);
const BUCKET = 'demo-bucket';
const BUFFERED = /buffered to a temporary file/;

/** What the API gives for an open app. */
interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly proxyUrl: string;
  readonly endpointUrl: string;
  readonly caCertificate: string;
}

let world: Awaited<ReturnType<typeof startAws>>;
let nginx: Awaited<ReturnType<typeof startNginx>>;
let gateway: Running;
let ports: NginxPorts;
let authority: string;
let users: string;
let publicAddress: string;
let agent: Agent;

const audit = join(folder, 'audit.jsonl');
const errorLog = () => readFileSync(join(folder, 'error.log'), 'utf8');

/** The gateway with the options that the recipe asks for. */
async function startGateway(endpointAddress: string): Promise<Running> {
  const { portal, connect, endpoint } = ports.gateway;
  const started = start(
    [
      process.execPath,
      gatewayProgram,
      ...[
        '--config',
        resources,
        '--users',
        users,
        '--audit-file',
        audit,
        '--json',
        '--trust-proxy',
      ],
      ...['--port', String(portal), '--proxy-port', String(connect)],
      ...['--endpoint-port', String(endpoint), '--upstream', world.aws.url],
      ...['--public-address', publicAddress, '--endpoint-address', endpointAddress],
      ...['--proxy-address', `http://localhost:${ports.connect}`],
    ],
    { cwd: folder, env: world.env },
  );
  await started.firstLine;
  return started;
}

const throughNginx = (path: string, init: RequestInit = {}) =>
  undiciFetch(`${publicAddress}${path}`, { redirect: 'manual', dispatcher: agent, ...init });

async function api<T>(path: string, body?: object, token?: string): Promise<T> {
  const response = await throughNginx(`/api/v1${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(response.ok, `${path}: ${response.status}`).toBe(true);
  // The API's own tests hold it to its shapes.
  return (await response.json()) as T;
}

async function openSession(): Promise<Session> {
  const { token } = await api<{ token: string }>('/login', { user: 'alice', password: PASSWORD });
  return api('/apps/awsconsole-test/sessions', { awsRole: 'role_for_alice' }, token);
}

/** SDK clients as people configure them. */
function clientsOf(session: Session, mode: 'connect' | 'endpoint', ca = session.caCertificate) {
  const { accessKeyId, secretAccessKey, region, proxyUrl, endpointUrl } = session;
  const httpsAgent =
    mode === 'endpoint' ? new HttpsAgent({ ca }) : new HttpsProxyAgent<string>(proxyUrl);
  if (mode === 'connect') Object.assign(httpsAgent.options, { ca });
  const config = {
    region,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: new NodeHttpHandler({ httpsAgent }),
    maxAttempts: 1,
    ...(mode === 'endpoint' ? { endpoint: endpointUrl } : {}),
  };
  return { s3: new S3Client({ ...config, forcePathStyle: true }), sts: new STSClient(config) };
}

async function transfer(s3: S3Client, key: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: CONTENT }));
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  const bytes = await Body?.transformToByteArray();
  expect(Buffer.compare(Buffer.from(bytes ?? []), CONTENT)).toBe(0);
}

if (missing !== undefined) {
  it('needs nginx', ({ skip }) => skipUnlessCi(skip, missing));
} else {
  beforeAll(async () => {
    const [http = 0, https = 0, connect = 0, endpoint = 0, terminated = 0, ...inner] =
      await freePorts(8);
    const [portal = 0, tunnels = 0, requests = 0] = inner;
    ports = {
      ...{ http, https, connect, endpoint, terminated },
      gateway: { portal, connect: tunnels, endpoint: requests },
    };
    publicAddress = `https://localhost:${https}`;
    world = await startAws();
    authority = await makeCertificate(folder);
    // A connection for each request: nginx's workers that go close their idle ones, and a request may have been sent on one.
    agent = new Agent({ connect: { ca: authority }, pipelining: 0 });
    users = await writeUsers(folder);
    gateway = await startGateway(`https://localhost:${endpoint}`);
    nginx = await startNginx(folder, ports);
  }, 60_000);

  afterAll(async () => {
    await agent?.destroy();
    nginx?.child.kill('SIGTERM');
    gateway?.child.kill('SIGTERM');
    await Promise.all([nginx?.ended, gateway?.ended, world?.aws.close()]);
  }, 60_000);

  describe('the portal behind nginx', () => {
    it('is led to https', async () => {
      const response = await fetch(`http://127.0.0.1:${ports.http}/apps/x?y=z`, {
        redirect: 'manual',
      });
      expect(response.status).toBe(308);
      expect(response.headers.get('location')).toMatch(/^https:\/\/[^/]+\/apps\/x\?y=z$/);
    });

    it('signs people in, with cookies that leave by TLS only, and starts the console', async () => {
      const first = await throughNginx('/');
      expect([first.status, first.headers.get('location')]).toEqual([303, '/login']);
      const form = (fields: Record<string, string>, more: Record<string, string> = {}) => ({
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: publicAddress,
          ...more,
        },
        body: new URLSearchParams(fields).toString(),
      });
      const credentials = { user: 'alice', password: PASSWORD };
      const forged = await throughNginx(
        '/login',
        form(credentials, { origin: 'https://evil.example' }),
      );
      expect(forged.status).toBe(403);
      expect(forged.headers.getSetCookie()).toEqual([]);
      const signedIn = await throughNginx('/login', form(credentials));
      expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/']);
      const [set = ''] = signedIn.headers.getSetCookie();
      expect(set).toMatch(/^__Host-[^;]+; Path=\/; HttpOnly; SameSite=Lax; Secure/);
      expect(signedIn.headers.get('strict-transport-security')).toBe('max-age=31536000');
      const [cookie = ''] = set.split(';');
      const page = await throughNginx('/apps/awsconsole-test', { headers: { cookie } });
      expect(page.status).toBe(200);
      const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(await page.text()) ?? [];
      const launch = form(
        { csrf, awsRole: 'role_for_alice', role: 'arn:aws:iam::123456789012:role/role_for_alice' },
        { cookie },
      );
      const console = await throughNginx('/apps/awsconsole-test/launch', launch);
      expect(console.status).toBe(302);
      expect(console.headers.get('location')).toMatch(
        /^https:\/\/signin\.aws\.amazon\.com\/federation\?/,
      );
    });

    it('learns the address of people from nginx, not from what they claim', async () => {
      const response = await throughNginx('/api/v1/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' },
        body: JSON.stringify({ user: 'alice', password: 'not hers' }),
      });
      expect(response.status).toBe(401);
      let denied: string[] = [];
      // The file is written beside the answer, not before it.
      while (denied.length === 0) {
        const lines = (await readFile(audit, 'utf8')).split('\n');
        denied = lines.filter((line) => line.includes('"denied"'));
      }
      expect(denied.length).toBe(1);
      expect(JSON.parse(denied[0] ?? '')).toMatchObject({ type: 'login', address: '127.0.0.1' });
    });

    it('serves the API and its limits', async () => {
      expect(await api('/info')).toMatchObject({
        publicAddress,
        proxyUrl: `http://localhost:${ports.connect}`,
        endpointUrl: `https://localhost:${ports.endpoint}`,
      });
      const large = await throughNginx('/api/v1/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: ' '.repeat(300 * 1024),
      });
      expect(large.status).toBe(413);
      // A head as long as browsers and single sign-on make it; the gateway has a limit of its own.
      const head = (length: number) =>
        throughNginx('/healthz', { headers: { cookie: `x=${'y'.repeat(length)}` } });
      expect((await head(12_000)).status).toBe(200);
      expect((await head(20_000)).status).toBeGreaterThanOrEqual(400);
    });

    it('serves the documents of the identity provider at the public address', async () => {
      const discovery = await throughNginx('/.well-known/openid-configuration');
      const { issuer, jwks_uri: keys } = (await discovery.json()) as Record<string, string>;
      expect(issuer).toBe(publicAddress);
      expect(keys?.startsWith(`${publicAddress}/`)).toBe(true);
      const jwks = await throughNginx((keys ?? '').slice(publicAddress.length));
      expect(((await jwks.json()) as { keys: unknown[] }).keys.length).toBe(1);
    });
  });

  describe('the command line', () => {
    const home = join(folder, 'home');
    const postern = (words: readonly string[], input?: string) =>
      run([process.execPath, join(root, 'examples/cli/dist/main.js'), ...words], {
        cwd: folder,
        env: { POSTERN_HOME: home, NODE_EXTRA_CA_CERTS: join(folder, 'tls/ca.pem') },
        ...(input === undefined ? {} : { input }),
      });

    it('logs in through nginx and runs the AWS CLI with files of 20 MiB', async () => {
      const words = ['login', '--gateway', publicAddress, '--user', 'alice', '--password-stdin'];
      const login = await postern(words, PASSWORD);
      expect(login.code, login.err).toBe(0);
      const opened = await postern([
        'apps',
        'login',
        '--aws-role',
        'role_for_alice',
        'awsconsole-test',
      ]);
      expect(opened.code, opened.err).toBe(0);
      const [there, back] = [join(folder, 'there.bin'), join(folder, 'back.bin')];
      writeFileSync(there, CONTENT);
      const up = await postern([
        'aws',
        's3',
        'cp',
        '--no-progress',
        there,
        `s3://${BUCKET}/cli.bin`,
      ]);
      expect(up.code, up.err).toBe(0);
      const down = await postern([
        'aws',
        's3',
        'cp',
        '--no-progress',
        `s3://${BUCKET}/cli.bin`,
        back,
      ]);
      expect(down.code, down.err).toBe(0);
      expect(Buffer.compare(readFileSync(back), CONTENT)).toBe(0);
      expect((await postern(['logout'])).code).toBe(0);
    }, 120_000);
  });

  describe('the listeners for AWS tools', () => {
    it('are their own, as nginx answers no CONNECT', async () => {
      const socket = connectTls({ port: ports.https, host: 'localhost', ca: authority });
      socket.write('CONNECT sts.amazonaws.com:443 HTTP/1.1\r\nHost: sts.amazonaws.com:443\r\n\r\n');
      const [answer] = await new Promise<string[]>((resolve, reject) => {
        socket.once('data', (data) => resolve(String(data).split('\r\n')));
        socket.once('error', reject);
      });
      expect(answer).toMatch(/^HTTP\/1\.1 (400|405) /);
      socket.destroy();
    });

    it.each(['connect', 'endpoint'] as const)(
      'carry 20 MiB up and down, mode %s',
      async (mode) => {
        const { s3, sts } = clientsOf(await openSession(), mode);
        const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
        expect(Arn).toMatch(/:assumed-role\/role_for_alice\/alice$/);
        await transfer(s3, `${mode}.bin`);
        expect(errorLog()).not.toMatch(BUFFERED);
      },
      60_000,
    );
  });

  describe('changes while calls run', () => {
    it('keep a download alive when nginx is reloaded', async () => {
      const { s3 } = clientsOf(await openSession(), 'endpoint');
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'slow.bin', Body: CONTENT }));
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'slow.bin' }));
      const pieces: Buffer[] = [];
      // Twenty MiB are more than the buffers in between hold: most of it is still to come.
      if (!Body || !('on' in Body)) throw new Error('no stream');
      const iterator = Body[Symbol.asyncIterator]();
      pieces.push(Buffer.from((await iterator.next()).value));
      await nginx.reload();
      expect((await throughNginx('/readyz')).status).toBe(200);
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        pieces.push(Buffer.from(next.value));
      }
      expect(Buffer.compare(Buffer.concat(pieces), CONTENT)).toBe(0);
    }, 60_000);

    it('let a call end before the gateway does, and go on with the next gateway', async () => {
      const { s3 } = clientsOf(await openSession(), 'endpoint');
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'slow.bin' }));
      if (!Body || !('on' in Body)) throw new Error('no stream');
      const iterator = Body[Symbol.asyncIterator]();
      let length = Buffer.from((await iterator.next()).value).length;
      gateway.child.kill('SIGTERM');
      // Closed for new ones: nginx says so itself.
      let status = 200;
      while (status === 200) status = (await throughNginx('/healthz')).status;
      expect(status).toBe(502);
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        length += Buffer.from(next.value).length;
      }
      expect(length).toBe(CONTENT.length);
      expect(await gateway.ended).toBe(0);
      expect(gateway.output.err).toBe('');
      gateway = await startGateway(`https://localhost:${ports.terminated}`);
      expect((await throughNginx('/readyz')).status).toBe(200);
    }, 60_000);
  });

  describe("the endpoint-URL listener behind nginx's certificate", () => {
    it('streams 20 MiB in both directions without a file in between', async () => {
      const session = await openSession();
      expect(session.endpointUrl).toBe(`https://localhost:${ports.terminated}`);
      const { s3, sts } = clientsOf(session, 'endpoint', authority);
      await sts.send(new GetCallerIdentityCommand({}));
      await transfer(s3, 'terminated.bin');
      await transfer(s3, 'a b+c~ü//../d.bin');
      expect(errorLog()).not.toMatch(BUFFERED);
      for (const name of ['client_body', 'proxy']) {
        expect(readdirSync(join(folder, name), { recursive: true }).length).toBe(0);
      }
    }, 60_000);

    it('serves the AWS CLI, which sends Expect and checksums', async () => {
      const { accessKeyId, secretAccessKey, region, endpointUrl } = await openSession();
      const env = {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_CA_BUNDLE: join(folder, 'tls/ca.pem'),
      };
      const aws = (...words: string[]) =>
        run(['aws', '--endpoint-url', endpointUrl, ...words], { cwd: folder, env });
      const [there, back] = [join(folder, 'there.bin'), join(folder, 'again.bin')];
      const at = ['--bucket', BUCKET, '--key', 'aws-cli.bin'];
      const up = await aws('s3api', 'put-object', ...at, '--body', there);
      expect(up.code, up.err).toBe(0);
      const down = await aws('s3api', 'get-object', ...at, back);
      expect(down.code, down.err).toBe(0);
      expect(Buffer.compare(readFileSync(back), CONTENT)).toBe(0);
      expect(errorLog()).not.toMatch(BUFFERED);
    }, 60_000);
  });
}
