import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { HostConnections, type Utilization } from '../../src/forward/host-connections.js';
import { eventually } from '../support/eventually.js';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A host that answers when it is told to, and how many connections it has seen and has. */
async function startHost() {
  const waiting: ServerResponse[] = [];
  const seen = { opened: 0, open: 0 };
  const server = createServer((_request, response) => waiting.push(response));
  server.on('connection', (socket) => {
    seen.opened += 1;
    seen.open += 1;
    socket.on('close', () => {
      seen.open -= 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  ends.push(() => server.close().closeAllConnections());
  const answer = () => {
    for (const response of waiting.splice(0)) response.end('ok');
  };
  return { port, waiting, seen, answer };
}

function connectionsTo(port: number, most: number, utilization?: Utilization) {
  const create = () =>
    new Client(`http://127.0.0.1:${port}`, {
      pipelining: 1,
      connect: (_options, callback) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('error', (error) => callback(error, null));
        socket.once('connect', () => callback(null, socket));
      },
    });
  return new HostConnections(create, most, 64, utilization);
}

/** Sends one request; gives its status, or the failure. */
function send(connections: HostConnections): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0;
    const handler: Dispatcher.DispatchHandler = {
      onConnect() {},
      onHeaders(code) {
        status = code;
        return true;
      },
      onData: () => true,
      onComplete() {
        // The connection is free in the next turn of the event loop.
        setImmediate(() => setImmediate(resolve, status));
      },
      onError: reject,
    };
    connections.dispatch({ path: '/', method: 'GET' }, handler);
  });
}

const sendMany = (connections: HostConnections, count: number) =>
  Promise.all(Array.from({ length: count }, () => send(connections)));

describe('HostConnections', () => {
  it('uses one connection for one request after another', async () => {
    const host = await startHost();
    const connections = connectionsTo(host.port, 256);
    for (let i = 0; i < 3; i += 1) {
      const sent = send(connections);
      await eventually(() => host.waiting.length === 1);
      host.answer();
      expect(await sent).toBe(200);
    }
    expect(host.seen.opened).toBe(1);
    await connections.destroy(new Error('done'));
  });

  it('opens more for requests that a slow host keeps waiting, up to the limit', async () => {
    const host = await startHost();
    const connections = connectionsTo(host.port, 72);
    const all = sendMany(connections, 88);
    await eventually(() => host.waiting.length === 72);
    host.answer();
    await eventually(() => host.waiting.length === 16);
    host.answer();
    expect(await all).toEqual(new Array(88).fill(200));
    expect(host.seen.opened).toBe(72);
    await connections.destroy(new Error('done'));
  });

  it('opens no more for a while when it is this process that is slow', async () => {
    const host = await startHost();
    let moments = 0;
    const connections = connectionsTo(host.port, 72, (since) => {
      moments += since === undefined ? 0 : 1;
      return { idle: 0, active: 1, utilization: 1 };
    });
    // Those that are left fail with `destroy`, while nobody waits for them yet.
    const all = sendMany(connections, 120).catch(() => {});
    await eventually(() => moments >= 10);
    expect(host.seen.opened).toBe(64);
    // It may be both: they come in the end.
    await eventually(() => moments >= 20 && host.seen.opened > 64);
    await connections.destroy(new Error('done'));
    await all;
  });

  it('fails every request when nobody answers at the port', async () => {
    const host = await startHost();
    const connections = connectionsTo(host.port, 20);
    for (const end of ends.splice(0)) end();
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => send(connections)));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['rejected']));
  });

  it('forgets connections that the host has closed', async () => {
    const host = await startHost();
    const connections = connectionsTo(host.port, 256);
    const all = sendMany(connections, 8);
    await eventually(() => host.waiting.length === 8);
    for (const response of host.waiting) response.setHeader('connection', 'close');
    host.answer();
    await all;
    await eventually(() => host.seen.open === 0);
    const again = send(connections);
    await eventually(() => host.waiting.length === 1);
    host.answer();
    expect(await again).toBe(200);
    expect(host.seen.opened).toBe(9);
    await connections.destroy(new Error('done'));
  });

  it('closes when what waits is answered, and fails it when destroyed', async () => {
    const host = await startHost();
    const connections = connectionsTo(host.port, 2);
    const all = sendMany(connections, 4);
    await eventually(() => host.waiting.length === 2);
    const closed = connections.close();
    host.answer();
    await eventually(() => host.waiting.length === 2);
    host.answer();
    await all;
    await closed;
    await eventually(() => host.seen.open === 0);

    const others = connectionsTo(host.port, 1);
    const lost = Promise.allSettled([send(others), send(others)]);
    await eventually(() => host.waiting.length === 1);
    await others.destroy(new Error('cut'));
    expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
