import { afterEach, describe, expect, it } from 'vitest';
import { createFetchHandler } from '../../src/web/fetch-handler.js';
import { eventually } from '../support/eventually.js';
import { startLocalProxy } from '../support/local-proxy.js';
import { head, RawClient } from '../support/raw-client.js';
import { type RawConnection, type RawUpstream, startRawUpstream } from '../support/raw-upstream.js';
import { signHeaders } from '../support/signed-request.js';

const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const PATH = '/bucket/key';

let upstream: RawUpstream;
let local: Awaited<ReturnType<typeof startLocalProxy>>;
let client: RawClient;
let port: number;

async function start(play: (connection: RawConnection) => void, options: object = {}) {
  upstream = await startRawUpstream((connection) => {
    if (connection.text().includes('\r\n\r\n')) play(connection);
  });
  const listen = { endpointTls: false, connectPort: false } as const;
  local = await startLocalProxy(upstream, options, listen);
  port = Number(new URL(local.endpointUrl ?? '').port);
  client = await RawClient.open(port);
}

const signed = () => signHeaders({ path: PATH, host: `localhost:${port}` });

afterEach(async () => {
  client.socket.destroy();
  await local.stop();
  await upstream.close();
});

describe('a body that breaks before its first byte', () => {
  it('is a typed 503, as nothing of the answer was out', async () => {
    await start(({ socket }) => socket.write(`${CHUNKED}ZZ\r\n`));
    client.write(head('GET', PATH, await signed()));
    const text = await client.until('</Error>');
    expect(text).toMatch(/^HTTP\/1\.1 503 [\s\S]*x-sigv4-proxy-error: upstream\r\n/);
    await eventually(() => local.events.length === 1);
    expect(local.events).toMatchObject([
      { outcome: 'failed', reason: 'upstream', http: { status: 503 } },
    ]);
    expect(local.proxy.metrics().activeRequests).toBe(0);
  });
});

/** A strict sink that is still writing while AWS breaks off. */
async function startSlowSink() {
  const outcomes: string[] = [];
  let write = (): void => {};
  let connection: RawConnection | undefined;
  await start(
    (one) => {
      connection = one;
      one.socket.write(`${CHUNKED}3\r\nabc\r\n`);
    },
    {
      onAuditFailure: 'deny',
      onAudit: (event: { outcome: string }) => {
        outcomes.push(event.outcome);
        if (outcomes.length > 1) return undefined;
        return new Promise<void>((resolve) => {
          write = resolve;
        });
      },
    },
  );
  return {
    outcomes,
    async breakOff() {
      await eventually(() => outcomes.length === 1);
      connection?.reset();
      await eventually(() => connection?.isClosed() === true);
      await new Promise((resolve) => setTimeout(resolve, 20));
      write();
    },
  };
}

describe('a body that breaks while its event is written', () => {
  it('takes no process with it, and its client gets a typed 503', async () => {
    const { outcomes, breakOff } = await startSlowSink();
    client.write(head('GET', PATH, await signed()));
    await breakOff();
    expect(await client.until('</Error>')).toMatch(/^HTTP\/1\.1 503 /);
    await eventually(() => outcomes.length === 2);
    expect(outcomes).toEqual(['allowed', 'failed']);
    expect(local.proxy.metrics()).toMatchObject({ activeRequests: 0, requests: { failed: 1 } });
  });

  it('is no empty answer for a Web handler', async () => {
    const { breakOff } = await startSlowSink();
    const handler = createFetchHandler(local.proxy);
    const headers = new Headers();
    for (const [name, value] of await signed()) headers.set(name, value);
    const answer = handler(new Request(`http://localhost:${port}${PATH}`, { headers }));
    await breakOff();
    expect((await answer).status).toBe(503);
  });
});
