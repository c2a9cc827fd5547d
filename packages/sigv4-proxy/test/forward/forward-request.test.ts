import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AbortLink } from '../../src/abort-like.js';
import { createUpstreamClient } from '../../src/forward/forward-request.js';
import type { UpstreamRequest } from '../../src/forward/upstream.js';
import { eventually } from '../support/eventually.js';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

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
    connectTimeoutMs: 5_000,
    responseHeaderTimeoutMs: 5_000,
    continueTimeoutMs: 1_000,
    idleTimeoutMs: 5_000,
    wholeResponseBytes: 65_536,
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

  it('keeps the connection of a client that leaves, when what it has sent is answered soon and shortly', async () => {
    const held: ServerResponse[] = [];
    const { client, opened } = await start((_request, response) => held.push(response), 1);
    for (const body of [undefined, Buffer.from('short')]) {
      const signal = new AbortLink();
      const answer = client.send({ ...get, method: 'POST', body, signal });
      await eventually(() => held.length === 1);
      signal.abort(new Error('gone'));
      await expect(answer).rejects.toMatchObject({ code: 'upstream' });
      const next = client.send(get);
      held.pop()?.end('ok');
      await eventually(() => held.length === 1);
      held.pop()?.end('ok');
      expect((await next).status).toBe(200);
    }
    expect(opened).toHaveLength(1);
  });

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
});
