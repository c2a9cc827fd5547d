import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/audit/event.js';
import { SigV4ProxyError } from '../../src/errors.js';
import { createLocalProxy } from '../../src/node/create-local-proxy.js';
import { matchesNoProxy } from '../../src/node/dial-tunnel.js';
import { eventually } from '../support/eventually.js';
import { startLocalProxy } from '../support/local-proxy.js';
import { head, RawClient } from '../support/raw-client.js';
import { signHeaders } from '../support/signed-request.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

const AWS = 's3.eu-west-1.amazonaws.com';

let upstream: Upstream;
let local: Awaited<ReturnType<typeof startLocalProxy>>;
let client: RawClient;
let echo: Server | undefined;

async function start(
  options: Parameters<typeof startLocalProxy>[1] = {},
  listen: Parameters<typeof startLocalProxy>[2] = {},
) {
  upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-length': '2' });
    response.end('ok');
  });
  local = await startLocalProxy(upstream, options, { endpointPort: false, ...listen });
  client = await open();
}

const open = () => RawClient.open(Number(new URL(local.proxyUrl ?? '').port));

afterEach(async () => {
  client.socket.destroy();
  echo?.close();
  echo = undefined;
  await local.stop();
  await upstream.close();
});

/** A server that sends back what it gets. */
async function startEcho(): Promise<number> {
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  return (echo.address() as AddressInfo).port;
}

const toEcho = (port: number) => async () => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
};

/** Ends TLS inside a tunnel. */
async function handshake(raw: RawClient, servername: string | undefined) {
  const tls = tlsConnect({
    socket: raw.socket,
    ca: local.trusted,
    checkServerIdentity: () => undefined,
    ...(servername === undefined ? {} : { servername }),
  });
  await once(tls, 'secureConnect');
  return new RawClient(tls);
}

describe('createConnectListener', () => {
  it('takes a CONNECT of HTTP/1.0 without Host, and many requests in its tunnel', async () => {
    await start();
    client.write(`CONNECT ${AWS}:443 HTTP/1.0\r\n\r\n`);
    expect(await client.until('\r\n\r\n')).toBe('HTTP/1.1 200 Connection established\r\n\r\n');
    const inside = await handshake(client, AWS);
    for (const path of ['/1', '/2']) {
      inside.write(head('GET', path, await signHeaders({ host: AWS, path })));
      await eventually(() => inside.text.split('\r\n\r\nok').length === Number(path.slice(1)) + 1);
    }
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/1', '/2']);
    expect(local.events[0]).toMatchObject({ mode: 'connect', clientAddr: '127.0.0.1' });
  });

  it('feeds bytes that came with the CONNECT to TLS', async () => {
    await start();
    const port = Number(new URL(local.proxyUrl ?? '').port);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    // The client hello goes out in one write with the CONNECT.
    const pair = new (await import('node:stream')).Duplex({
      read() {},
      write(chunk, _encoding, done) {
        socket.write(
          first
            ? Buffer.concat([Buffer.from(`CONNECT ${AWS}:443 HTTP/1.1\r\n\r\n`), chunk])
            : chunk,
        );
        first = false;
        done();
      },
    });
    let first = true;
    let answered = false;
    socket.on('data', (chunk: Buffer) => {
      const rest = answered ? chunk : chunk.subarray(chunk.indexOf('\r\n\r\n') + 4);
      answered = true;
      if (rest.length > 0) pair.push(rest);
    });
    const tls = tlsConnect({ socket: pair, ca: local.trusted, servername: AWS });
    await once(tls, 'secureConnect');
    tls.destroy();
    socket.destroy();
  });

  it('works without a server name and refuses another one with a typed error', async () => {
    await start();
    client.write(`CONNECT ${AWS}:443 HTTP/1.1\r\n\r\n`);
    await client.until('\r\n\r\n');
    const inside = await handshake(client, undefined);
    inside.write(head('GET', '/1', await signHeaders({ host: AWS, path: '/1' })));
    await inside.until('ok');
    const other = await open();
    other.write(`CONNECT ${AWS}:443 HTTP/1.1\r\n\r\n`);
    await other.until('\r\n\r\n');
    const wrong = await handshake(other, 'sts.amazonaws.com');
    wrong.write(head('GET', '/1', await signHeaders({ host: AWS, path: '/1' })));
    expect(await wrong.until('</Error>')).toContain('x-sigv4-proxy-error: endpoint');
    expect(local.events.at(-1)).toMatchObject({ reason: 'host-mismatch' });
    other.socket.destroy();
  });

  it('refuses a request to another host than the tunnel was opened for', async () => {
    await start();
    client.write('CONNECT sts.eu-west-1.amazonaws.com:443 HTTP/1.1\r\n\r\n');
    await client.until('\r\n\r\n');
    const inside = await handshake(client, 'sts.eu-west-1.amazonaws.com');
    inside.write(head('GET', '/1', await signHeaders({ host: AWS, path: '/1' })));
    expect(await inside.until('</Error>')).toContain('x-sigv4-proxy-error: endpoint');
    expect(upstream.sockets.size).toBe(0);
  });

  it('tunnels Session Manager raw, under the certificate of AWS', async () => {
    const port = await startEcho();
    const dialled: string[] = [];
    await start(
      {},
      {
        connectTunnel: ({ host, port: to }) => {
          dialled.push(`${host}:${to}`);
          return toEcho(port)();
        },
      },
    );
    client.write('CONNECT ssmmessages.eu-west-1.amazonaws.com:443 HTTP/1.1\r\n\r\nearly ');
    await client.until('\r\n\r\n');
    client.write('bytes');
    await client.until('early bytes');
    expect(dialled).toEqual(['ssmmessages.eu-west-1.amazonaws.com:443']);
    client.socket.end();
    await client.untilEnd();
    await eventually(() => local.events.length === 1);
    expect(local.events[0]).toMatchObject({
      type: 'aws.tunnel',
      outcome: 'allowed',
      aws: { host: 'ssmmessages.eu-west-1.amazonaws.com' },
      bytesIn: 11,
      bytesOut: 11,
    });
  });

  it.each([
    ['example.com:443', 403, 'not-aws-host'],
    ['169.254.169.254:80', 403, 'blocked-address'],
    ['localhost:443', 403, 'blocked-address'],
    ['s3.eu-west-1.amazonaws.com:8080', 403, 'port-not-allowed'],
    ['nonsense', 400, 'bad-target'],
  ])('refuses %s with %i', async (authority, status, reason) => {
    await start();
    client.write(`CONNECT ${authority} HTTP/1.1\r\n\r\n`);
    expect(await client.untilEnd()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(local.events[0]).toMatchObject({ type: 'aws.tunnel', outcome: 'denied', reason });
  });

  it('tunnels other hosts only to addresses it may reach', async () => {
    await start(
      {},
      { nonAws: 'tunnel', lookup: async () => [{ address: '127.0.0.1', family: 4 }] },
    );
    client.write('CONNECT example.com:443 HTTP/1.1\r\n\r\n');
    expect(await client.untilEnd()).toMatch(/^HTTP\/1.1 403 /);
    expect(local.events[0]).toMatchObject({ reason: 'blocked-address' });
  });

  it('passes other hosts on to the proxy of the system', async () => {
    const port = await startEcho();
    const asked: (string | undefined)[] = [];
    const system = createHttpServer();
    system.on('connect', (request, socket) => {
      asked.push(request.url, request.headers['proxy-authorization']);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const remote = connect(port, '127.0.0.1');
      socket.pipe(remote).pipe(socket);
      socket.on('error', () => remote.destroy());
    });
    system.listen(0, '127.0.0.1');
    await once(system, 'listening');
    const url = `http://user:pa%20ss@127.0.0.1:${(system.address() as AddressInfo).port}`;
    await start({}, { nonAws: 'system-proxy', systemProxy: { url } });
    client.write('CONNECT example.com:443 HTTP/1.1\r\n\r\nhello');
    await client.until('hello');
    expect(asked).toEqual([
      'example.com:443',
      `Basic ${Buffer.from('user:pa ss').toString('base64')}`,
    ]);
    client.socket.destroy();
    system.close();
  });

  it('asks for the secret of its URL', async () => {
    await start({}, { secret: 's3cret' });
    client.write(`CONNECT ${AWS}:443 HTTP/1.1\r\n\r\n`);
    expect(await client.untilEnd()).toMatch(/^HTTP\/1.1 407 /);
    const wrong = await open();
    const basic = (password: string) => Buffer.from(`x:${password}`).toString('base64');
    wrong.write(
      `CONNECT ${AWS}:443 HTTP/1.1\r\nProxy-Authorization: Basic ${basic('other')}\r\n\r\n`,
    );
    expect(await wrong.untilEnd()).toMatch(/^HTTP\/1.1 407 /);
    const right = await open();
    right.write(
      `CONNECT ${AWS}:443 HTTP/1.1\r\nProxy-Authorization: Basic ${basic('s3cret')}\r\n\r\n`,
    );
    expect(await right.until('\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /);
    right.socket.destroy();
    expect(local.proxyUrl).toContain('x:s3cret@');
    const refused = { type: 'aws.tunnel', outcome: 'denied', reason: 'not-allowed' };
    expect(local.events).toMatchObject([refused, refused]);
    expect(local.events[0]).toMatchObject({ aws: { host: `${AWS}:443` }, clientAddr: '127.0.0.1' });
    expect(local.proxy.metrics()).toMatchObject({
      requests: { denied: 2 },
      errorsByCode: { 'not-allowed': 2 },
    });
  });

  it('takes no empty secret, which everybody would know', async () => {
    await start();
    const open = createLocalProxy({ proxy: local.proxy, ca: local.ca, secret: '' });
    await expect(open).rejects.toThrowWithCode(SigV4ProxyError, 'invalid-option');
  });

  it('takes a name that ends with a dot for the same host', async () => {
    await start();
    client.write(`CONNECT ${AWS}.:443 HTTP/1.1\r\n\r\n`);
    await client.until('\r\n\r\n');
    const inside = await handshake(client, AWS);
    inside.write(head('GET', '/1', await signHeaders({ host: AWS, path: '/1' })));
    await inside.until('\r\n\r\nok');
  });

  it('answers a broken request inside with a typed error', async () => {
    await start();
    client.write(`CONNECT ${AWS}:443 HTTP/1.1\r\n\r\n`);
    await client.until('\r\n\r\n');
    const inside = await handshake(client, AWS);
    const headers = await signHeaders({ host: AWS, path: '/1' });
    inside.write(head('PUT', '/1', [...headers, ['Content-Length', '1'], ['Content-Length', '2']]));
    expect(await inside.untilEnd()).toMatch(/x-sigv4-proxy-error: endpoint[\s\S]*<\/Error>\s*$/);
    expect(local.events).toMatchObject([{ reason: 'bad-framing', mode: 'connect' }]);
  });

  it('puts a CONNECT on record whose client ends without a TLS handshake', async () => {
    await start();
    client.write(`CONNECT ${AWS}:443 HTTP/1.1\r\n\r\n`);
    await client.until('\r\n\r\n');
    client.write('this is no TLS');
    await client.untilEnd();
    await eventually(() => local.events.length === 1);
    expect(local.events[0]).toMatchObject({
      type: 'aws.tunnel',
      outcome: 'failed',
      reason: 'bad-framing',
      clientAddr: '127.0.0.1',
      aws: { host: AWS },
    });
    expect(local.proxy.metrics()).toMatchObject({ activeTunnels: 0, requests: { failed: 1 } });
  });

  it('opens no raw tunnel whose event cannot be written, and refuses none unrecorded', async () => {
    const port = await startEcho();
    const onAudit = () => Promise.reject(new Error('The disk is full.'));
    const strict = { onAudit, onAuditFailure: 'deny' } as const;
    await start(strict, { nonAws: 'tunnel', connectTunnel: toEcho(port) });
    client.write('CONNECT example.com:443 HTTP/1.1\r\n\r\nearly');
    const answer = await client.untilEnd();
    expect(answer).toMatch(/^HTTP\/1.1 500 [\s\S]*x-sigv4-proxy-error: internal/);
    expect(answer).not.toContain('early');
    const refused = await open();
    refused.write('CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n');
    expect(await refused.untilEnd()).toMatch(/^HTTP\/1.1 500 /);
  });

  it('writes two events of a raw tunnel in strict mode: before its first byte, and after its last', async () => {
    const port = await startEcho();
    const events: AuditEvent[] = [];
    let atFirstByte = 0;
    const onAudit = async (event: AuditEvent) => {
      events.push(event);
    };
    const strict = { onAudit, onAuditFailure: 'deny' } as const;
    await start(strict, { nonAws: 'tunnel', connectTunnel: toEcho(port) });
    client.socket.once('data', () => {
      atFirstByte = events.length;
    });
    client.write('CONNECT example.com:443 HTTP/1.1\r\n\r\nbytes');
    await client.until('bytes');
    client.socket.end();
    await eventually(() => events.length === 2);
    expect(atFirstByte).toBe(1);
    expect(events).toMatchObject([
      { type: 'aws.tunnel', outcome: 'allowed', bytesIn: 0, bytesOut: 0 },
      { type: 'aws.tunnel', outcome: 'allowed', bytesIn: 5, bytesOut: 5, id: events[0]?.id },
    ]);
  });

  it('keeps to its limit of tunnels', async () => {
    const port = await startEcho();
    await start({}, { nonAws: 'tunnel', maxTunnels: 1, connectTunnel: toEcho(port) });
    client.write('CONNECT example.com:443 HTTP/1.1\r\n\r\n');
    await client.until('\r\n\r\n');
    const second = await open();
    second.write('CONNECT example.com:443 HTTP/1.1\r\n\r\n');
    expect(await second.untilEnd()).toMatch(/^HTTP\/1.1 503 /);
    client.socket.destroy();
    await eventually(() => local.events.length === 2);
    const third = await open();
    third.write('CONNECT example.com:443 HTTP/1.1\r\n\r\n');
    await third.until('200 ');
    third.socket.destroy();
  });

  it('says what it is and takes nothing else', async () => {
    await start();
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await client.untilEnd()).toMatch(/^HTTP\/1.1 200 [\s\S]*HTTPS_PROXY/);
    const other = await open();
    other.write('GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n');
    expect(await other.untilEnd()).toMatch(/^HTTP\/1.1 400 /);
  });
});

describe('createLocalProxy', () => {
  it('names the taken port and the fix', async () => {
    await start();
    const taken = Number(new URL(local.proxyUrl ?? '').port);
    const again = createLocalProxy({ proxy: local.proxy, ca: local.ca, connectPort: taken });
    await expect(again).rejects.toThrowWithCode(SigV4ProxyError, 'port-in-use');
    const open = createLocalProxy({ proxy: local.proxy, ca: local.ca, host: '0.0.0.0' });
    await expect(open).rejects.toThrowWithCode(SigV4ProxyError, 'invalid-option');
  });

  it('refuses a CONNECT on the endpoint port on record, and closes as if it had not been', async () => {
    await start({}, { endpointPort: 0, endpointTls: false });
    const stray = await RawClient.open(Number(new URL(local.endpointUrl ?? '').port));
    stray.write('CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await stray.untilEnd()).toMatch(/^HTTP\/1.1 403 [\s\S]*endpoint URL/);
    expect(local.events).toMatchObject([
      { type: 'aws.tunnel', outcome: 'denied', reason: 'not-allowed', aws: { host: 'a:443' } },
    ]);
    await local.close({ graceMs: 1_000_000 });
  });

  it('cuts raw tunnels after the time it was given', async () => {
    const port = await startEcho();
    await start({}, { nonAws: 'tunnel', connectTunnel: toEcho(port) });
    client.write('CONNECT example.com:443 HTTP/1.1\r\n\r\n');
    await client.until('\r\n\r\n');
    await local.close({ graceMs: 20 });
    await client.untilEnd();
  });

  it.each([
    ['maxTunnels', [Number.NaN, 0, -1, 1.5]],
    ['headerTimeoutMs', [Number.NaN, 0, -5, 2 ** 31]],
  ])('takes no %s that is none', async (name, values) => {
    await start();
    for (const value of values) {
      const made = createLocalProxy({ proxy: local.proxy, ca: local.ca, [name]: value });
      await expect(made).rejects.toThrowWithCode(SigV4ProxyError, 'invalid-option');
      await expect(made).rejects.toThrow(new RegExp(`^${name} must be a whole number`));
    }
    for (const graceMs of [Number.NaN, -1, 2 ** 31, Number.POSITIVE_INFINITY]) {
      for (const one of [local, local.proxy]) {
        await expect(one.close({ graceMs })).rejects.toThrowWithCode(
          SigV4ProxyError,
          'invalid-option',
        );
      }
    }
  });

  it('waits for nobody who has nothing in flight', async () => {
    await start({}, { endpointPort: 0 });
    // No TLS begun in the tunnel; no request sent; kept alive after a request.
    client.write(`CONNECT ${AWS}:443 HTTP/1.1\r\n\r\n`);
    await client.until('\r\n\r\n');
    const silent = await open();
    const tunnel = await open();
    tunnel.write(`CONNECT ${AWS}:443 HTTP/1.1\r\n\r\n`);
    await tunnel.until('\r\n\r\n');
    const unused = await handshake(tunnel, AWS);
    const { port } = new URL(local.endpointUrl ?? '');
    const tls = tlsConnect({ port: Number(port), ca: local.trusted, servername: 'localhost' });
    await once(tls, 'secureConnect');
    await local.close({ graceMs: 1_000_000 });
    await Promise.all([silent, unused, client].map((one) => one.untilEnd()));
    tls.destroy();
  });

  it('closes a kept-alive connection when its last answer is out', async () => {
    let answer: (() => void) | undefined;
    await start();
    upstream.server.removeAllListeners('request');
    upstream.server.on('request', (_request, response) => {
      answer = () => response.end('late');
    });
    client.write(`CONNECT ${AWS}:443 HTTP/1.1\r\n\r\n`);
    await client.until('\r\n\r\n');
    const inside = await handshake(client, AWS);
    inside.write(head('GET', '/1', await signHeaders({ host: AWS, path: '/1' })));
    await eventually(() => answer !== undefined);
    const closing = local.close({ graceMs: 1_000_000 });
    answer?.();
    expect(await inside.untilEnd()).toContain('late');
    await closing;
  });

  it('finishes what is in flight when it closes', async () => {
    let answer: (() => void) | undefined;
    await start();
    upstream.server.removeAllListeners('request');
    upstream.server.on('request', (_request, response) => {
      answer = () => response.end('late');
    });
    client.write(`CONNECT ${AWS}:443 HTTP/1.1\r\n\r\n`);
    await client.until('\r\n\r\n');
    const inside = await handshake(client, AWS);
    inside.write(head('GET', '/1', await signHeaders({ host: AWS, path: '/1' })));
    await eventually(() => answer !== undefined);
    const closing = Promise.all([
      local.close({ graceMs: 20_000 }),
      local.proxy.close({ graceMs: 20_000 }),
    ]);
    const refused = await open().catch((error: NodeJS.ErrnoException) => error.code);
    expect(refused).toBe('ECONNREFUSED');
    answer?.();
    await inside.until('late');
    inside.socket.destroy();
    await closing;
    expect(local.events).toHaveLength(1);
  });
});

describe('matchesNoProxy', () => {
  it.each([
    ['example.com', 'example.com', true],
    ['a.example.com', 'example.com', true],
    ['a.example.com', '.example.com', true],
    ['a.example.com', '*.example.com', true],
    ['notexample.com', 'example.com', false],
    ['anything', '*', true],
    ['anything', '', false],
    ['anything', ' , ,', false],
  ])('%s against %s', (host, list, expected) => {
    expect(matchesNoProxy(host, list)).toBe(expected);
  });
});
