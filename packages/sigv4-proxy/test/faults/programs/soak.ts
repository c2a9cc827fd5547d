// Sends good and faulty requests through a proxy and says what is held before and after. Run with --expose-gc.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { HttpRequest } from '@smithy/protocol-http';
import { createSigV4Proxy } from '../../../src/index.js';
import { closableServer } from '../../../src/node/close-server.js';
import { createRequestListener } from '../../../src/node/index.js';
import { answerParseErrors } from '../../../src/node/parse-error.js';
import { signRequest } from '../../../src/sigv4/index.js';
import { LOCAL, ROLE, ROLE_ARN } from '../../support/credentials.js';

const COUNT = Number(process.argv[2]);
const leak = process.argv[3] ?? '';
const kept: unknown[] = [];

/** AWS: answers by the path it is asked for. */
const upstream = createServer((socket) => {
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (end < 0 || text.length < end + 4 + length) return;
    const [, fault = 'good'] = /^\w+ \/bucket\/(\w+)/.exec(text) ?? [];
    text = '';
    if (fault === 'reset') socket.resetAndDestroy();
    else if (fault === 'cut') socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc');
    else if (fault === 'chunk')
      socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nabc');
    else if (fault === 'garbage') socket.end('no HTTP at all\r\n\r\n');
    else if (fault !== 'silent') socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
  });
});
upstream.listen(0, '127.0.0.1');
await once(upstream, 'listening');
const { port: upstreamPort } = upstream.address() as AddressInfo;

const outcomes = { allowed: 0, denied: 0, failed: 0 };
const proxy = createSigV4Proxy({
  authenticate: async (accessKeyId) =>
    accessKeyId === LOCAL.accessKeyId
      ? { ...LOCAL, session: { user: 'alice', roleArn: ROLE_ARN } }
      : undefined,
  authorize: async ({ path }) => ({ decision: path.endsWith('denied') ? 'deny' : 'allow' }),
  async credentials() {
    return ROLE;
  },
  onAudit: (event) => {
    outcomes[event.outcome] += 1;
    if (leak !== '') kept.push(event, new Array(100).fill(event.id));
  },
  connect: () => {
    const socket = connect(upstreamPort, '127.0.0.1');
    if (leak !== '') kept.push(connect(upstreamPort, '127.0.0.1'));
    return socket;
  },
});
const server = createHttpServer(createRequestListener(proxy));
answerParseErrors(server, proxy);
const close = closableServer(server);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

function text(path: string, { body = '', forged = false } = {}): string {
  const { headers } = signRequest(
    new HttpRequest({
      method: 'PUT',
      path,
      headers: { host: `localhost:${port}`, 'content-length': String(body.length) },
      body,
    }),
    {
      credentials: forged ? { ...LOCAL, secretAccessKey: 'guessed' } : LOCAL,
      region: 'eu-west-1',
      service: 's3',
      signingDate: new Date(),
    },
  );
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `PUT ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

type Kind = readonly [sent: () => string, leaves: boolean];
const KINDS: readonly Kind[] = [
  ...Array.from({ length: 10 }, (): Kind => [() => text('/bucket/good', { body: 'body' }), false]),
  [() => text('/bucket/reset', { body: 'body' }), false],
  [() => text('/bucket/cut'), false],
  [() => text('/bucket/chunk'), false],
  [() => text('/bucket/garbage'), false],
  [() => text('/bucket/denied'), false],
  [() => text('/bucket/good', { body: 'body', forged: true }), false],
  [() => text('/bucket/good', { body: 'body' }).replace('\r\n\r\nbody', '\r\n\r\nb0dy'), false],
  [
    () =>
      text('/bucket/good').replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    false,
  ],
  [() => text('/bucket/good', { body: 'body' }).slice(0, -2), true],
  [() => text('/bucket/silent', { body: 'body' }), true],
];

/** One client after another on a connection of its own: keeps it while it may, and leaves where that is the fault. */
async function client(count: number): Promise<void> {
  let socket: Socket | undefined;
  for (let i = 0; i < count; i += 1) {
    const [sent, leaves] = KINDS[i % KINDS.length] ?? [() => '', true];
    if (socket === undefined || socket.destroyed) {
      socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
    }
    const active = proxy.metrics().requests;
    socket.write(sent());
    if (leaves) {
      const done = active.allowed + active.denied + active.failed;
      while (proxy.metrics().activeRequests === 0) {
        const now = proxy.metrics().requests;
        if (now.allowed + now.denied + now.failed > done) break;
        await new Promise((resolve) => setImmediate(resolve));
      }
      socket.destroy();
    } else if (await isClosedAfterAnswer(socket)) socket.destroy();
  }
  socket?.destroy();
}

/** Waits for one answer, or for the end. */
function isClosedAfterAnswer(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    let got = '';
    const done = (isClosed: boolean): void => {
      socket.off('data', onData).off('close', onClose);
      resolve(isClosed);
    };
    const onClose = (): void => done(true);
    const onData = (chunk: Buffer): void => {
      got += chunk.toString('latin1');
      const end = got.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(got)?.[1] ?? -1);
      if (end < 0 || length < 0 || got.length < end + 4 + length) return;
      done(/connection: close/i.test(got.slice(0, end)));
    };
    socket.on('data', onData).on('close', onClose);
  });
}

async function settle(): Promise<object> {
  // Until nothing changes any more: connections that were cut take some turns to be gone.
  let before = '';
  for (let turn = 0; turn < 200; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const now = JSON.stringify(process.getActiveResourcesInfo());
    if (now === before && proxy.metrics().activeRequests === 0 && turn > 20) break;
    before = now;
  }
  for (let i = 0; i < 6; i += 1) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const resources = process.getActiveResourcesInfo();
  const count = (name: string): number => resources.filter((one) => one === name).length;
  const { activeRequests, requests } = proxy.metrics();
  return {
    sockets: count('TCPSocketWrap'),
    timers: count('Timeout'),
    heap: process.memoryUsage().heapUsed,
    external: process.memoryUsage().external,
    activeRequests,
    requests,
    outcomes: { ...outcomes },
  };
}

const CLIENTS = 8;
const round = (count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: CLIENTS }, () => client(Math.ceil(count / CLIENTS))));
// Caches fill and code is compiled before anything is measured.
await round(COUNT / 5);
const before = await settle();
await round(COUNT);
const after = await settle();
await close({ graceMs: 100 });
await proxy.close({ graceMs: 100 });
upstream.close();
for (const one of kept) if (one instanceof Object && 'destroy' in one) (one as Socket).destroy();
process.send?.({ before, after });
process.disconnect?.();
