import { afterEach, describe, expect, it } from 'vitest';
import { AbortLink } from '../../src/abort-like.js';
import type { ClientSession, SigV4ProxyOptions } from '../../src/options.js';
import { LOCAL, ROLE_ARN } from '../support/credentials.js';
import { eventually } from '../support/eventually.js';
import { headerOf, makeProxy } from '../support/make-proxy.js';
import { signedRequest } from '../support/signed-request.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

let upstream: Upstream | undefined;

afterEach(async () => {
  await upstream?.close();
  upstream = undefined;
});

type Options = Partial<SigV4ProxyOptions<ClientSession>>;

const SILENT: Readonly<Record<string, (hang: () => Promise<never>) => Options>> = {
  authenticate: (hang) => ({ authenticate: hang }),
  authorize: (hang) => ({ authorize: hang }),
  credentials: (hang) => ({ credentials: hang }),
  'the store of sessions': (hang) => ({
    sessionStore: { read: hang, write: async () => {}, subscribe: () => () => {} },
  }),
};

describe.each(Object.entries(SILENT))('a client that leaves while %s hangs', (name, options) => {
  it('gives its slots back, is on record, and its request never goes on', async () => {
    upstream = await startUpstream((_request, response) => response.end('ok'));
    let calls = 0;
    const goOn: ((error: Error) => void)[] = [];
    const hang = () => {
      calls += 1;
      return new Promise<never>((_resolve, reject) => {
        goOn.push(reject);
      });
    };
    const made = makeProxy({
      connect: upstream.connect,
      maxConcurrentRequests: 2,
      ...options(hang),
    });
    const { proxy, events } = made;
    // The form of a key that this proxy hands out, which makes it ask its store.
    const id = name === 'the store of sessions' ? 'SV00AAAAAAAAAAAAAAAA' : LOCAL.accessKeyId;
    const credentials = { ...LOCAL, accessKeyId: id };
    const leave = new AbortLink();
    const answers = [leave, undefined].map(async (signal) =>
      proxy.handle(await signedRequest({ credentials }), { signal }),
    );
    await eventually(() => proxy.metrics().activeRequests === 2 && calls > 0);
    leave.abort(new Error('The client left.'));
    const left = await answers[0];
    expect(left && headerOf(left, 'x-sigv4-proxy-error')).toBe('upstream');
    expect(proxy.metrics().activeRequests).toBe(1);
    expect(events).toMatchObject([{ outcome: 'failed', reason: 'upstream' }]);
    for (const end of goOn) end(new Error('over'));
    await answers[1];
    expect(proxy.metrics().activeRequests).toBe(0);
    expect(upstream.seen).toEqual([]);
    await proxy.close();
  });
});

describe('keys of a session that has ended', () => {
  it('leave memory with the request that finds out', async () => {
    upstream = await startUpstream((_request, response) => response.end('ok'));
    const time = { now: Date.now() };
    const expiresAt = new Date(time.now + 60_000);
    const session = { user: 'alice', sessionId: 's-1', roleArn: ROLE_ARN, expiresAt };
    const wiped: string[] = [];
    const { SigningCache } = await import('../../src/sigv4/signing-cache.js');
    const { forget } = SigningCache.prototype;
    SigningCache.prototype.forget = function (id) {
      wiped.push(id);
      forget.call(this, id);
    };
    try {
      const { proxy } = makeProxy({
        connect: upstream.connect,
        clock: () => new Date(time.now),
        authenticate: async () => ({ ...LOCAL, session }),
      });
      const send = async () => {
        const answer = await proxy.handle(await signedRequest({ now: new Date(time.now) }));
        return headerOf(answer, 'x-sigv4-proxy-error');
      };
      expect(await send()).toBeUndefined();
      expect(wiped).toEqual([]);
      time.now += 60_000;
      expect(await send()).toBe('session-expired');
      expect(wiped).toEqual([LOCAL.accessKeyId, 'ASIAREALROLESESSION1']);
      await proxy.close();
    } finally {
      SigningCache.prototype.forget = forget;
    }
  });
});
