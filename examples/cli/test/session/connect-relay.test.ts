import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { type Relay, startConnectRelay } from '../../src/session/connect-relay.js';

const open: (Server | { close(): unknown })[] = [];
let relay: Relay | undefined;
afterEach(async () => {
  await relay?.close();
  relay = undefined;
  for (const server of open.splice(0)) server.close();
});

/** A CONNECT listener of a gateway: greets, then gives back what it hears. */
async function fakeListener(status = 200): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket: Duplex) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\nconnection: close\r\n\r\n`);
      return;
    }
    socket.write('HTTP/1.1 200 Yes\r\n\r\nhello ');
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Sends lines to the relay and gives everything that comes back. */
async function talk(text: string, more = ''): Promise<string> {
  const { port } = new URL(relay?.url ?? '');
  const socket = connect({ host: '127.0.0.1', port: Number(port) });
  socket.write(text);
  let heard = '';
  for await (const chunk of socket) {
    const isFirst = heard === '';
    heard += String(chunk);
    if (isFirst && heard.startsWith('HTTP/1.1 200')) socket.end(more);
  }
  return heard;
}

const connectTo = (authority: string) =>
  `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;

describe('startConnectRelay', () => {
  it('passes what goes to AWS through the gateway, byte by byte', async () => {
    const { url, asked } = await fakeListener();
    relay = await startConnectRelay(url, 0);
    const heard = await talk(connectTo('s3.us-east-1.amazonaws.com:443'), 'and back');
    expect(heard).toBe('HTTP/1.1 200 Connection established\r\n\r\nhello and back');
    expect(asked).toEqual(['s3.us-east-1.amazonaws.com:443']);
  });

  it('gives the gateway the password of its address', async () => {
    const { url, asked } = await fakeListener();
    relay = await startConnectRelay(url.replace('//', '//x:p%40ss@'), 0);
    await talk(connectTo('sts.amazonaws.com:443'));
    expect(asked).toEqual([
      `sts.amazonaws.com:443 Basic ${Buffer.from('x:p@ss').toString('base64')}`,
    ]);
  });

  it('hands on a refusal of the gateway', async () => {
    const { url } = await fakeListener(403);
    relay = await startConnectRelay(url, 0);
    expect(await talk(connectTo('sts.amazonaws.com:443'))).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('says that the gateway is gone', async () => {
    relay = await startConnectRelay('http://127.0.0.1:9', 0);
    const heard = await talk(connectTo('sts.amazonaws.com:443'));
    expect(heard).toMatch(/^HTTP\/1\.1 502 /);
    expect(heard).toContain('The gateway cannot be reached');
  });

  it.each(['localhost:22', '127.0.0.1:80', '169.254.169.254:80', '[::1]:443', 'nonsense'])(
    'is no way to %s',
    async (authority) => {
      const inner = createTcpServer(() => {
        throw new Error('somebody came through');
      });
      await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve));
      open.push(inner);
      const { url, asked } = await fakeListener();
      relay = await startConnectRelay(url, 0);
      expect(await talk(connectTo(authority))).toMatch(/^HTTP\/1\.1 40[03] /);
      expect(asked).toEqual([]);
    },
  );

  it('takes nothing but CONNECT', async () => {
    relay = await startConnectRelay('http://127.0.0.1:9', 0);
    const response = await fetch(relay.url);
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('HTTPS_PROXY'),
    ]);
  });

  it('cuts what is open when it ends', async () => {
    const { url } = await fakeListener();
    relay = await startConnectRelay(url, 0);
    const { port } = new URL(relay.url);
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    socket.write(connectTo('sts.amazonaws.com:443'));
    await new Promise((resolve) => socket.once('data', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    await relay.close();
    await closed;
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
  });
});
