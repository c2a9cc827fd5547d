import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRequestListener } from '../../src/node/request-listener.js';
import { eventually } from '../support/eventually.js';
import { startLocalProxy } from '../support/local-proxy.js';
import { makeProxy } from '../support/make-proxy.js';
import { head, RawClient } from '../support/raw-client.js';
import { type RequestSketch, signHeaders } from '../support/signed-request.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

let upstream: Upstream;
let local: Awaited<ReturnType<typeof startLocalProxy>>;
let client: RawClient;
let port: number;
let takeOver: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;

const ok = (_request: unknown, response: ServerResponse): void => {
  response.writeHead(200, {
    'content-length': '2',
    'x-amz-request-id': 'S3REQ',
    connection: 'x-internal',
    'x-internal': '1',
  });
  response.end('ok');
};

async function start(options: Parameters<typeof startLocalProxy>[1] = {}, listen: object = {}) {
  takeOver = undefined;
  upstream = await startUpstream(ok, {
    raw: (request, response) => takeOver?.(request, response) ?? false,
  });
  local = await startLocalProxy(upstream, options, {
    endpointTls: false,
    connectPort: false,
    ...listen,
  });
  port = Number(new URL(local.endpointUrl ?? '').port);
  client = await RawClient.open(port);
}

beforeEach(() => start());

afterEach(async () => {
  client.socket.destroy();
  await local.stop();
  await upstream.close();
});

const sign = (sketch: RequestSketch) => signHeaders({ host: `localhost:${port}`, ...sketch });

describe('createRequestListener', () => {
  it('serves pipelined requests in order on one connection', async () => {
    const one = await sign({ path: '/bucket/1' });
    const two = await sign({ path: '/bucket/2' });
    client.write(head('GET', '/bucket/1', one) + head('GET', '/bucket/2', two));
    await eventually(() => client.text.split('\r\n\r\nok').length === 3);
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/bucket/1', '/bucket/2']);
    expect(client.text).toContain('x-sigv4-proxy-request-id');
    expect(client.text).not.toContain('x-internal');
  });

  it('keeps targets byte for byte', async () => {
    const path = '/bucket//a/../b/./c%20d%2Be~';
    client.write(head('GET', path, await sign({ path })));
    await client.until('ok');
    expect(upstream.seen[0]?.url).toBe(path);
    expect(upstream.refused).toEqual([]);
  });

  it.each([
    ['two Host headers', ['Host', 'evil.example'], 'malformed-auth'],
    ['two Authorization headers', ['Authorization', 'AWS4-HMAC-SHA256 x'], 'malformed-auth'],
    [
      'a Connection header that takes a signed header away',
      ['Connection', 'x-amz-date'],
      'endpoint',
    ],
    ['a WebSocket handshake', ['Upgrade', 'websocket'], 'denied'],
  ] as const)('refuses %s', async (_name, extra, kind) => {
    const headers = await sign({ path: '/bucket/key' });
    client.write(head('GET', '/bucket/key', [...headers, extra]));
    expect(await client.until('</Error>')).toContain(`x-sigv4-proxy-error: ${kind}`);
    expect(upstream.sockets.size).toBe(0);
  });

  it.each([
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n'],
    ['a length and chunked encoding', 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'],
    ['a header without a colon', 'Nonsense\r\n'],
  ])('closes on %s', async (_name, lines) => {
    client.write(`PUT /bucket/key HTTP/1.1\r\nHost: localhost:${port}\r\n${lines}\r\nx`);
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 400 /);
    expect(upstream.sockets.size).toBe(0);
  });

  it.each([
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n'],
    ['a length and chunked encoding', 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'],
    ['a folded line', 'X-A: 1\r\n 2\r\n'],
    ['a bare line feed', 'X-A: 1\nX-B: 2\r\n'],
    ['an unknown expectation', 'Expect: 200-ok\r\n'],
  ])('answers %s in the format of the client, and audits and counts it', async (name, lines) => {
    const headers = await sign({ path: '/bucket/key' });
    const signed = headers.map(([key, value]) => `${key}: ${value}\r\n`).join('');
    client.write(`PUT /bucket/key?a=1 HTTP/1.1\r\n${signed}${lines}\r\n`);
    const text = await client.until('</Error>');
    const expectation = name.includes('expectation');
    expect(text).toContain(`x-sigv4-proxy-error: ${expectation ? 'denied' : 'endpoint'}`);
    expect(text).toMatch(/<Error><Code>[^<]+<\/Code>[\s\S]*<\/Error>/);
    expect(upstream.sockets.size).toBe(0);
    expect(local.events).toMatchObject([
      {
        type: 'aws.request.denied',
        reason: expectation ? 'denied' : 'bad-framing',
        mode: 'endpoint-url',
        clientAddr: '127.0.0.1',
        http: { method: 'PUT', path: '/bucket/key', query: 'a=1' },
      },
    ]);
    expect(local.proxy.metrics()).toMatchObject({ activeRequests: 0, requests: { denied: 1 } });
  });

  it('answers what is no request at all in plain text', async () => {
    client.write('\u0016\u0003\u0001 nonsense\r\n\r\n');
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 400 [\s\S]*text\/plain/);
    expect(local.events).toMatchObject([{ reason: 'bad-framing' }]);
  });

  it('leaves a broken body to the request that it belongs to', async () => {
    const path = '/bucket/key';
    const headers = await sign({ method: 'PUT', path, payload: 'UNSIGNED-PAYLOAD' });
    client.write(head('PUT', path, [...headers, ['Transfer-Encoding', 'chunked']]));
    client.write('nonsense\r\n');
    await client.untilEnd();
    await eventually(() => local.events.length > 0);
    expect(local.events).toHaveLength(1);
  });

  it('answers a header block and a target of more than 64 KiB with a typed error', async () => {
    const headers = await sign({ path: '/bucket/key' });
    client.write(head('GET', '/bucket/key', [...headers, ['x-long', 'x'.repeat(65_530)]]));
    expect(await client.until('</Error>')).toContain('EntityTooLarge');
    const other = await RawClient.open(port);
    other.write(head('GET', `/bucket/${'k'.repeat(65_536)}`, headers));
    expect(await other.until('</Error>')).toContain('EntityTooLarge');
    other.socket.destroy();
  });

  it('takes a target in absolute form only when its host is the Host header', async () => {
    const headers = await sign({ path: '/bucket/key' });
    client.write(head('GET', `http://localhost:${port}/bucket/key`, headers));
    await client.until('ok');
    const other = await RawClient.open(port);
    other.write(head('GET', 'http://evil.example/bucket/key', headers));
    expect(await other.until('</Error>')).toContain('x-sigv4-proxy-error: endpoint');
    other.socket.destroy();
  });

  it('refuses names that are not the listener (DNS rebinding)', async () => {
    const headers = await signHeaders({ host: 'evil.example', path: '/bucket/key' });
    client.write(head('GET', '/bucket/key', headers));
    expect(await client.until('</Error>')).toContain('x-sigv4-proxy-error: endpoint');
    expect(local.events.at(-1)).toMatchObject({ reason: 'bad-host' });
  });

  it('sends trailers to those who can take them', async () => {
    takeOver = (_request, response) => {
      response.writeHead(200, { trailer: 'x-amz-checksum' });
      response.write('body');
      response.addTrailers({ 'x-amz-checksum': 'abc' });
      response.end();
      return true;
    };
    client.write(head('GET', '/bucket/1', await sign({ path: '/bucket/1' })));
    expect(await client.until('x-amz-checksum: abc')).toContain('body');
    const old = await RawClient.open(port);
    const lines = head('GET', '/bucket/1', await sign({ path: '/bucket/1' }));
    old.write(lines.replace('HTTP/1.1', 'HTTP/1.0'));
    expect(await old.untilEnd()).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\nbody$/);
  });

  it('closes the connection when an error leaves body bytes unread', async () => {
    const headers = await sign({
      method: 'PUT',
      path: '/bucket/key',
      headers: { 'content-length': '1000000' },
      credentials: { accessKeyId: 'SP00UNKNOWNKEY000000', secretAccessKey: 'x' },
    });
    client.write(head('PUT', '/bucket/key', headers));
    client.write(Buffer.alloc(200_000));
    const text = await client.untilEnd();
    expect(text).toContain('InvalidAccessKeyId');
    expect(text).toContain('connection: close');
  });

  it('cuts the upload to AWS when the client leaves in the middle', async () => {
    const data = Buffer.alloc(1_000_000);
    const headers = await sign({
      method: 'PUT',
      path: '/bucket/key',
      headers: { 'content-length': String(data.length) },
      body: data,
    });
    client.write(head('PUT', '/bucket/key', headers));
    client.write(data.subarray(0, 500_000));
    await eventually(() => upstream.sockets.size > 0);
    client.socket.destroy();
    await eventually(() => local.events.length > 0 && upstream.refused.length > 0);
    expect(upstream.seen).toEqual([]);
    expect(local.events[0]).toMatchObject({ type: 'aws.request.failed' });
    expect(local.proxy.metrics().activeRequests).toBe(0);
  });
});

describe('Expect: 100-continue', () => {
  const data = Buffer.alloc(100_000, 'x');
  const upload = () =>
    sign({
      method: 'PUT',
      path: '/bucket/key',
      headers: { 'content-length': String(data.length) },
      body: data,
    });

  it('is passed on, and answered when AWS asks for the body', async () => {
    const headers = await upload();
    client.write(head('PUT', '/bucket/key', [...headers, ['Expect', '100-continue']]));
    expect(await client.until('HTTP/1.1 100 Continue\r\n\r\n')).not.toContain('200 OK');
    client.write(data);
    await client.until('ok');
    expect(upstream.seen[0]?.headers.expect).toBe('100-continue');
    expect(upstream.seen[0]?.body.equals(data)).toBe(true);
    expect(upstream.refused).toEqual([]);
  });

  it('relays a refusal of AWS without a byte of the body', async () => {
    takeOver = (_request, response) => {
      response.writeHead(403, { 'content-length': '4' });
      response.end('nope');
      return true;
    };
    client.write(head('PUT', '/bucket/key', [...(await upload()), ['Expect', '100-continue']]));
    const text = await client.untilEnd();
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
    expect(text).toContain('nope');
    expect(local.events[0]).toMatchObject({
      outcome: 'allowed',
      bytesIn: 0,
      http: { status: 403 },
    });
  });

  it('is not answered before the signature holds', async () => {
    const headers = await sign({
      method: 'PUT',
      path: '/bucket/key',
      headers: { 'content-length': '5' },
      credentials: { accessKeyId: 'SP00LOCALTHROWAWAY01', secretAccessKey: 'wrong' },
    });
    client.write(head('PUT', '/bucket/key', [...headers, ['Expect', '100-continue']]));
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('lets the body go when AWS stays silent', async () => {
    client.socket.destroy();
    await local.stop();
    await upstream.close();
    await start({ continueTimeoutMs: 20 });
    takeOver = (request, response) => {
      let seen = 0;
      request.on('data', (chunk: Buffer) => {
        seen += chunk.length;
      });
      request.on('end', () => response.end(`got ${seen}`));
      return true;
    };
    client.write(head('PUT', '/bucket/key', [...(await upload()), ['Expect', '100-continue']]));
    await client.until('100 Continue');
    client.write(data);
    expect(await client.until('got')).toContain(`got ${data.length}`);
  });
});

describe('slow clients', () => {
  const restart = async (options: object, listen: object) => {
    client.socket.destroy();
    await local.stop();
    await upstream.close();
    await start(options, listen);
  };

  it('get a typed error when a body stands still', async () => {
    await restart({ idleTimeoutMs: 50 }, {});
    const headers = await sign({
      method: 'PUT',
      path: '/bucket/key',
      headers: { 'content-length': '500' },
      body: Buffer.alloc(500),
    });
    client.write(head('PUT', '/bucket/key', headers));
    client.write(Buffer.alloc(100));
    const text = await client.untilEnd();
    expect(text).toContain('stood still for 50 ms');
    expect(local.events[0]).toMatchObject({ reason: 'truncated', outcome: 'denied' });
  });

  it('are cut off when a head does not come to its end', async () => {
    await restart({}, { headerTimeoutMs: 200 });
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 408 /);
    expect(local.events).toMatchObject([
      { type: 'aws.request.denied', reason: 'truncated', http: { status: 408 } },
    ]);
  });

  it('have asked for nothing when they never sent a byte', async () => {
    await restart({}, { headerTimeoutMs: 200 });
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 408 /);
    expect(local.events).toEqual([]);
  });
});

describe('a trusted hop in front', () => {
  const serve = async (isTrusted: boolean) => {
    const { proxy, events } = makeProxy({ connect: upstream.connect, trustForwardedHost: true });
    const server = createServer(createRequestListener(proxy, { isTrustedHop: () => isTrusted }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const hop = await RawClient.open((server.address() as AddressInfo).port);
    const body = 'Action=GetCallerIdentity';
    const headers = await signHeaders({
      method: 'POST',
      host: 'localhost:8443',
      service: 'sts',
      body,
      headers: {
        'content-length': String(body.length),
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
    const forwarded = ['X-Forwarded-Host', 'sts.eu-west-1.amazonaws.com'] as const;
    hop.write(head('POST', '/', [...headers, forwarded]) + body);
    const text = await hop.until(isTrusted ? 'ok' : '</ErrorResponse>');
    hop.socket.destroy();
    server.closeAllConnections();
    server.close();
    await proxy.close();
    return { text, events };
  };

  it('names the AWS host when it has proved itself', async () => {
    const { events } = await serve(true);
    expect(events[0]).toMatchObject({
      mode: 'forwarded',
      outcome: 'allowed',
      aws: { host: 'sts.eu-west-1.amazonaws.com', operation: 'GetCallerIdentity' },
    });
    expect(upstream.seen[0]?.headers['x-forwarded-host']).toBe(undefined);
  });

  it('is nobody when it has not', async () => {
    const { events } = await serve(false);
    expect(events[0]).toMatchObject({ outcome: 'denied', reason: 'not-allowed' });
    expect(upstream.sockets.size).toBe(0);
  });
});
