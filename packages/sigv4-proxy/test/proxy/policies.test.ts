import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity } from '@smithy/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUDIT_CHANNEL } from '../../src/audit/audit-log.js';
import { REQUEST_CHANNEL } from '../../src/audit/trace-request.js';
import { SigV4ProxyError } from '../../src/errors.js';
import type { ProxyRequest } from '../../src/request.js';
import { LOCAL, ROLE, ROLE_ARN } from '../support/credentials.js';
import { eventually } from '../support/eventually.js';
import { headerOf, makeProxy, textOf } from '../support/make-proxy.js';
import { once, signedRequest } from '../support/signed-request.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

const parseDate = (text: string) =>
  new Date(text.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'));
const HOST = 'bucket.s3.eu-west-1.amazonaws.com';
let upstream: Upstream;
let takeOver: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;

beforeEach(async () => {
  takeOver = undefined;
  upstream = await startUpstream(
    (_request, response) => {
      response.writeHead(200, { 'content-length': '2' });
      response.end('ok');
    },
    { raw: (request, response) => takeOver?.(request, response) ?? false },
  );
});

afterEach(() => upstream.close());

const dynamodb = {
  method: 'POST',
  host: 'dynamodb.eu-west-1.amazonaws.com',
  service: 'dynamodb',
  headers: {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.GetItem',
    'content-length': '2',
  },
  body: '{}',
};

describe('presigned requests', () => {
  async function presigned(credentials = LOCAL, now = new Date()): Promise<ProxyRequest> {
    const signer = new SignatureV4({
      credentials,
      region: 'eu-west-1',
      service: 's3',
      sha256: Sha256,
      uriEscapePath: false,
    });
    const signed = await signer.presign(
      new HttpRequest({
        method: 'GET',
        hostname: HOST,
        path: '/key',
        headers: { host: HOST, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      }),
      {
        expiresIn: 600,
        signingDate: now,
        unhoistableHeaders: new Set(['x-amz-content-sha256']),
        unsignableHeaders: new Set(['x-amz-content-sha256']),
      },
    );
    const query = new URLSearchParams(
      Object.entries(signed.query ?? {}).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
    );
    return {
      method: 'GET',
      target: `/key?${query}`,
      headers: [['Host', HOST]],
      mode: 'connect',
      secure: true,
      connectTarget: `${HOST}:443`,
    };
  }

  it('are presigned again for the role, for no longer than needed', async () => {
    let target = '';
    takeOver = (request, response) => {
      target = request.url ?? '';
      response.end('ok');
      return true;
    };
    const { proxy, events } = makeProxy({ connect: upstream.connect });
    expect(await textOf(await proxy.handle(await presigned()))).toBe('ok');
    const query = new URLSearchParams(target.split('?')[1]);
    expect(query.get('X-Amz-Credential')).toContain(ROLE.accessKeyId);
    expect(query.get('X-Amz-Security-Token')).toBe(ROLE.sessionToken);
    expect(query.get('X-Amz-Expires')).toBe('300');
    const again = await new SignatureV4({
      credentials: ROLE,
      region: 'eu-west-1',
      service: 's3',
      sha256: Sha256,
      uriEscapePath: false,
    }).presign(
      new HttpRequest({
        method: 'GET',
        hostname: HOST,
        path: '/key',
        headers: { host: HOST, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      }),
      {
        expiresIn: 300,
        signingDate: parseDate(query.get('X-Amz-Date') ?? ''),
        unhoistableHeaders: new Set(['x-amz-content-sha256']),
        unsignableHeaders: new Set(['x-amz-content-sha256']),
      },
    );
    expect(query.get('X-Amz-Signature')).toBe(again.query?.['X-Amz-Signature']);
    const text = JSON.stringify(events);
    expect(text).not.toContain(query.get('X-Amz-Signature'));
    expect(text).toContain('X-Amz-Signature=REDACTED');
    await proxy.close();
  });

  it('of unknown keys are refused, or passed on byte for byte', async () => {
    const foreign = { accessKeyId: 'AKIASOMEBODYELSE0001', secretAccessKey: 'theirs' };
    const request = await presigned(foreign);
    const strict = makeProxy({ connect: upstream.connect });
    expect(headerOf(await strict.proxy.handle(request), 'x-sigv4-proxy-error')).toBe('unknown-key');
    let target = '';
    takeOver = (incoming, response) => {
      target = incoming.url ?? '';
      response.end('ok');
      return true;
    };
    const { proxy, events } = makeProxy({ connect: upstream.connect, foreignPresigned: 'pass' });
    expect(await textOf(await proxy.handle(request))).toBe('ok');
    expect(target).toBe(request.target);
    expect(events[0]).toMatchObject({ outcome: 'allowed', claimedKeyId: foreign.accessKeyId });
    expect(events[0]?.user).toBe(undefined);
    const local = { ...request, mode: 'endpoint-url' as const };
    expect(headerOf(await proxy.handle(local), 'x-sigv4-proxy-error')).toBe('unknown-key');
    const elsewhere = { ...request, connectTarget: 'other.s3.eu-west-1.amazonaws.com:443' };
    expect((await proxy.handle(elsewhere)).status).toBe(400);
    await Promise.all([proxy.close(), strict.proxy.close()]);
  });
});

describe('requests without a signature', () => {
  const body = 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15';
  const request = (): ProxyRequest => ({
    method: 'POST',
    target: '/',
    headers: [
      ['Host', 'sts.eu-west-1.amazonaws.com'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['Content-Length', String(body.length)],
    ],
    body: once(Buffer.from(body)),
    mode: 'connect',
    secure: true,
    connectTarget: 'sts.eu-west-1.amazonaws.com:443',
  });

  it.each([
    [undefined, 403],
    ['reject', 403],
    ['pass', 200],
    [[{ service: 'sts', operation: 'AssumeRoleWithWebIdentity' }], 200],
    [[{ service: 'sts', operation: '*' }], 200],
    [[{ service: 'sts', operation: 'AssumeRoleWithSAML' }], 403],
    [[{ service: 's3', operation: '*' }], 403],
  ] as const)('by policy %j get %i', async (anonymous, status) => {
    let seen: IncomingMessage['headers'] | undefined;
    takeOver = (incoming, response) => {
      seen = incoming.headers;
      response.end('ok');
      return true;
    };
    const { proxy, events } = makeProxy({
      connect: upstream.connect,
      anonymous,
      vendedCredentials: 'remember',
    });
    const answer = await proxy.handle(request());
    expect(answer.status).toBe(status);
    if (status === 200) expect(seen?.authorization).toBe(undefined);
    else expect(await textOf(answer)).toContain('<Code>MissingAuthenticationToken</Code>');
    expect(events[0]?.outcome).toBe(status === 200 ? 'allowed' : 'denied');
    const local = { ...request(), mode: 'endpoint-url' as const };
    expect((await proxy.handle(local)).status).toBe(403);
    await proxy.close();
  });
});

describe('calls without a signature that hand out credentials', () => {
  const request = (body: string, type = 'application/x-www-form-urlencoded'): ProxyRequest => ({
    method: 'POST',
    target: '/',
    headers: [
      ['Host', 'sts.eu-west-1.amazonaws.com'],
      ['Content-Type', type],
      ['Content-Length', String(body.length)],
      ['Cookie', 'a=1'],
      ['X-Forwarded-For', '10.0.0.1'],
    ],
    body: once(Buffer.from(body)),
    mode: 'connect',
    secure: true,
    connectTarget: 'sts.eu-west-1.amazonaws.com:443',
  });

  it.each(['virtual', 'deny'] as const)('are refused with policy %s', async (vendedCredentials) => {
    const { proxy } = makeProxy({
      connect: upstream.connect,
      anonymous: 'pass',
      vendedCredentials,
    });
    const body = 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15';
    for (const one of [request(body), request(body, 'text/plain')]) {
      expect(headerOf(await proxy.handle(one), 'x-sigv4-proxy-error')).toBe('denied');
    }
    expect(upstream.sockets.size).toBe(0);
    await proxy.close();
  });

  it('leave others alone, and say nothing of the way they came', async () => {
    let seen: IncomingMessage['headers'] = {};
    takeOver = (incoming, response) => {
      seen = incoming.headers;
      response.end('ok');
      return true;
    };
    const { proxy } = makeProxy({ connect: upstream.connect, anonymous: 'pass' });
    expect((await proxy.handle(request('Action=GetCallerIdentity&Version=1'))).status).toBe(200);
    expect(Object.keys(seen)).not.toContain('cookie');
    expect(Object.keys(seen)).not.toContain('x-forwarded-for');
    expect(seen['content-length']).toBe('34');
    await proxy.close();
  });
});

describe('answers that are cut', () => {
  const begin = () => {
    const begun: ServerResponse[] = [];
    takeOver = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000000' });
      response.write('x');
      begun.push(response);
      return true;
    };
    return begun;
  };

  it.each(['by AWS', 'by the client'])('%s are audited as failed', async (whose) => {
    const begun = begin();
    const { proxy, events } = makeProxy({ connect: upstream.connect });
    const { body } = await proxy.handle(await signedRequest({}));
    if (!(body instanceof Readable)) throw new Error('no stream');
    body.on('error', () => {}).resume();
    if (whose === 'by AWS') begun[0]?.destroy();
    else body.destroy();
    await eventually(() => events.length === 1);
    expect(events[0]).toMatchObject({
      type: 'aws.request.failed',
      outcome: 'failed',
      reason: 'upstream',
      http: { status: 200 },
    });
    expect(proxy.metrics().requests).toEqual({ allowed: 0, denied: 0, failed: 1 });
    await proxy.close();
  });
});

describe('connections to AWS', () => {
  it('are kept for the same session, and never shared between two', async () => {
    const keys = ['A', 'B'].map((name) => ({
      ...LOCAL,
      accessKeyId: `SP00LOCALTHROWAWAY_${name}`,
    }));
    const { proxy } = makeProxy({
      connect: upstream.connect,
      authenticate: async (id) => {
        const key = keys.find(({ accessKeyId }) => accessKeyId === id);
        return key && { ...key, session: { user: 'alice', roleArn: ROLE_ARN } };
      },
    });
    const ports: (number | undefined)[] = [];
    takeOver = (request, response) => {
      ports.push(request.socket.remotePort);
      if (request.headers.expect !== undefined) response.writeContinue();
      request.resume().on('end', () => response.end('ok'));
      return true;
    };
    for (const expecting of [false, true]) {
      ports.length = 0;
      for (const credentials of [0, 0, 0, 1, 1, 1].map((one) => keys[one])) {
        if (credentials === undefined) throw new Error('no key');
        const put = { method: 'PUT', body: 'x', headers: { 'content-length': '1' } };
        const request = await signedRequest({ credentials, ...(expecting ? put : {}) });
        await textOf(
          await proxy.handle({ ...request, ...(expecting ? { sendContinue: () => {} } : {}) }),
        );
      }
      const [first, second] = [new Set(ports.slice(0, 3)), new Set(ports.slice(3))];
      expect(first.size).toBeLessThan(3);
      expect([...second].filter((one) => first.has(one))).toEqual([]);
    }
    await proxy.close();
  });
});

describe('expired upstream credentials', () => {
  const FRESH = { ...ROLE, accessKeyId: 'ASIAFRESHSESSION0001' };

  async function run(expiredAnswers: number, body: string, code = 'ExpiredTokenException') {
    let left = expiredAnswers;
    const bodies: string[] = [];
    takeOver = (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (chunk: Buffer) => parts.push(chunk));
      request.on('end', () => {
        bodies.push(
          `${/Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1]} ${Buffer.concat(parts)}`,
        );
        left -= 1;
        const text =
          left >= 0
            ? JSON.stringify({ __type: `com.amazon.coral.service#${code}`, message: 'x' })
            : '{}';
        response.writeHead(left >= 0 ? 400 : 200, {
          'content-type': 'application/x-amz-json-1.0',
          'content-length': text.length,
        });
        response.end(text);
      });
      return true;
    };
    const asked: (AwsCredentialIdentity | undefined)[] = [];
    const { proxy, events } = makeProxy({
      connect: upstream.connect,
      credentials: async (_role, _session, o) => {
        asked.push(o?.expired);
        return o?.expired === undefined ? ROLE : FRESH;
      },
    });
    const headers = { ...dynamodb.headers, 'content-length': String(body.length) };
    const answer = await proxy.handle(await signedRequest({ ...dynamodb, headers, body }));
    await proxy.close();
    return { answer, asked, bodies, events, metrics: proxy.metrics() };
  }

  it('are replaced once, with the same body', async () => {
    const { answer, asked, bodies, metrics, events } = await run(1, '{"a":1}');
    expect(answer.status).toBe(200);
    expect(asked).toEqual([undefined, ROLE]);
    expect(bodies).toEqual([`${ROLE.accessKeyId} {"a":1}`, `${FRESH.accessKeyId} {"a":1}`]);
    expect(metrics).toMatchObject({
      expiredRetries: 1,
      credentialsCalls: 2,
      requests: { allowed: 1 },
    });
    expect(events[0]?.aws?.accessKeyId).toBe(FRESH.accessKeyId);
  });

  it('are not replaced twice, nor for other errors, nor when the body has streamed on', async () => {
    expect((await run(2, '{}')).bodies).toHaveLength(2);
    const other = await run(1, '{}', 'ResourceNotFoundException');
    expect(other.bodies).toHaveLength(1);
    expect(other.events[0]).toMatchObject({
      outcome: 'allowed',
      awsErrorCode: 'ResourceNotFoundException',
      http: { status: 400 },
    });
    const long = await run(1, 'x'.repeat(100_000));
    expect(long.bodies).toHaveLength(1);
    expect(long.answer.status).toBe(400);
    // The next attempt shall not meet the same refusal: the embedder has been told.
    expect(long.asked).toEqual([undefined, ROLE]);
  });
});

describe('failures of the embedder', () => {
  const named = (name: string, code?: string) =>
    Object.assign(new Error('ARN arn:aws:iam::1:role/x'), {
      name,
      ...(code === undefined ? {} : { code }),
    });

  it.each([
    [named('AccessDenied'), 'denied', 400],
    [named('ThrottlingException'), 'credentials', 503],
    [named('FederationError', 'sts-access-denied'), 'denied', 400],
    [named('FederationError', 'invalid-username'), 'denied', 400],
    [named('FederationError', 'sts-throttled'), 'credentials', 503],
    [named('Error', 'session-expired'), 'session-expired', 400],
    [named('FederationError', 'identity-expires-too-soon'), 'session-expired', 400],
    [new SigV4ProxyError('credentials', 'later'), 'credentials', 503],
  ] as const)('in credentials (%s) are %s', async (error, kind, status) => {
    const { proxy } = makeProxy({
      connect: upstream.connect,
      credentials: () => Promise.reject(error),
    });
    const answer = await proxy.handle(await signedRequest(dynamodb));
    expect(headerOf(answer, 'x-sigv4-proxy-error')).toBe(kind);
    expect(answer.status).toBe(status);
    expect(await textOf(answer)).not.toContain('arn:');
    await proxy.close();
  });

  it.each(['authenticate', 'authorize'] as const)(
    'in %s are a 500 without details',
    async (name) => {
      const { proxy, events } = makeProxy({
        connect: upstream.connect,
        [name]: () => Promise.reject(new Error('database password x')),
      });
      const answer = await proxy.handle(await signedRequest(dynamodb));
      expect(answer.status).toBe(500);
      expect(await textOf(answer)).not.toContain('password');
      expect(JSON.stringify(events)).not.toContain('password');
      expect(upstream.sockets.size).toBe(0);
      await proxy.close();
    },
  );

  it('ends sessions at their time', async () => {
    const session = { user: 'alice', roleArn: ROLE_ARN, expiresAt: new Date() };
    const { proxy } = makeProxy({
      connect: upstream.connect,
      authenticate: async () => ({ ...LOCAL, session }),
    });
    const answer = await proxy.handle(await signedRequest(dynamodb));
    expect(headerOf(answer, 'x-sigv4-proxy-error')).toBe('session-expired');
    await proxy.close();
  });
});

describe('limits', () => {
  const hold = () => {
    const held: ServerResponse[] = [];
    takeOver = (_request, response) => {
      held.push(response);
      return true;
    };
    return held;
  };

  it.each([
    ['maxConcurrentRequests', 2],
    ['maxRequestsPerIdentity', 2],
  ] as const)('%s at its edge', async (name, limit) => {
    const held = hold();
    const { proxy, events } = makeProxy({ connect: upstream.connect, [name]: limit });
    const running = [proxy.handle(await signedRequest({})), proxy.handle(await signedRequest({}))];
    await eventually(() => held.length === 2);
    const over = await proxy.handle(await signedRequest({}));
    expect(over.status).toBe(503);
    expect(headerOf(over, 'x-sigv4-proxy-error')).toBe('upstream');
    for (const response of held) response.end('ok');
    for (const answer of await Promise.all(running)) expect(await textOf(answer)).toBe('ok');
    await eventually(() => events.length === 3);
    takeOver = undefined;
    expect((await proxy.handle(await signedRequest({}))).status).toBe(200);
    await proxy.close();
  });

  it('gives up on AWS after its times', async () => {
    hold();
    const slow = makeProxy({ connect: upstream.connect, responseHeaderTimeoutMs: 30 });
    expect((await slow.proxy.handle(await signedRequest({}))).status).toBe(503);
    const never = makeProxy({ connect: () => new Promise(() => {}), connectTimeoutMs: 30 });
    expect((await never.proxy.handle(await signedRequest({}))).status).toBe(503);
    await Promise.all([slow.proxy.close(), never.proxy.close()]);
  });

  it('never dials addresses that AWS cannot have', async () => {
    const { proxy, events } = makeProxy({
      lookup: async () => [{ address: '169.254.169.254', family: 4 }],
    });
    const answer = await proxy.handle(await signedRequest({}));
    expect(headerOf(answer, 'x-sigv4-proxy-error')).toBe('endpoint');
    expect(events[0]).toMatchObject({ reason: 'blocked-address' });
    await proxy.close();
  });

  it.each([
    ['maxConcurrentRequests', 0],
    ['idleTimeoutMs', -1],
    ['maxBufferedBody', 1.5],
    ['connectTimeoutMs', Number.NaN],
  ])('%s must not be %d', (name, value) => {
    expect(() => makeProxy({ [name]: value })).toThrowWithCode(SigV4ProxyError, 'invalid-option');
  });
});

describe('audit', () => {
  it('holds the answer back in strict mode until the event is written, and loses none silently', async () => {
    let written: (() => void) | undefined;
    const strict = makeProxy({
      connect: upstream.connect,
      onAuditFailure: 'deny',
      onAudit: () =>
        new Promise((resolve) => {
          written = resolve;
        }),
    });
    let answered = false;
    const answer = strict.proxy.handle(await signedRequest({})).then((one) => {
      answered = true;
      return one;
    });
    await eventually(() => written !== undefined);
    expect(answered).toBe(false);
    written?.();
    expect((await answer).status).toBe(200);
    const failing = makeProxy({
      connect: upstream.connect,
      onAuditFailure: 'deny',
      onAudit: () => Promise.reject(new Error('disk')),
    });
    expect((await failing.proxy.handle(await signedRequest({}))).status).toBe(500);
    expect(failing.proxy.metrics()).toMatchObject({ auditEventsLost: 1, requests: { failed: 1 } });
    await Promise.all([strict.proxy.close(), failing.proxy.close()]);
  });

  it('counts what a stuck sink cannot take, and goes on', async () => {
    let release = (): void => {};
    const { proxy } = makeProxy({
      connect: upstream.connect,
      maxPendingAuditEvents: 2,
      onAudit: () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    });
    for (let i = 0; i < 4; i += 1)
      expect((await proxy.handle(await signedRequest({}))).status).toBe(200);
    expect(proxy.metrics().auditEventsLost).toBe(2);
    release();
  });

  it('records JSON bodies of services that opted in, less what is hidden', async () => {
    const { proxy, events } = makeProxy({
      connect: upstream.connect,
      auditBodies: { dynamodb: { redact: ['Item'] } },
    });
    const body = '{"TableName":"t","Item":{"secret":1}}';
    const headers = { ...dynamodb.headers, 'content-length': String(body.length) };
    await proxy.handle(await signedRequest({ ...dynamodb, headers, body }));
    expect(events[0]?.body).toEqual({ TableName: 't', Item: '[redacted]' });
    await proxy.close();
  });

  it('is published on diagnostics channels', async () => {
    const seen: unknown[] = [];
    const onEvent = (event: unknown): void => {
      seen.push(event);
    };
    const traces: unknown[] = [];
    const onTrace = (message: unknown): void => {
      traces.push({ ...(message as object) });
    };
    const channel = tracingChannel(REQUEST_CHANNEL);
    const none = (): void => {};
    const handlers = { start: none, end: none, asyncStart: none, asyncEnd: onTrace, error: none };
    subscribe(AUDIT_CHANNEL, onEvent);
    channel.subscribe(handlers);
    const { proxy, events } = makeProxy({ connect: upstream.connect });
    await proxy.handle(await signedRequest({}));
    unsubscribe(AUDIT_CHANNEL, onEvent);
    channel.unsubscribe(handlers);
    expect(seen).toEqual(events);
    expect(traces).toMatchObject([
      { requestId: events[0]?.id, method: 'GET', mode: 'connect', status: 200 },
    ]);
    await proxy.close();
  });
});

describe('another signer', () => {
  it('can take the place of the core', async () => {
    const { proxy } = makeProxy({
      connect: upstream.connect,
      signer: (o) =>
        new SignatureV4({ ...o, sha256: Sha256, uriEscapePath: !o.service.startsWith('s3') }),
    });
    const answer = await proxy.handle(
      await signedRequest({ ...dynamodb, query: { b: '2', a: '1 x' } }),
    );
    expect(upstream.refused).toEqual([]);
    expect(answer.status).toBe(200);
    await proxy.close();
  });
});

describe('forget', () => {
  it('ends keys at once, and rotation needs nothing but new secrets', async () => {
    let key = { ...LOCAL };
    const { proxy } = makeProxy({
      connect: upstream.connect,
      authenticate: async () => ({ ...key, session: { user: 'alice', roleArn: ROLE_ARN } }),
    });
    expect((await proxy.handle(await signedRequest(dynamodb))).status).toBe(200);
    key = { ...LOCAL, secretAccessKey: 'rotated' };
    proxy.forget(LOCAL.accessKeyId);
    const old = await proxy.handle(await signedRequest(dynamodb));
    expect(headerOf(old, 'x-sigv4-proxy-error')).toBe('signature-mismatch');
    const rotated = await signedRequest({ ...dynamodb, credentials: key });
    expect((await proxy.handle(rotated)).status).toBe(200);
    await proxy.close();
  });

  it('does not mix up destinations that differ in one thing', async () => {
    const { proxy, events } = makeProxy({ connect: upstream.connect });
    const answers = [
      await proxy.handle(await signedRequest(dynamodb)),
      await proxy.handle(await signedRequest({ ...dynamodb, region: 'us-east-1' })),
      await proxy.handle(await signedRequest({ ...dynamodb, service: 'kinesis' })),
      await proxy.handle(
        await signedRequest({ ...dynamodb }, { connectTarget: 'sts.amazonaws.com:443' }),
      ),
      await proxy.handle(await signedRequest({ ...dynamodb }, { serverName: 'sts.amazonaws.com' })),
      await proxy.handle(await signedRequest(dynamodb)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 400, 400, 400, 200]);
    expect(events.map(({ reason }) => reason)).toEqual([
      undefined,
      'region-mismatch',
      'scope-host-mismatch',
      'host-mismatch',
      'host-mismatch',
      undefined,
    ]);
    await proxy.close();
  });
});
