import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the fake was asked. */
export interface SeenCall {
  readonly call: string;
  readonly token: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers by `METHOD /path`; a function sees the call. */
export type FakeRoutes = Readonly<Record<string, FakeAnswer | ((call: SeenCall) => FakeAnswer)>>;

/** A server that answers as the contract of the gateway says, and remembers what it was asked. */
export interface FakeGateway {
  readonly url: string;
  readonly calls: SeenCall[];
  close(): Promise<void>;
}

export async function startFakeGateway(routes: FakeRoutes): Promise<FakeGateway> {
  const calls: SeenCall[] = [];
  const all: FakeRoutes = { ...usual, ...routes };
  const server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
    const call = `${request.method} ${(request.url ?? '').replace('/api/v1', '')}`;
    const seen = { call, token, body: text === '' ? {} : JSON.parse(text) };
    calls.push(seen);
    const route = all[call] ?? { status: 404, body: refusal('not-found', `no ${call}`) };
    const { status = 200, body, headers = {} } = typeof route === 'function' ? route(seen) : route;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const refusal = (code: string, message: string) => ({ error: { code, message } });

/** The end of everything, far enough for every test. */
export const LATER = '2999-01-01T00:00:00.000Z';

export const aliceLogin = {
  token: 'token-of-alice',
  user: 'alice',
  roles: ['aws-ro-access'],
  expiresAt: LATER,
};

export const session = (app: string, role = 'ExampleReadOnlyAccess') => ({
  id: `session-${app}-${role}`,
  app,
  user: 'alice',
  roleArn: `arn:aws:iam::123456789012:role/${role}`,
  accessKeyId: 'AKIALOCALEXAMPLE0001',
  secretAccessKey: 'local-secret-key',
  region: 'us-east-1',
  expiresAt: LATER,
  proxyUrl: 'http://127.0.0.1:1',
  endpointUrl: 'https://localhost:2',
  caCertificate: '-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n',
});

const usual: FakeRoutes = {
  'GET /info': {
    body: {
      version: '1.0.0',
      publicAddress: 'https://postern.example.com',
      proxyUrl: 'http://127.0.0.1:1',
      endpointUrl: 'https://localhost:2',
      caCertificate: '',
      login: { password: true, browser: true },
    },
  },
  'POST /login': ({ body }) =>
    body.password === 'right'
      ? { body: { ...aliceLogin, user: body.user } }
      : { status: 401, body: refusal('bad-login', 'User or password is wrong.') },
  'POST /logout': { status: 204, body: '' },
  'GET /status': {
    body: { user: 'alice', roles: ['aws-ro-access'], traits: {}, expiresAt: LATER, requests: [] },
  },
  'GET /apps': {
    body: {
      apps: [
        {
          name: 'test',
          uri: 'https://console.aws.amazon.com/',
          account: '123456789012',
          partition: 'aws',
          labels: {},
          roles: [
            role('ExampleReadOnlyAccess', 'usable'),
            {
              ...role('Admin', 'needs-request'),
              reason: 'It has to be asked for.',
              requestable: ['aws-admin'],
            },
          ],
        },
        {
          name: 'prod',
          uri: '',
          account: '123456789012',
          partition: 'aws',
          labels: {},
          roles: [role('ExampleReadOnlyAccess', 'denied')],
        },
      ],
    },
  },
  'POST /apps/test/sessions': { status: 201, body: session('test') },
  'POST /apps/prod/sessions': { status: 201, body: session('prod') },
  'DELETE /sessions/session-test-ExampleReadOnlyAccess': { status: 204, body: '' },
  'DELETE /sessions/session-prod-ExampleReadOnlyAccess': { status: 204, body: '' },
  'GET /sessions': { body: { sessions: [] } },
};

function role(name: string, status: string) {
  return {
    arn: `arn:aws:iam::123456789012:role/${name}`,
    name,
    display: name,
    status,
    requestable: [],
  };
}
