import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Client, type Dispatcher } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { HostConnections } from '../../src/forward/host-connections.js';
import { eventually } from '../support/eventually.js';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

type Open = (callback: (error: Error | null, socket: Duplex | null) => void) => void;

function connectionsBy(open: Open, most: number): HostConnections {
  const create = () =>
    new Client('https://host.example', {
      pipelining: 1,
      connect: (_options, callback) =>
        open((error, socket) => {
          if (error === null) callback(null, socket as Socket);
          else callback(error, null);
        }),
    });
  return new HostConnections(create, most, 64);
}

const to =
  (port: number): Open =>
  (callback) => {
    const socket = connect(port, '127.0.0.1');
    const onError = (error: Error) => callback(error, null);
    socket.once('error', onError);
    socket.once('connect', () => callback(null, socket.off('error', onError)));
  };

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close().closeAllConnections());
  return (server.address() as AddressInfo).port;
}

/** The status of one request, or the code or message of what it failed with. */
function ask(
  connections: HostConnections,
  options: Partial<Dispatcher.DispatchOptions> = {},
): Promise<number | string> {
  return new Promise((resolve) => {
    let status = 0;
    connections.dispatch(
      { path: '/', method: 'GET', ...options },
      {
        onConnect() {},
        onHeaders(code) {
          status = code;
          return true;
        },
        onData: () => true,
        onComplete: () => resolve(status),
        onError: (error) => resolve('code' in error ? String(error.code) : error.message),
      },
    );
  });
}

const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

describe('HostConnections go on after', () => {
  it('certificates of another name, one after another and all at once', async () => {
    const failed: Open = (callback) =>
      setImmediate(() =>
        callback(Object.assign(new Error('x'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), null),
      );
    const port = await serve((_request, response) => response.end('ok'));
    let isWrong = true;
    const connections = connectionsBy((callback) => (isWrong ? failed : to(port))(callback), 4);
    for (let i = 0; i < 10; i += 1) {
      expect(await ask(connections)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    }
    const crowd = await Promise.all(times(50, () => ask(connections)));
    expect(new Set(crowd)).toEqual(new Set(['ERR_TLS_CERT_ALTNAME_INVALID']));
    isWrong = false;
    expect(await Promise.all(times(20, () => ask(connections)))).toEqual(times(20, () => 200));
    await connections.close();
  });

  it('requests that undici refuses, which take no connection away', async () => {
    const port = await serve((_request, response) => response.end('ok'));
    const connections = connectionsBy(to(port), 2);
    const odd = { headers: ['x-odd', 'line\nbreak'] };
    for (let i = 0; i < 10; i += 1) expect(await ask(connections, odd)).toBe('UND_ERR_INVALID_ARG');
    const mixed = times(30, (at) => ask(connections, at % 3 === 0 ? {} : odd));
    expect((await Promise.all(mixed)).filter((answer) => answer === 200)).toHaveLength(10);
    expect(await ask(connections)).toBe(200);
    await connections.close();
  });

  it('sockets that are dead when they are handed over', async () => {
    const port = await serve((_request, response) => response.end('ok'));
    const dead: Open = (callback) => {
      const socket = connect(port, '127.0.0.1');
      socket.destroy();
      callback(null, socket);
    };
    let isDead = true;
    const connections = connectionsBy(
      (callback) => setImmediate(() => (isDead ? dead : to(port))(callback)),
      2,
    );
    expect(await Promise.all(times(6, () => ask(connections)))).not.toContain(200);
    isDead = false;
    expect(await Promise.all(times(6, () => ask(connections)))).toEqual(times(6, () => 200));
    await connections.close();
  });

  it('a host that closes after every answer, while others wait', async () => {
    const port = await serve((_request, response) => {
      response.setHeader('connection', 'close');
      response.end('ok');
    });
    const connections = connectionsBy(to(port), 3);
    expect(await Promise.all(times(40, () => ask(connections)))).toEqual(times(40, () => 200));
    await connections.close();
  });

  it('a host that promises to keep connections and closes them at once', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => server.close());
    const connections = connectionsBy(to((server.address() as AddressInfo).port), 3);
    for (let i = 0; i < 10; i += 1) {
      const answers = await Promise.all(times(9, () => ask(connections)));
      // One that was under way when the connection went is lost; it is not sent twice.
      for (const answer of answers) expect([200, 'UND_ERR_SOCKET', 'ECONNRESET']).toContain(answer);
    }
    await connections.destroy(new Error('done'));
  });

  it('a host that cuts connections instead of answering', async () => {
    let cuts = 7;
    const port = await serve((request, response) => {
      cuts -= 1;
      if (cuts >= 0) request.socket.destroy();
      else response.end('ok');
    });
    const connections = connectionsBy(to(port), 2);
    const answers = await Promise.all(times(20, () => ask(connections)));
    expect(answers.filter((answer) => answer === 200)).toHaveLength(13);
    await connections.close();
  });
});

describe('HostConnections let go of a request that', () => {
  it('is given up while it waits, and only of that', async () => {
    const paths: string[] = [];
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const port = await serve((request, response) => {
      paths.push(request.url ?? '');
      released.then(() => response.end('ok'));
    });
    const connections = connectionsBy(to(port), 1);
    const first = ask(connections, { path: '/first' });
    const given: Dispatcher.DispatchHandler = { onError: () => expect.fail('was told') };
    connections.dispatch({ path: '/given-up', method: 'GET' }, given);
    const last = ask(connections, { path: '/last' });
    await eventually(() => paths.length === 1);
    expect(connections.forget(given)).toBe(true);
    expect(connections.forget(given)).toBe(false);
    release();
    expect(await Promise.all([first, last])).toEqual([200, 200]);
    expect(paths).toEqual(['/first', '/last']);
    const closed = connections.close();
    expect(connections.forget(given)).toBe(false);
    await closed;
  });

  it('is the last that waits, and close has waited for it', async () => {
    const port = await serve(() => {});
    const connections = connectionsBy(to(port), 1);
    const busy = ask(connections);
    const given: Dispatcher.DispatchHandler = {};
    connections.dispatch({ path: '/', method: 'GET' }, given);
    const closed = connections.close();
    connections.forget(given);
    for (const end of ends.splice(0)) end();
    expect(await busy).not.toBe(200);
    await closed;
  });
});

describe('HostConnections that are closed', () => {
  it('answer what they have and take nothing more', async () => {
    const port = await serve((_request, response) => setImmediate(() => response.end('ok')));
    const connections = connectionsBy(to(port), 2);
    const asked = times(7, () => ask(connections));
    const closed = Promise.all([connections.close(), connections.close()]);
    expect(await ask(connections)).toBe('upstream');
    expect(await Promise.all(asked)).toEqual(times(7, () => 200));
    await closed;
  });

  it('do not wait for a queue that was cut', async () => {
    const port = await serve(() => {});
    const connections = connectionsBy(to(port), 1);
    const asked = times(3, () => ask(connections));
    const closed = connections.close();
    await connections.destroy(new Error('cut'));
    await closed;
    expect(await Promise.all(asked)).toEqual(['cut', 'cut', 'cut']);
    expect(await ask(connections)).toBe('cut');
  });
});
