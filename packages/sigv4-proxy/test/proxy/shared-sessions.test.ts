import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { createMemorySessionStore } from '../../src/session-store/create-memory-session-store.js';
import type { SessionStore } from '../../src/session-store/session-store.js';
import { LOCAL, ROLE } from '../support/credentials.js';
import { headerOf, makeProxy, textOf } from '../support/make-proxy.js';
import { signedRequest } from '../support/signed-request.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

const OTHER = {
  accessKeyId: 'ASIAOTHERROLESESSION',
  secretAccessKey: 'other/role+secret0123456789abcdefghijklmno',
  sessionToken: 'OTHERTOKEN',
};
const STS = 'sts.eu-west-1.amazonaws.com';

let upstream: Upstream;
/** Called before AWS answers. */
let onAnswer: () => Promise<void>;

beforeEach(async () => {
  onAnswer = async () => {};
  upstream = await startUpstream(
    (_request, response) => {
      const body = `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${OTHER.accessKeyId}</AccessKeyId><SecretAccessKey>${OTHER.secretAccessKey}</SecretAccessKey><SessionToken>${OTHER.sessionToken}</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
      void onAnswer().then(() => {
        response.writeHead(200, { 'content-type': 'text/xml', 'content-length': body.length });
        response.end(body);
      });
    },
    { credentials: [ROLE, OTHER] },
  );
});

afterEach(() => upstream.close());

type Keys = typeof OTHER;

const assumeRole = async (credentials?: Keys) =>
  signedRequest({
    method: 'POST',
    host: STS,
    service: 'sts',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=AssumeRole&Version=2011-06-15',
    ...(credentials === undefined ? {} : { credentials }),
  });

function keysIn(text: string): Keys {
  const element = (name: string): string => new RegExp(`<${name}>([^<]*)<`).exec(text)?.[1] ?? '';
  return {
    accessKeyId: element('AccessKeyId'),
    secretAccessKey: element('SecretAccessKey'),
    sessionToken: element('SessionToken'),
  };
}

/** Proxies of several processes around one store. */
function processes(options: Parameters<typeof makeProxy>[0] = {}, store?: SessionStore) {
  const sessionStore = store ?? createMemorySessionStore();
  const make = () => makeProxy({ connect: upstream.connect, sessionStore, ...options });
  return { store: sessionStore, one: make(), other: make() };
}

describe.each(['virtual', 'remember'] as const)('sessions shared by policy %s', (policy) => {
  it('work in every process until they are revoked in one', async () => {
    const { one, other } = processes({ vendedCredentials: policy });
    const credentials = keysIn(await textOf(await one.proxy.handle(await assumeRole())));
    expect(credentials.accessKeyId === OTHER.accessKeyId).toBe(policy === 'remember');
    const chained = keysIn(await textOf(await other.proxy.handle(await assumeRole(credentials))));
    for (const keys of [credentials, chained]) {
      for (const { proxy, events } of [one, other]) {
        const answer = await proxy.handle(await signedRequest({ credentials: keys }));
        expect(answer.status).toBe(200);
        expect(events.at(-1)).toMatchObject({
          user: 'alice',
          aws: { accessKeyId: OTHER.accessKeyId },
        });
      }
    }
    const told = other.proxy.forget(LOCAL.accessKeyId);
    for (const keys of [credentials, chained]) {
      for (const { proxy } of [other, one]) {
        const answer = await proxy.handle(await signedRequest({ credentials: keys }));
        expect(answer.status).toBe(403);
        expect(headerOf(answer, 'x-sigv4-proxy-error')).toBe('unknown-key');
      }
    }
    await told;
    await Promise.all([one.proxy.close(), other.proxy.close()]);
  });
});

describe('sessions shared by several processes', () => {
  it('end with a session in the middle of their chain', async () => {
    const { one, other } = processes();
    const first = keysIn(await textOf(await one.proxy.handle(await assumeRole())));
    const second = keysIn(await textOf(await other.proxy.handle(await assumeRole(first))));
    const third = keysIn(await textOf(await one.proxy.handle(await assumeRole(second))));
    await other.proxy.forget(second.accessKeyId);
    const status = async (keys: Keys) =>
      (await one.proxy.handle(await signedRequest({ credentials: keys }))).status;
    expect([await status(first), await status(second), await status(third)]).toEqual([
      200, 403, 403,
    ]);
    await Promise.all([one.proxy.close(), other.proxy.close()]);
  });

  it('are not handed out by a session that was revoked while AWS was asked', async () => {
    const { one, other, store } = processes();
    const first = keysIn(await textOf(await one.proxy.handle(await assumeRole())));
    const ids: string[] = [];
    store.subscribe((change) => {
      if (change.type === 'added') ids.push(change.record.id);
    });
    onAnswer = () => other.proxy.forget(first.accessKeyId);
    const answer = await one.proxy.handle(await assumeRole(first));
    expect(headerOf(answer, 'x-sigv4-proxy-error')).toBe('session-expired');
    const text = await textOf(answer);
    expect(text).not.toContain('SecretAccessKey');
    expect(ids).toHaveLength(1);
    expect(await store.read(ids[0] ?? '')).toBeUndefined();
    await Promise.all([one.proxy.close(), other.proxy.close()]);
  });

  it('cost one process its oldest when one key asks for too many', async () => {
    const { one } = processes();
    const all: Keys[] = [];
    for (let i = 0; i <= 100; i += 1) {
      all.push(keysIn(await textOf(await one.proxy.handle(await assumeRole()))));
    }
    const status = async (keys: Keys | undefined) =>
      (await one.proxy.handle(await signedRequest({ credentials: keys ?? OTHER }))).status;
    expect([await status(all[0]), await status(all[1]), await status(all[100])]).toEqual([
      403, 200, 200,
    ]);
    await one.proxy.close();
  });

  it('are refused with what clients retry while the store is down; other keys go on', async () => {
    const memory = createMemorySessionStore();
    let isDown = false;
    const failing = <T>(work: () => Promise<T>): Promise<T> =>
      isDown ? Promise.reject(new Error('down')) : work();
    const { one, other } = processes(
      {},
      {
        read: (id) => failing(() => memory.read(id)),
        write: (change) => failing(() => memory.write(change)),
        subscribe: memory.subscribe,
      },
    );
    const credentials = keysIn(await textOf(await one.proxy.handle(await assumeRole())));
    isDown = true;
    const answer = await other.proxy.handle(await signedRequest({ credentials }));
    expect([answer.status, headerOf(answer, 'x-sigv4-proxy-error')]).toEqual([503, 'credentials']);
    expect((await other.proxy.handle(await signedRequest({}))).status).toBe(200);
    // Nobody gets keys that the others would not know.
    const issued = await other.proxy.handle(await assumeRole());
    expect(issued.status).toBe(503);
    expect(await textOf(issued)).not.toContain('SecretAccessKey');
    await expect(other.proxy.forget(LOCAL.accessKeyId)).rejects.toThrowWithCode(
      SigV4ProxyError,
      'credentials',
    );
    await Promise.all([one.proxy.close(), other.proxy.close()]);
  });

  it('do not make the store work for keys that nobody hands out', async () => {
    const memory = createMemorySessionStore();
    const reads: string[] = [];
    const { one } = processes(
      {},
      {
        ...memory,
        read(id) {
          reads.push(id);
          return memory.read(id);
        },
      },
    );
    await one.proxy.handle(await signedRequest({}));
    await one.proxy.handle(
      await signedRequest({ credentials: { ...LOCAL, accessKeyId: 'AKIAUNKNOWNUNKNOWN00' } }),
    );
    expect(reads).toEqual([]);
    await one.proxy.close();
  });

  it('let go of the store when the proxy closes', async () => {
    const memory = createMemorySessionStore();
    let subscriptions = 0;
    const { one, other } = processes(
      {},
      {
        ...memory,
        subscribe(listener) {
          const leave = memory.subscribe(listener);
          subscriptions += 1;
          return () => {
            subscriptions -= 1;
            leave();
          };
        },
      },
    );
    await vi.waitFor(() => expect(subscriptions).toBe(2));
    await Promise.all([one.proxy.close(), other.proxy.close()]);
    expect(subscriptions).toBe(0);
  });
});
