import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closableServer } from '../../src/node/close-server.js';
import { serverOptions } from '../../src/node/server-options.js';
import { RawClient } from '../support/raw-client.js';

const CONNECT = 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n';
let server: Server;
let client: RawClient;

beforeEach(async () => {
  server = createServer((_request, response) => response.end('ok'));
});

async function open(): Promise<void> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  client = await RawClient.open((server.address() as AddressInfo).port);
}

afterEach(() => {
  client.socket.destroy();
});

describe('closableServer', () => {
  it('closes a CONNECT that nobody answers, as a server without it does', async () => {
    const close = closableServer(server);
    await open();
    client.write(CONNECT);
    expect(await client.untilEnd()).toBe('');
    await close({ graceMs: 1_000_000 });
  });

  it('cuts what a CONNECT was answered with after the time it was given', async () => {
    server.on('connect', (_request, socket: Duplex) => socket.write('yes'));
    const close = closableServer(server);
    await open();
    client.write(CONNECT);
    await client.until('yes');
    await close({ graceMs: 20 });
    await client.untilEnd();
  });
});

describe('serverOptions', () => {
  it('lets an upload take its time, which Node would not', () => {
    const { requestTimeout, headersTimeout } = createServer(serverOptions());
    expect([requestTimeout, headersTimeout]).toEqual([0, 15_000]);
    expect(createServer().requestTimeout).toBe(300_000);
  });
});
