import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect, createServer as createPlainServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createStsTransport,
  JoinIamError,
  type StsTransportInit,
  verifyJoinRequest,
} from '../../../src/server/index.js';
import { createCertificates } from '../../support/certificates.js';
import { CREDENTIALS, IDENTITY, NOW, startJoin } from '../../support/fixtures.js';
import {
  type Behaviour,
  identityBody,
  type Principal,
  reply,
  startStandIn,
} from '../../support/sts-stand-in.js';

const HOSTS = ['sts.eu-central-1.amazonaws.com', 'sts.us-east-1.amazonaws.com'];

let certificates: Awaited<ReturnType<typeof createCertificates>>;
let sts: Awaited<ReturnType<typeof startStandIn>>;

const PRINCIPAL: Principal = {
  secretAccessKey: CREDENTIALS.secretAccessKey,
  sessionToken: CREDENTIALS.sessionToken,
  identity: IDENTITY,
};

beforeAll(async () => {
  certificates = await createCertificates(HOSTS);
});

beforeEach(async () => {
  sts = await startStandIn({
    ...certificates,
    now: NOW,
    principals: {
      [CREDENTIALS.accessKeyId]: PRINCIPAL,
      ASIAEXPIRED0000EXAMPLE: { ...PRINCIPAL, expired: true },
    },
  });
});

afterEach(() => sts.close());

function loopback(init: StsTransportInit = {}) {
  return createStsTransport({
    connectTo: () => ({ host: '127.0.0.1', port: sts.port }),
    extraCa: [certificates.ca],
    ...init,
  });
}

async function join(
  q: {
    behaviours?: Behaviour[];
    client?: Parameters<typeof startJoin>[0];
    init?: StsTransportInit;
    timeoutMs?: number;
    maxRetries?: number;
    signal?: AbortSignal;
  } = {},
) {
  const { request, options } = await startJoin(q.client);
  sts.next(...(q.behaviours ?? []));
  return verifyJoinRequest(request, {
    ...options,
    transport: loopback(q.init),
    timeoutMs: q.timeoutMs,
    maxRetries: q.maxRetries ?? 0,
    signal: q.signal,
  });
}

describe('a join over TLS', () => {
  it('is admitted when STS verifies the rebuilt request', async () => {
    await expect(join()).resolves.toMatchObject({ rule: 2, identity: { arn: IDENTITY.Arn } });
    expect(sts.names).toEqual(['sts.eu-central-1.amazonaws.com']);
  });

  it('sends exactly the bytes it means to send', async () => {
    const { request, options } = await startJoin();
    await verifyJoinRequest(request, { ...options, transport: loopback() });
    const sent = Buffer.from(request.requests[0] ?? []).toString('latin1');
    const authorization = /^Authorization: (.*)$/m.exec(sent)?.[1]?.trim();
    expect(sts.requests).toEqual([
      [
        'POST / HTTP/1.1',
        'host: sts.eu-central-1.amazonaws.com',
        'accept: application/json',
        'accept-encoding: identity',
        `authorization: ${authorization}`,
        'content-length: 43',
        'content-type: application/x-www-form-urlencoded; charset=utf-8',
        'user-agent: postern-join-iam',
        'x-amz-date: 20260115T120000Z',
        `x-amz-security-token: ${CREDENTIALS.sessionToken}`,
        `x-join-challenge: ${options.challenge}`,
        'connection: close',
        '',
        'Action=GetCallerIdentity&Version=2011-06-15',
      ].join('\r\n'),
    ]);
  });

  it('lets exactly one of parallel attempts with one challenge reach STS', async () => {
    const { request, options } = await startJoin();
    const transport = loopback();
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, () => verifyJoinRequest(request, { ...options, transport })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(sts.requests).toHaveLength(1);
  });

  it('holds its limits over real connections', async () => {
    const transport = loopback({ maxConcurrent: 2 });
    const joins = await Promise.all(Array.from({ length: 6 }, () => startJoin()));
    const results = await Promise.all(
      joins.map(({ request, options }) => verifyJoinRequest(request, { ...options, transport })),
    );
    expect(results.map(({ rule }) => rule)).toEqual([2, 2, 2, 2, 2, 2]);
  });

  it('is admitted with a long-term key, an audience and a binding', async () => {
    const { secretAccessKey } = CREDENTIALS;
    const identity = { ...IDENTITY };
    const other = await startStandIn({
      ...certificates,
      now: NOW,
      principals: { AKIAIOSFODNN7EXAMPLE: { secretAccessKey, identity } },
    });
    const { request, options } = await startJoin({
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey },
      audience: 'cluster.example.com',
      binding: 'ogtS-uV8x6mcllHxtXOVD9IRgj46zju5wnPAZDDyTNM',
    });
    const transport = loopback({ connectTo: () => ({ host: '127.0.0.1', port: other.port }) });
    await expect(verifyJoinRequest(request, { ...options, transport })).resolves.toMatchObject({
      rule: 2,
    });
    await other.close();
  });

  it('reaches a private endpoint through lookup, with the public name in TLS', async () => {
    const asked: string[] = [];
    const result = await join({
      init: {
        connectTo: (host) => ({ host, port: sts.port }),
        lookup: (hostname, options, callback) => {
          asked.push(hostname);
          if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
          else callback(null, '127.0.0.1', 4);
        },
      },
    });
    expect(result.rule).toBe(2);
    expect(asked).toEqual(['sts.eu-central-1.amazonaws.com']);
    expect(sts.names).toEqual(['sts.eu-central-1.amazonaws.com']);
  });
});

describe('what STS refuses', () => {
  it.each([
    ['an unknown key', { accessKeyId: 'ASIAUNKNOWN0000EXAMPLE' }, 'unknown-credentials'],
    ['an expired token', { accessKeyId: 'ASIAEXPIRED0000EXAMPLE' }, 'expired-credentials'],
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'signature'],
  ])('%s is sts-denied with its reason', async (_, change, reason) => {
    const client = { credentials: { ...CREDENTIALS, ...change } };
    await expect(join({ client, maxRetries: 2 })).rejects.toMatchObject({
      code: 'sts-denied',
      reason,
      retryable: false,
    });
    expect(sts.requests).toHaveLength(1);
  });

  it('tells how far the clock is off when only STS notices', async () => {
    const { request, options } = await startJoin({
      signingDate: new Date('2026-01-15T11:40:00Z'),
    });
    const slow = { ...options, clock: () => new Date('2026-01-15T11:40:30Z') };
    // The store issued the challenge at NOW; a clock before that leaves it fresh.
    await expect(
      verifyJoinRequest(request, { ...slow, transport: loopback() }),
    ).rejects.toMatchObject({
      code: 'sts-denied',
      reason: 'clock-skew',
      message: expect.stringContaining('1800 seconds behind'),
    });
  });
});

const slowly =
  (text: string): Behaviour =>
  (socket) => {
    socket.write(text);
  };

describe('what goes wrong on the way', () => {
  it.each<[string, Behaviour, string]>([
    [
      'a redirect',
      (socket) => reply(socket, { status: 302, headers: { Location: 'https://x' }, body: '' }),
      'sts-redirect',
    ],
    [
      'an answer that is too large',
      (socket) => reply(socket, { status: 200, body: ' '.repeat(70_000) }),
      'sts-oversize',
    ],
    [
      'an answer without end',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n');
        socket.write(' '.repeat(200_000));
      },
      'sts-oversize',
    ],
    [
      'a compressed answer',
      (socket) =>
        reply(socket, { status: 200, headers: { 'Content-Encoding': 'gzip' }, body: 'x' }),
      'sts-unexpected-content-type',
    ],
    [
      'two content types',
      (socket) =>
        reply(socket, {
          status: 200,
          headers: { 'content-type': 'text/xml' },
          body: identityBody(IDENTITY),
        }),
      'sts-unexpected-content-type',
    ],
    [
      'partial content',
      (socket) => reply(socket, { status: 206, body: identityBody(IDENTITY) }),
      'sts-unexpected-status',
    ],
    ['an outage', (socket) => reply(socket, { status: 503, body: 'x' }), 'sts-unavailable'],
    ['too many requests', (socket) => reply(socket, { status: 429, body: 'x' }), 'sts-throttled'],
    ['a reset connection', (socket) => void socket.destroy(), 'sts-unavailable'],
    [
      'a body cut short',
      (socket) => {
        socket.end(
          'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{',
        );
      },
      'sts-unavailable',
    ],
    ['something that is not HTTP', (socket) => void socket.end('220 smtp\r\n'), 'sts-unavailable'],
    [
      'a switch of protocols',
      (socket) => {
        socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
      },
      'sts-unexpected-status',
    ],
  ])('%s is refused', async (_, behaviour, code) => {
    await expect(join({ behaviours: [behaviour] })).rejects.toThrowWithCode(JoinIamError, code);
  });

  it.each<[string, Behaviour]>([
    ['no answer', () => undefined],
    ['a slow head', slowly('HTTP/1.1 200 OK\r\n')],
    ['a slow body', slowly('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{')],
  ])('%s ends at the deadline', async (_, behaviour) => {
    await expect(
      join({ behaviours: [behaviour], timeoutMs: 80, maxRetries: 2 }),
    ).rejects.toThrowWithCode(JoinIamError, 'sts-timeout');
  });

  it('a handshake that never ends is given up early and tried again', async () => {
    const silent = createPlainServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const ports = [port, sts.port];
    const result = await join({
      init: {
        connectTimeoutMs: 400,
        connectTo: () => ({ host: '127.0.0.1', port: ports.shift() }),
      },
      maxRetries: 1,
    });
    expect(result.rule).toBe(2);
    silent.close();
  });

  it('throttling is retried with the same bytes', async () => {
    const throttle: Behaviour = (socket) =>
      reply(socket, {
        status: 400,
        type: 'text/xml',
        body: '<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>',
      });
    const result = await join({ behaviours: [throttle, throttle], maxRetries: 2 });
    expect(result.rule).toBe(2);
    expect(new Set(sts.requests).size).toBe(1);
    expect(sts.requests).toHaveLength(3);
  });

  it('an abort ends the exchange', async () => {
    const controller = new AbortController();
    const behaviours: Behaviour[] = [() => controller.abort()];
    await expect(join({ behaviours, signal: controller.signal })).rejects.toThrowWithCode(
      JoinIamError,
      'aborted',
    );
  });
});

describe('who is trusted', () => {
  const reasonOf = async (promise: Promise<unknown>) => {
    const error = await promise.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'sts-unavailable' });
    return error instanceof JoinIamError ? error.detail : undefined;
  };

  afterAll(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  });

  it('not a certificate of an unknown root, whatever the environment says', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    const detail = await reasonOf(join({ init: { extraCa: [] } }));
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    expect(detail).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN/);
    expect(sts.requests).toEqual([]);
  });

  it('not a certificate for another name', async () => {
    const client = { region: 'eu-west-1' };
    expect(await reasonOf(join({ client }))).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(sts.requests).toEqual([]);
  });

  it('not an agent that turns verification off', () => {
    for (const options of [
      { rejectUnauthorized: false },
      { checkServerIdentity: () => undefined },
    ]) {
      expect(() => createStsTransport({ agent: new Agent(options) })).toThrowWithCode(
        JoinIamError,
        'invalid-option',
      );
    }
  });

  it('not an agent that connects without TLS', async () => {
    const plain = createPlainServer((socket) => {
      socket.end(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${identityBody(IDENTITY)}`,
      );
    }).listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const address = plain.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    class PlainAgent extends Agent {
      override createConnection() {
        return connect(port, '127.0.0.1');
      }
    }
    const detail = await reasonOf(join({ init: { agent: new PlainAgent() } }));
    expect(detail).toBe('the agent made a connection without verified TLS');
    plain.close();
  });

  it('an agent that verifies', async () => {
    const agent = new Agent({ keepAlive: true });
    await expect(join({ init: { agent } })).resolves.toMatchObject({ rule: 2 });
    agent.destroy();
  });
});
