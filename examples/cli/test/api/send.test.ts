import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createApiClient } from '../../src/api/client.js';
import { CliError } from '../../src/cli-error.js';
import { refusal, startFakeGateway } from '../support/fake-gateway.js';
import { postern } from '../support/run.js';
import { newHome } from '../support/world.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Asks a gateway for its info, and keeps how long it was waited for. */
async function info(gateway: string) {
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
  };
  const { signal } = new AbortController();
  const api = createApiClient({ gateway, fetch: globalThis.fetch, sleep, signal });
  const said = await api.info().then(
    ({ version }) => version,
    (error) => (error instanceof CliError ? error.message : error),
  );
  return { said, waits };
}

async function listen(handle: RequestListener): Promise<number> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  // A TCP server has an address with a port.
  return (server.address() as AddressInfo).port;
}

describe('a gateway that starts', () => {
  it.each([
    ['without a body', ''],
    ['in JSON', refusal('unavailable', 'The gateway is starting.')],
  ])('is waited for when it says so %s', async (_what, body) => {
    let left = 3;
    const gateway = await startFakeGateway({
      'GET /info': () => {
        left -= 1;
        if (left > 0) return { status: 503, body, headers: { 'retry-after': '2' } };
        const login = { password: true, browser: true };
        return { body: { version: '1.0.0', publicAddress: 'https://x.example', login } };
      },
    });
    closing.push(gateway.close);
    expect(await info(gateway.url)).toEqual({ said: '1.0.0', waits: [2000, 2000] });
  });

  it('is not waited for without end, nor for long at a time', async () => {
    const headers = { 'retry-after': '3600' };
    const gateway = await startFakeGateway({ 'GET /info': { status: 503, body: '', headers } });
    closing.push(gateway.close);
    const { said, waits } = await info(gateway.url);
    expect(said).toBe(`the gateway at ${gateway.url} is starting or busy: try again in a moment`);
    expect([waits.length, ...new Set(waits)]).toEqual([10, 5000]);
  });

  it('is not asked again when the answer is one', async () => {
    const body = refusal('unavailable', 'The identity provider does not answer: try later.');
    const gateway = await startFakeGateway({ 'GET /info': { status: 503, body } });
    closing.push(gateway.close);
    expect(await info(gateway.url)).toEqual({ said: body.error.message, waits: [] });
  });
});

describe('an address that is not right', () => {
  it('is said to need http, in one line', async () => {
    const port = await listen((_request, response) => response.end());
    const home = newHome();
    const args = ['login', '--gateway', `localhost:${port}`, '--user', 'alice'];
    const { code, err } = await postern(args, { home, fetch: globalThis.fetch });
    expect([code, err]).toEqual([
      1,
      `postern: https://localhost:${port} does not speak TLS: write --gateway http://localhost:${port}\n`,
    ]);
  });

  it('is said to need https', async () => {
    const server = createTcpServer((socket) => socket.once('data', () => socket.destroy()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect((await info(`http://127.0.0.1:${port}`)).said).toContain(
      `write --gateway https://127.0.0.1:${port}`,
    );
  });

  it('is said to be nothing', async () => {
    expect((await info('http://127.0.0.1:1')).said).toMatch(/nothing listens there|bad port/);
    const port = await listen((_request, response) => response.end('<h1>Hello</h1>'));
    expect((await info(`http://127.0.0.1:${port}`)).said).toContain(
      'does not answer like a Postern',
    );
  });

  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'is not trusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'is for another name'],
    ['CERT_HAS_EXPIRED', 'is not valid now'],
    ['ENOTFOUND', 'there is no such host'],
    ['EPROTO', 'does not speak TLS: is the port right?'],
  ])('is explained for %s', async (code, sentence) => {
    const cause = Object.assign(new Error('80A0:error:0A00010B:SSL routines:\nmore\n'), { code });
    const fetch = async () => {
      throw new TypeError('fetch failed', { cause });
    };
    const args = ['login', '--gateway', 'postern.example.com', '--user', 'alice'];
    const { err } = await postern(args, { home: newHome(), fetch });
    expect(err).toContain(sentence);
    expect(err.split('\n')).toHaveLength(2);
    expect(err).not.toContain('routines');
  });
});
