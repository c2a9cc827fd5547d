import { createServer as createPlainServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  createStsTransport,
  JoinIamError,
  type StsRequest,
  type StsTransportInit,
} from '../../../src/server/index.js';
import { IDENTITY } from '../../support/fixtures.js';
import { listen, useLoopback } from '../../support/loopback.js';
import { type Behaviour, identityBody, reply } from '../../support/sts-stand-in.js';

const { sts, transport, join } = useLoopback();

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
    [
      'a header that only a lenient parser reads',
      (socket) =>
        reply(socket, {
          status: 200,
          headers: { 'X-Odd': 'a\u0001b' },
          body: identityBody(IDENTITY),
        }),
      'sts-unavailable',
    ],
    [
      'one byte more than is read',
      (socket) => reply(socket, { status: 200, body: identityBody(IDENTITY).padEnd(65_537) }),
      'sts-oversize',
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
    const silent = createPlainServer(() => undefined);
    const ports = [await listen(silent), sts().port];
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
    expect(new Set(sts().requests).size).toBe(1);
    expect(sts().requests).toHaveLength(3);
  });

  it('the largest answer that is read is admitted', async () => {
    const whole: Behaviour = (socket) =>
      reply(socket, { status: 200, body: identityBody(IDENTITY).padEnd(65_536) });
    await expect(join({ behaviours: [whole] })).resolves.toMatchObject({ rule: 2 });
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

describe('createStsTransport used alone', () => {
  const request: StsRequest = {
    host: 'sts.amazonaws.com',
    method: 'POST',
    path: '/',
    headers: [],
    body: '',
  };
  const send = (init: StsTransportInit, signal = new AbortController().signal) =>
    transport(init)(request, { signal, tokenName: 'a' });

  it.each<[string, StsTransportInit['connectTo']]>([
    [
      'throws',
      () => {
        throw new TypeError('secret');
      },
    ],
    ['gives no port', () => ({ host: '127.0.0.1', port: Number.NaN })],
    ['gives no host', () => ({ host: '' })],
  ])('says so when connectTo %s', async (_, connectTo) => {
    await expect(send({ connectTo })).rejects.toThrowWithCode(JoinIamError, 'callback-failed');
  });

  it('throws an error of ours for a signal that has aborted', async () => {
    await expect(send({}, AbortSignal.abort())).rejects.toThrowWithCode(JoinIamError, 'aborted');
  });

  it.each([0, Number.NaN, -1, Number.POSITIVE_INFINITY])('refuses connectTimeoutMs %d', (ms) => {
    expect(() => createStsTransport({ connectTimeoutMs: ms })).toThrowWithCode(
      JoinIamError,
      'invalid-option',
    );
  });
});
