import { expect, it } from 'vitest';
import { makeProxy, textOf } from '../support/make-proxy.js';
import { signedRequest } from '../support/signed-request.js';
import { startUpstream } from '../support/upstream.js';

it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'POST', 'PUT', 'PATCH'])(
  'signs the length that goes out when a %s states that it has no body',
  async (method) => {
    const upstream = await startUpstream((_request, response) => response.end());
    const { proxy } = makeProxy({ connect: upstream.connect });
    const headers = { 'content-length': '0' };
    const answer = await proxy.handle(await signedRequest({ method, headers }));
    expect(await textOf(answer)).toBe('');
    expect(upstream.refused).toEqual([]);
    expect(upstream.seen[0]?.headers['content-length']).toBe(/^P/.test(method) ? '0' : undefined);
    await proxy.close();
    await upstream.close();
  },
);
