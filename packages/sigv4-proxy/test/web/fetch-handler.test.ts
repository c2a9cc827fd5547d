import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFetchHandler } from '../../src/web/fetch-handler.js';
import { makeProxy } from '../support/make-proxy.js';
import { signHeaders } from '../support/signed-request.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

let upstream: Upstream;

beforeEach(async () => {
  upstream = await startUpstream((_request, response) => response.end('ok'));
});

afterEach(() => upstream.close());

describe('createFetchHandler', () => {
  it.each(['localhost', 's', 'http', 'tp'])('finds the target behind the name %s', async (host) => {
    const { proxy } = makeProxy({ connect: upstream.connect });
    const handler = createFetchHandler(proxy, { names: [host] });
    for (const [path, query] of [
      ['/bucket/a%20b', {}],
      ['/', { 'x-id': host }],
    ] as const) {
      const headers = await signHeaders({ host, path, query });
      const text = new URLSearchParams(query).toString();
      const url = `https://${host}${path}${text === '' ? '' : `?${text}`}`;
      const answer = await handler(new Request(url, { headers: headers.map(([a, b]) => [a, b]) }));
      expect(await answer.text()).toBe('ok');
    }
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/bucket/a%20b', `/?x-id=${host}`]);
    await proxy.close();
  });
});
