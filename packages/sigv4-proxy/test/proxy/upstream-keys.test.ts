import { afterEach, describe, expect, it, vi } from 'vitest';
import { SigningCache } from '../../src/sigv4/signing-cache.js';
import { LOCAL, ROLE } from '../support/credentials.js';
import { makeProxy } from '../support/make-proxy.js';
import { signedRequest } from '../support/signed-request.js';
import { startUpstream } from '../support/upstream.js';

const NEXT = { ...ROLE, accessKeyId: 'ASIANEXTSESSION00001' };

afterEach(() => {
  vi.restoreAllMocks();
});

describe('signing keys of upstream credentials', () => {
  it('leave memory when others take their place, and with the client key', async () => {
    const forget = vi.spyOn(SigningCache.prototype, 'forget');
    const upstream = await startUpstream((_request, response) => response.end('ok'), {
      credentials: [ROLE, NEXT],
    });
    let now = ROLE;
    const { proxy } = makeProxy({ connect: upstream.connect, credentials: async () => now });
    const send = async () => (await proxy.handle(await signedRequest({}))).status;
    expect([await send(), await send()]).toEqual([200, 200]);
    expect(forget).not.toHaveBeenCalled();
    now = NEXT;
    expect(await send()).toBe(200);
    expect(forget.mock.calls).toEqual([[ROLE.accessKeyId]]);
    proxy.forget(LOCAL.accessKeyId);
    expect(forget.mock.calls.flat().sort()).toEqual(
      [ROLE.accessKeyId, NEXT.accessKeyId, LOCAL.accessKeyId].sort(),
    );
    await proxy.close();
    await upstream.close();
  });

  it('leave memory when AWS calls the credentials expired', async () => {
    const forget = vi.spyOn(SigningCache.prototype, 'forget');
    const upstream = await startUpstream(
      (request, response) => {
        response.statusCode = request.keyId === ROLE.accessKeyId ? 400 : 200;
        response.end('<Error><Code>ExpiredToken</Code></Error>');
      },
      { credentials: [ROLE, NEXT] },
    );
    const { proxy } = makeProxy({
      connect: upstream.connect,
      credentials: async (_role, _session, o) => (o?.expired === undefined ? ROLE : NEXT),
    });
    expect((await proxy.handle(await signedRequest({}))).status).toBe(200);
    expect(forget).toHaveBeenCalledWith(ROLE.accessKeyId);
    proxy.forget(LOCAL.accessKeyId);
    expect(forget).toHaveBeenCalledWith(NEXT.accessKeyId);
    await proxy.close();
    await upstream.close();
  });
});
