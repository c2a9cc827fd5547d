import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AbortLink } from '../../src/abort-like.js';
import { createUpstreamClient } from '../../src/forward/forward-request.js';
import type { UpstreamRequest } from '../../src/forward/upstream.js';
import { eventually } from '../support/eventually.js';
import { until } from '../support/until.js';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const LIMITS = {
  connectTimeoutMs: 5_000,
  responseHeaderTimeoutMs: 5_000,
  continueTimeoutMs: 1_000,
  idleTimeoutMs: 5_000,
  wholeResponseBytes: 65_536,
  maxForsaken: 64,
};

/** A client whose every host is a server of the test, and the connections that it has opened. */
async function start(listener: RequestListener, maxConnections = 256) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const opened: string[] = [];
  const client = createUpstreamClient({
    connector: async (host) => {
      opened.push(host);
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
    ...LIMITS,
    maxConnections,
  });
  ends.push(
    () => client.destroy(),
    () => server.close().closeAllConnections(),
  );
  return { client, opened };
}

const get: UpstreamRequest = {
  host: 's3.eu-west-1.amazonaws.com',
  port: 443,
  method: 'GET',
  target: '/',
  headers: ['Host', 's3.eu-west-1.amazonaws.com'],
  poolKey: 'alice',
};

describe('the client towards AWS', () => {
  it('keeps its connection after HEAD, whose length is not that of a body', async () => {
    const { client, opened } = await start((_request, response) => {
      response.setHeader('content-length', '5');
      response.end('hello');
    });
    for (const method of ['HEAD', 'GET', 'HEAD', 'HEAD', 'GET']) {
      const answer = await client.send({ ...get, method });
      expect(answer.status).toBe(200);
      expect(answer.body?.toString()).toBe(method === 'GET' ? 'hello' : undefined);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(opened).toHaveLength(1);
  });

  it('shares no connection between identities or hosts, whatever came before', async () => {
    const seen = new Map<unknown, Set<string>>();
    const { client } = await start((request, response) => {
      const who = seen.get(request.socket) ?? new Set();
      seen.set(request.socket, who.add(request.url ?? ''));
      response.end('ok');
    });
    const some = ['alice', 'bob', 'alice', 'alice', 'carol', 'bob'];
    for (const [at, poolKey] of [...some, ...some].entries()) {
      const host = at % 2 === 0 ? 'one.amazonaws.com' : 'two.amazonaws.com';
      await client.send({ ...get, poolKey, host, target: `/${poolKey}/${host}` });
    }
    for (const who of seen.values()) expect(who.size).toBe(1);
  });

  it('lets go at once of a request that is given up while it waits for a connection', async () => {
    const paths: string[] = [];
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { client } = await start((request, response) => {
      paths.push(request.url ?? '');
      released.then(() => response.end('ok'));
    }, 1);
    const first = client.send({ ...get, target: '/first' });
    await eventually(() => paths.length === 1);
    const signal = new AbortLink();
    const given = client.send({ ...get, target: '/given-up', signal });
    const last = client.send({ ...get, target: '/last' });
    signal.abort(new Error('left'));
    await expect(given).rejects.toMatchObject({ code: 'upstream' });
    release();
    expect((await first).status).toBe(200);
    expect((await last).status).toBe(200);
    expect(paths).toEqual(['/first', '/last']);
  });

  it('opens nothing once it is closed', async () => {
    const { client, opened } = await start((_request, response) => response.end('ok'));
    await client.send(get);
    await client.destroy();
    await expect(client.send({ ...get, poolKey: 'bob' })).rejects.toMatchObject({
      code: 'upstream',
      message: 'The proxy is closed.',
    });
    expect(opened).toHaveLength(1);
  });

  it.each([
    ['no body', undefined],
    ['a short body', Buffer.from('short')],
  ])(
    'keeps the connection of a client that leaves with %s, when its answer comes soon and is short',
    async (_what, body) => {
      const held: ServerResponse[] = [];
      const { client } = await start((_request, response) => held.push(response));
      const signal = new AbortLink();
      const answer = client.send({ ...get, method: 'POST', body, signal });
      await eventually(() => held.length === 1);
      const first = held[0]?.socket;
      signal.abort(new Error('gone'));
      await expect(answer).rejects.toMatchObject({ code: 'upstream' });
      held.pop()?.end('ok');
      // It is free a moment later, and one that was cut never is. Two at a time, as the one used last is taken first.
      const used = new Set<unknown>();
      for (let tries = 0; !used.has(first) && tries < 50; tries += 1) {
        const answers = [client.send(get), client.send(get)];
        await eventually(() => held.length === 2);
        for (const response of held.splice(0)) {
          used.add(response.socket);
          response.end('ok');
        }
        for (const { status } of await Promise.all(answers)) expect(status).toBe(200);
      }
      expect(used).toContain(first);
    },
  );

  it.each([
    ['a long answer', (response: ServerResponse) => response.write('x'.repeat(100_000))],
    ['no answer within a second', () => true],
  ])('cuts the connection of a client that leaves when there is %s', async (_what, go) => {
    let cut = false;
    let response: ServerResponse | undefined;
    const { client } = await start((_request, outgoing) => {
      response = outgoing;
      outgoing.on('close', () => {
        cut = true;
      });
    });
    const signal = new AbortLink();
    const answer = client.send({ ...get, signal });
    await eventually(() => response !== undefined);
    signal.abort(new Error('gone'));
    await expect(answer).rejects.toMatchObject({ code: 'upstream' });
    if (response !== undefined) go(response);
    await eventually(() => cut);
  });

  it('cuts the connection at once when a client leaves in the middle of its body', async () => {
    let cut = false;
    const { client } = await start((request) => {
      request.resume().on('error', () => {
        cut = true;
      });
    });
    const signal = new AbortLink();
    let isAsked = false;
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('first');
      isAsked = true;
      await new Promise(() => {});
    }
    const answer = client.send({ ...get, method: 'PUT', body: body(), signal });
    await eventually(() => isAsked);
    signal.abort(new Error('gone'));
    await expect(answer).rejects.toMatchObject({ code: 'upstream' });
    await eventually(() => cut);
  });

  it('gives the connections of clients that have left to those who wait for one', async () => {
    const held: ServerResponse[] = [];
    const { client } = await start((request, response) => {
      if (request.url === '/next') response.end('ok');
      else held.push(response);
    }, 2);
    for (const count of [1, 2]) {
      const signal = new AbortLink();
      const answer = client.send({ ...get, signal });
      await eventually(() => held.length === count);
      signal.abort(new Error('gone'));
      await expect(answer).rejects.toMatchObject({ code: 'upstream' });
    }
    const cut = once(held[0] as ServerResponse, 'close');
    expect((await client.send({ ...get, target: '/next' })).status).toBe(200);
    // Before the second that they would have had otherwise.
    await cut;
    expect(held[1]?.closed).toBe(false);
  });

  it('waits for each piece of a short answer anew', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let response: ServerResponse | undefined;
      const { client } = await start((_request, outgoing) => {
        outgoing.writeHead(200, { 'content-length': '4' }).write('1');
        response = outgoing;
      });
      let bytes = 0;
      const counter = {
        get bytesOut() {
          return bytes;
        },
        set bytesOut(value) {
          bytes = value;
        },
      };
      const answer = client.send({ ...get, counter });
      for (const piece of ['2', '3', '4']) {
        await until(() => bytes === Number(piece) - 1);
        await vi.advanceTimersByTimeAsync(4_000);
        response?.write(piece);
      }
      await until(() => bytes === 4);
      expect((await answer).body?.toString()).toBe('1234');
    } finally {
      vi.useRealTimers();
    }
  });

  it('asks a client for no more of its body than AWS takes, and gives up when AWS takes none', async () => {
    const server = createTcpServer((socket) => socket.pause().on('error', () => {}));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    ends.push(() => void server.close());
    const client = createUpstreamClient({
      connector: async () => {
        const socket = connect(port, '127.0.0.1');
        ends.push(() => void socket.destroy());
        await once(socket, 'connect');
        return socket;
      },
      ...LIMITS,
      responseHeaderTimeoutMs: 200,
      maxConnections: 1,
    });
    ends.push(() => client.destroy());
    let asked = 0;
    async function* body(): AsyncGenerator<Uint8Array> {
      while (asked < 64 * 1024 * 1024) {
        asked += 2_048;
        yield Buffer.alloc(2_048);
      }
    }
    await expect(client.send({ ...get, method: 'PUT', body: body() })).rejects.toMatchObject({
      code: 'upstream',
    });
    // What the sockets of both sides hold.
    expect(asked).toBeLessThan(32 * 1024 * 1024);
  });
});
