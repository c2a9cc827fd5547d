import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLocalCa } from '../../src/local-ca/local-ca.js';
import type { CertificateAuthority } from '../../src/node/certificate-authority.js';
import { eventually } from '../support/eventually.js';
import { startLocalProxy } from '../support/local-proxy.js';
import { head, RawClient } from '../support/raw-client.js';
import { type RawConnection, type RawUpstream, startRawUpstream } from '../support/raw-upstream.js';
import { signHeaders } from '../support/signed-request.js';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const LONG = 100_000;

let ca: CertificateAuthority;
let upstream: RawUpstream;
let local: Awaited<ReturnType<typeof startLocalProxy>>;
let client: RawClient;
let port: number;
/** What AWS says to the head of a request. */
let say: (connection: RawConnection) => void;

beforeAll(async () => {
  ca = await createLocalCa();
});

async function start(transport: 'plain' | 'tls' = 'plain', options: object = {}): Promise<void> {
  upstream = await startRawUpstream(
    (connection) => {
      if (connection.text().includes('\r\n\r\n')) say(connection);
    },
    transport === 'tls' ? ca : undefined,
  );
  const listen = { endpointTls: false, connectPort: false } as const;
  local = await startLocalProxy(upstream, options, listen);
  port = Number(new URL(local.endpointUrl ?? '').port);
  client = await RawClient.open(port);
}

beforeEach(() => {
  say = ({ socket }) => socket.write(OK);
});

afterEach(async () => {
  client.socket.destroy();
  await local.stop();
  await upstream.close();
});

/** Sends a GET, or the head of a long upload that waits to be asked for its body. */
async function ask(way: 'GET' | 'Expect', to = client): Promise<void> {
  const isUpload = way === 'Expect';
  const method = isUpload ? 'PUT' : 'GET';
  const path = '/bucket/key';
  const body = Buffer.alloc(isUpload ? LONG : 0);
  const headers: Record<string, string> = isUpload ? { 'content-length': String(LONG) } : {};
  const signed = await signHeaders({ method, path, host: `localhost:${port}`, headers, body });
  to.write(head(method, path, isUpload ? [...signed, ['Expect', '100-continue']] : signed));
}

const WAYS = ['GET', 'Expect'] as const;

async function expectTyped503(): Promise<void> {
  const text = await client.until('</Error>');
  expect(text).toMatch(/^HTTP\/1\.1 503 [\s\S]*x-sigv4-proxy-error: upstream\r\n/);
  expect(local.events).toMatchObject([{ outcome: 'failed', reason: 'upstream' }]);
  await eventually(() => local.proxy.metrics().activeRequests === 0);
}

describe.each(WAYS)('the head of an answer (%s)', (way) => {
  it('with 101, which nobody asked for, is a typed 503 and gives the slot back', async () => {
    await start();
    say = ({ socket }) =>
      socket.write('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n');
    await ask(way);
    await expectTyped503();
  });

  it('with 407 is not for the client: a typed 503, and the operator hears of it', async () => {
    const warn = vi.fn();
    const logger = { debug: vi.fn(), info: vi.fn(), warn, error: vi.fn() };
    await start('plain', { logger });
    say = ({ socket }) =>
      socket.write(
        'HTTP/1.1 407 No\r\nproxy-authenticate: Basic\r\ncontent-length: 6\r\n\r\nsecret',
      );
    await ask(way);
    await expectTyped503();
    expect(client.text).not.toMatch(/secret|proxy-authenticate/i);
    expect(warn.mock.calls.flat()).toEqual([expect.stringContaining('wants a password')]);
  });

  it('with 304 may state the length of what it does not send', async () => {
    await start();
    say = ({ socket }) =>
      socket.write('HTTP/1.1 304 Not Modified\r\netag: "a"\r\ncontent-length: 200\r\n\r\n');
    await ask(way);
    const text = await client.until('\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 304 [\s\S]*etag: "a"\r\n/);
    expect(text).toMatch(/content-length: 200\r\n/);
    await eventually(() => local.events.length === 1);
    expect(local.events).toMatchObject([{ outcome: 'allowed', http: { status: 304 } }]);
  });

  it('that does not begin is not waited for any longer because of informational ones', async () => {
    await start('plain', { responseHeaderTimeoutMs: 100 });
    let timer: NodeJS.Timeout | undefined;
    say = ({ socket }) => {
      timer ??= setInterval(() => socket.write('HTTP/1.1 103 Early\r\nlink: a\r\n\r\n'), 20);
    };
    await ask(way);
    await expectTyped503().finally(() => clearInterval(timer));
  });

  it('that does not say where its body ends is no answer over TLS', async () => {
    await start('tls');
    say = ({ socket }) => socket.write('HTTP/1.1 200 OK\r\n\r\npart');
    await ask(way);
    await expectTyped503();
    expect(client.text).not.toContain('part');
  });
});

it('may have a body that ends with the connection where there is no TLS', async () => {
  await start();
  say = ({ socket }) => socket.end('HTTP/1.1 200 OK\r\n\r\nwhole');
  await ask('GET');
  expect(await client.until('whole')).toMatch(/^HTTP\/1\.1 200 /);
});

it('has a status of at least 100, or it is none', async () => {
  await start();
  say = ({ socket }) => socket.write('HTTP/1.1 099 No\r\ncontent-length: 2\r\n\r\nok');
  await ask('Expect');
  await expectTyped503();
});
