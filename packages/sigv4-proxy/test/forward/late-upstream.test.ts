import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { ROLE } from '../support/credentials.js';
import { eventually } from '../support/eventually.js';
import { makeProxy, textOf } from '../support/make-proxy.js';
import { signedRequest } from '../support/signed-request.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

let upstream: Upstream;
let held: Map<string, ServerResponse>;

beforeEach(async () => {
  held = new Map();
  upstream = await startUpstream(({ service }, response) => {
    held.set(service, response);
  });
});

afterEach(() => upstream.close());

const LAMBDA = {
  method: 'POST',
  host: 'lambda.eu-west-1.amazonaws.com',
  service: 'lambda',
  path: '/2015-03-31/functions/f/invocations',
};

describe('responseHeaderTimeoutMsOf', () => {
  it.each([
    ['whole', {}, {}],
    ['asked for with 100-continue', { expect: '100-continue' }, { sendContinue: () => {} }],
  ])('waits longer for a service that it names: bodies %s', async (_what, headers, more) => {
    const { proxy, events } = makeProxy({
      connect: upstream.connect,
      continueTimeoutMs: 1,
      responseHeaderTimeoutMs: 40,
      responseHeaderTimeoutMsOf: { lambda: 60_000 },
    });
    const body = { headers: { 'content-length': '2', ...headers }, body: '{}' };
    const long = proxy.handle(await signedRequest({ ...LAMBDA, ...body }, more));
    await eventually(() => held.has('lambda'));
    const short = await proxy.handle(
      await signedRequest({ method: 'PUT', path: '/b/k', ...body }, more),
    );
    expect(short.status).toBe(503);
    held.get('lambda')?.end('{}');
    const answer = await long;
    expect([answer.status, await textOf(answer)]).toEqual([200, '{}']);
    await eventually(() => events.length === 2);
    expect(events).toMatchObject([
      { outcome: 'failed', aws: { service: 's3' } },
      { outcome: 'allowed', aws: { service: 'lambda' } },
    ]);
    held.get('s3')?.destroy();
    await proxy.close();
  });

  it('gives a service less time as well', async () => {
    const { proxy } = makeProxy({
      connect: upstream.connect,
      responseHeaderTimeoutMsOf: { lambda: 1 },
    });
    expect((await proxy.handle(await signedRequest(LAMBDA))).status).toBe(503);
    const other = proxy.handle(await signedRequest({ path: '/b/k' }));
    await eventually(() => held.has('s3'));
    held.get('s3')?.end();
    expect((await other).status).toBe(200);
    await proxy.close();
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (lambda) => {
    expect(() => makeProxy({ responseHeaderTimeoutMsOf: { lambda } })).toThrowWithCode(
      SigV4ProxyError,
      'invalid-option',
    );
  });
});

describe('credentialsCacheHits', () => {
  it('counts the calls that give what the client key got before', async () => {
    upstream.server.removeAllListeners('request').on('request', (_request, response) => {
      response.end();
    });
    const other = { ...ROLE, accessKeyId: 'ASIAOTHERROLESESSION' };
    const given = [ROLE, ROLE, ROLE, other, other];
    const { proxy } = makeProxy({
      connect: upstream.connect,
      credentials: async () => given.shift() ?? ROLE,
    });
    const counts: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      expect((await proxy.handle(await signedRequest({ path: '/b/k' }))).status).toBe(200);
      counts.push(proxy.metrics().credentialsCacheHits);
    }
    expect(counts).toEqual([0, 1, 2, 2, 3]);
    expect(proxy.metrics().credentialsCalls).toBe(5);
    await proxy.close();
  });
});
