import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { createExpectClient } from '../../src/forward/expect-request.js';
import type { UpstreamRequest } from '../../src/forward/upstream.js';

const HEADER_MS = 300_000;
const IDLE_MS = 60_000;
let server: Server;
let client: ReturnType<typeof createExpectClient>;

// Only our own timers: sockets keep theirs, so that the network goes on while time stands still.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(async () => {
  vi.useRealTimers();
  await client.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function start(onContinue: RequestListener): Promise<void> {
  server = createServer();
  server.on('checkContinue', onContinue);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  client = createExpectClient({
    connector: async () => connect(port, '127.0.0.1'),
    connectTimeoutMs: 10_000,
    responseHeaderTimeoutMs: HEADER_MS,
    continueTimeoutMs: 1_000,
    idleTimeoutMs: IDLE_MS,
    wholeResponseBytes: 65_536,
    maxConnections: 10,
    maxForsaken: 64,
  });
}

const send = (body: UpstreamRequest['body']) =>
  client.send({
    host: 's3.eu-west-1.amazonaws.com',
    port: 443,
    method: 'PUT',
    target: '/key',
    headers: ['host', 's3.eu-west-1.amazonaws.com', 'transfer-encoding', 'chunked'],
    body,
    expectContinue: true,
    poolKey: 's-1',
  });

const turns = async (count = 20): Promise<void> => {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('a request that expects 100', () => {
  it('may take its time to be uploaded', async () => {
    await start((request, response) => {
      response.writeContinue();
      request.resume();
      request.on('end', () => response.end('ok'));
    });
    const slow = async function* () {
      for (let i = 0; i < 4; i += 1) {
        yield Buffer.from('piece');
        vi.advanceTimersByTime(HEADER_MS);
        await turns();
      }
    };
    expect((await send(slow())).status).toBe(200);
  });

  it('is given up when AWS does not answer after its last byte', async () => {
    let ended = false;
    await start((request, response) => {
      response.writeContinue();
      request.resume();
      request.on('end', () => {
        ended = true;
      });
    });
    const answer = send(Buffer.from('body'));
    const refused = expect(answer).rejects.toThrowWithCode(SigV4ProxyError, 'upstream');
    while (!ended) await turns(1);
    vi.advanceTimersByTime(HEADER_MS);
    await refused;
  });

  it('is given up when AWS takes no more of the body', async () => {
    await start((_request, response) => {
      // Reads nothing: the buffers on the way fill up.
      response.writeContinue();
    });
    let pieces = 0;
    const endless = async function* () {
      for (;;) {
        pieces += 1;
        yield Buffer.alloc(1024 * 1024);
      }
    };
    const answer = send(endless());
    const refused = expect(answer).rejects.toThrowWithCode(SigV4ProxyError, 'upstream');
    for (let before = -1; before !== pieces || pieces === 0; ) {
      before = pieces;
      await turns(200);
    }
    vi.advanceTimersByTime(IDLE_MS);
    await refused;
  });

  it('has its answer cut when the rest does not come, and not when nobody reads it', async () => {
    await start((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
    });
    const { body } = await send(undefined);
    const stream = body as Readable;
    while (stream.readableLength === 0) await turns(1);
    vi.advanceTimersByTime(IDLE_MS);
    await turns();
    expect(stream.destroyed).toBe(false);
    const failed = once(stream, 'close').catch((error: unknown) => error);
    expect(String(stream.read())).toBe('half');
    vi.advanceTimersByTime(IDLE_MS);
    expect(await failed).toMatchObject({ code: 'upstream' });
  });
});
