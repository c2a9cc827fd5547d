import { describe, expect, it } from 'vitest';
import { JoinIamError, verifyJoinRequest } from '../../src/server/index.js';
import {
  CREDENTIALS,
  errorResponse,
  identityResponse,
  refusal,
  scriptedTransport,
  startJoin,
} from '../support/fixtures.js';

describe('verifyJoinRequest and its transport', () => {
  it('sends nothing before all requests have passed', async () => {
    const { request, options } = await startJoin({ endpoints: ['us-east-1'] });
    const { transport, hosts } = scriptedTransport(identityResponse());
    const broken = { requests: [...request.requests.slice(0, 1), Buffer.from('GET / HTTP/1.1')] };
    await expect(verifyJoinRequest(broken, { ...options, transport })).rejects.toThrowWithCode(
      JoinIamError,
      'request-malformed',
    );
    expect(hosts).toEqual([]);
  });

  it('refuses requests that are signed with different keys', async () => {
    const first = await startJoin();
    const other = await startJoin({
      challenge: first.challenge,
      region: 'us-east-1',
      credentials: { ...CREDENTIALS, accessKeyId: 'ASIAIOSFODNN7EXAMPLF' },
    });
    const mixed = { requests: [...first.request.requests, ...other.request.requests] };
    await expect(verifyJoinRequest(mixed, first.options)).rejects.toThrowWithCode(
      JoinIamError,
      'access-key-mismatch',
    );
  });

  it('moves on to the next endpoint after an outage', async () => {
    const { request, options } = await startJoin({ endpoints: ['us-east-1', 'global'] });
    const { transport, hosts } = scriptedTransport(
      new Error('ECONNRESET'),
      errorResponse(503, 'ServiceUnavailable'),
      identityResponse(),
    );
    await verifyJoinRequest(request, { ...options, transport });
    expect(hosts).toEqual([
      'sts.eu-central-1.amazonaws.com',
      'sts.us-east-1.amazonaws.com',
      'sts.amazonaws.com',
    ]);
  });

  it('never moves on after a refusal', async () => {
    const { request, options } = await startJoin({ endpoints: ['us-east-1'] });
    const { transport, hosts } = scriptedTransport(
      errorResponse(403, 'InvalidClientTokenId'),
      identityResponse(),
    );
    const error = await refusal(verifyJoinRequest(request, { ...options, transport }));
    expect(error).toMatchObject({ code: 'sts-denied', reason: 'unknown-credentials' });
    expect(hosts).toHaveLength(1);
  });

  it('knows the secrets of the request, also those that do not look like one', async () => {
    const { request, options, challenge } = await startJoin({
      credentials: { ...CREDENTIALS, sessionToken: 'c2hvcnQ=' },
    });
    const answer = errorResponse(403, 'SignatureDoesNotMatch', `got c2hvcnQ= and ${challenge}.`);
    const { transport } = scriptedTransport(answer);
    const error = await refusal(verifyJoinRequest(request, { ...options, transport }));
    expect(error.detail).toBe('status 403, code SignatureDoesNotMatch, message got *** and ***.');
  });

  it('retries throttling twice and then says so', async () => {
    const { request, options } = await startJoin();
    const { transport, hosts } = scriptedTransport(errorResponse(400, 'Throttling'));
    const error = await refusal(verifyJoinRequest(request, { ...options, transport }));
    expect(error).toMatchObject({ code: 'sts-throttled', retryable: true });
    expect(hosts).toHaveLength(3);
  });

  it('ends at the deadline even when the transport never answers', async () => {
    const { request, options } = await startJoin();
    const transport = () => new Promise<never>(() => {});
    await expect(
      verifyJoinRequest(request, { ...options, transport, timeoutMs: 20 }),
    ).rejects.toThrowWithCode(JoinIamError, 'sts-timeout');
  });

  it('stops when the caller gives up', async () => {
    const { request, options } = await startJoin();
    const transport = () => new Promise<never>(() => {});
    const signal = AbortSignal.abort();
    await expect(
      verifyJoinRequest(request, { ...options, transport, signal }),
    ).rejects.toThrowWithCode(JoinIamError, 'aborted');
  });

  it('turns a transport that answers nonsense into an error of ours', async () => {
    const { request, options } = await startJoin();
    const transport = async () => JSON.parse('{"status":200}');
    await expect(verifyJoinRequest(request, { ...options, transport })).rejects.toThrowWithCode(
      JoinIamError,
      'sts-malformed',
    );
  });

  it('refuses several requests for one endpoint', async () => {
    const { request, options } = await startJoin();
    const { transport, hosts } = scriptedTransport(errorResponse(503, ''));
    const requests = Array.from({ length: 4 }, () => request.requests[0]);
    await expect(
      verifyJoinRequest({ requests }, { ...options, transport }),
    ).rejects.toThrowWithCode(JoinIamError, 'request-malformed');
    expect(hosts).toEqual([]);
  });

  it.each([0, 1, 2])('retries %i times when told so', async (maxRetries) => {
    const { request, options } = await startJoin();
    const { transport, hosts } = scriptedTransport(errorResponse(503, ''));
    await refusal(verifyJoinRequest(request, { ...options, transport, maxRetries }));
    expect(hosts).toHaveLength(1 + maxRetries);
  });

  it('does not wait for a store beyond the deadline or the caller', async () => {
    const { request, options } = await startJoin();
    const store = { ...options.store, take: () => new Promise<never>(() => {}) };
    const hanging = { ...options, store };
    await expect(verifyJoinRequest(request, { ...hanging, timeoutMs: 20 })).rejects.toThrowWithCode(
      JoinIamError,
      'sts-timeout',
    );
    await expect(
      verifyJoinRequest(request, { ...hanging, signal: AbortSignal.abort() }),
    ).rejects.toThrowWithCode(JoinIamError, 'aborted');
  });

  it('says that the caller gave up, also when the caller has a deadline of its own', async () => {
    const signal = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
    const before = await startJoin();
    await expect(
      verifyJoinRequest(before.request, { ...before.options, signal }),
    ).rejects.toThrowWithCode(JoinIamError, 'aborted');
    const during = await startJoin();
    const controller = new AbortController();
    const transport = () => {
      controller.abort(signal.reason);
      return new Promise<never>(() => {});
    };
    await expect(
      verifyJoinRequest(during.request, {
        ...during.options,
        transport,
        signal: controller.signal,
      }),
    ).rejects.toThrowWithCode(JoinIamError, 'aborted');
  });

  it('uses the challenge of an attempt that was given up before it began', async () => {
    const { request, options } = await startJoin();
    await expect(
      verifyJoinRequest(request, { ...options, signal: AbortSignal.abort() }),
    ).rejects.toThrowWithCode(JoinIamError, 'aborted');
    await expect(verifyJoinRequest(request, options)).rejects.toThrowWithCode(
      JoinIamError,
      'challenge-reused',
    );
  });
});

describe('wrong options of verifyJoinRequest', () => {
  it.each<[string, Record<string, unknown>]>([
    ['no transport', { transport: undefined }],
    ['no store', { store: undefined }],
    ['no time', { timeoutMs: 0 }],
    ['a time that is no number', { timeoutMs: Number.NaN }],
    ['a time without end', { timeoutMs: Number.POSITIVE_INFINITY }],
    ['negative time', { timeoutMs: -1 }],
    ['half a millisecond more', { timeoutMs: 1.5 }],
    ['three retries', { maxRetries: 3 }],
    ['retries that are no number', { maxRetries: Number.NaN }],
    ['half a retry', { maxRetries: 0.5 }],
    ['a signal that is none', { signal: {} }],
    ['a resolver that is none', { organizationResolver: {} }],
    ['a clock that stands nowhere', { clock: () => new Date(Number.NaN) }],
    ['a context that cannot be', { context: { maxClockSkewSeconds: 901 } }],
    ['a header name that is taken', { context: { challengeHeader: 'Host' } }],
  ])('%s: found before the challenge is used', async (_, change) => {
    const { request, options } = await startJoin();
    const wrong = Reflect.apply(verifyJoinRequest, undefined, [request, { ...options, ...change }]);
    await expect(wrong).rejects.toThrowWithCode(JoinIamError, 'invalid-option');
    await expect(verifyJoinRequest(request, options)).resolves.toMatchObject({ rule: 2 });
  });
});
