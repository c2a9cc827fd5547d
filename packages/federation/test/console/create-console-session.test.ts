import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  type ConsoleSessionQuery,
  createConsoleSession,
  FederationError,
  formatLogoutUrl,
} from '../../src/index.js';
import { CREDENTIALS, NOW, ROLE, SESSION } from '../support/fakes.js';

/** Answers in turn; a number is a status. */
function setUp(...answers: readonly (number | Response | Error)[]) {
  const sent: { readonly method: string; readonly text: string }[] = [];
  const slept: number[] = [];
  const query: ConsoleSessionQuery = {
    credentials: CREDENTIALS,
    partition: 'aws',
    clock: () => NOW,
    random: () => 0.5,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
    },
    fetch: async (request) => {
      const text = request.method === 'GET' ? new URL(request.url).search : await request.text();
      sent.push({ method: request.method, text });
      const answer = answers[sent.length - 1] ?? Response.json({ SigninToken: 'tok' });
      if (answer instanceof Error) throw answer;
      return typeof answer === 'number' ? new Response('no', { status: answer }) : answer;
    },
  };
  return { query, sent, slept };
}

describe('createConsoleSession', () => {
  it('opens console home and prints itself without the address', async () => {
    const { query } = setUp();
    const session = await createConsoleSession({ ...query, issuer: 'https://access.example.com' });
    expect(session.loginUrl.searchParams.get('SigninToken')).toBe('tok');
    expect(session).toMatchObject({
      destination: 'https://console.aws.amazon.com/console/home',
      durationIgnored: false,
      method: 'POST',
      label: 'aws',
      expiration: new Date(NOW.getTime() + 900_000),
    });
    for (const text of [inspect(session, { showHidden: true }), JSON.stringify(session)]) {
      expect(text).not.toContain('SigninToken');
      expect(text).toContain('console/home');
    }
  });

  it('names the session by account, role and user', async () => {
    const { query } = setUp();
    const credentials = async () => ({ ...CREDENTIALS, assumedRoleArn: SESSION, roleArn: ROLE });
    const session = await createConsoleSession({ ...query, credentials });
    expect(session.label).toBe('111122223333/ExampleReadOnlyAccess@alice');
    const { label } = await createConsoleSession({ ...query, credentials, label: 'prod' });
    expect(label).toBe('prod');
    const bare = { ...CREDENTIALS, roleArn: ROLE, assumedRoleArn: 'nonsense' };
    expect((await createConsoleSession({ ...query, credentials: bare })).label).toBe(
      '111122223333/ExampleReadOnlyAccess',
    );
  });

  it('opens a page by service, path, ARN or address', async () => {
    const { query } = setUp();
    const region = 'eu-west-1';
    const open = async (destination: ConsoleSessionQuery['destination']) =>
      (await createConsoleSession({ ...query, region, destination })).destination;
    expect(await open({ service: 'ddb' })).toContain('https://eu-west-1.console.');
    expect(await open({ path: 'x' })).toContain('/x?region=eu-west-1');
    expect(await open({ arn: ROLE })).toContain('/go/view?arn=');
    expect(await open('https://console.aws.amazon.com/s3')).toContain('/s3');
  });

  it('sends SessionDuration only when the plan says so', async () => {
    const { query, sent } = setUp();
    await createConsoleSession({ ...query, sessionDurationSeconds: 3600 });
    await createConsoleSession({ ...query, sessionDurationSeconds: null });
    expect(sent[0]?.text).toContain('SessionDuration=3600');
    expect(sent[1]?.text).not.toContain('SessionDuration');
  });

  it.each<[Partial<ConsoleSessionQuery>, string]>([
    [{ useFipsEndpoint: true }, 'fips-not-available'],
    [{ sessionDurationSeconds: 899 }, 'duration-too-short'],
    [{ sessionDurationSeconds: 3600.5 }, 'invalid-duration'],
    [{ sessionDurationSeconds: 43_201 }, 'duration-too-long'],
    [{ timeoutMs: 0 }, 'invalid-argument'],
    [{ timeoutMs: Number.NaN }, 'invalid-argument'],
    [{ timeoutMs: Number.POSITIVE_INFINITY }, 'invalid-argument'],
    [{ timeoutMs: 2 ** 31 }, 'invalid-argument'],
    [{ userAgent: 'a\r\nb: c' }, 'invalid-argument'],
    [{ method: JSON.parse('"PUT"') }, 'invalid-argument'],
    [{ region: 'nowhere' }, 'invalid-region'],
    [{ issuer: 'http://x' }, 'invalid-issuer'],
  ])('refuses %j before it asks the provider', async (more, code) => {
    const { query, sent } = setUp();
    let asked = 0;
    const credentials = async () => {
      asked += 1;
      return CREDENTIALS;
    };
    const refused = createConsoleSession({ ...query, credentials, ...more });
    await expect(refused).rejects.toThrowWithCode(FederationError, code);
    expect([asked, sent.length]).toEqual([0, 0]);
  });

  it('waits for the provider no longer than for the rest', async () => {
    const { query } = setUp();
    const silent = () => new Promise<never>(() => undefined);
    const late = createConsoleSession({ ...query, credentials: silent, timeoutMs: 5 });
    await expect(late).rejects.toThrowWithCode(FederationError, 'credentials-unavailable');
    await expect(late).rejects.toThrow('within 5 ms');
    const controller = new AbortController();
    const { signal } = controller;
    const left = createConsoleSession({ ...query, credentials: silent, signal });
    controller.abort();
    await expect(left).rejects.toThrowWithCode(FederationError, 'aborted');
    const slow = createConsoleSession({ ...query, fetch: silent, timeoutMs: 5 });
    await expect(slow).rejects.toThrowWithCode(FederationError, 'federation-unreachable');
    await expect(slow).rejects.toThrow('within 5 ms');
  });

  it('aborts the request when the time is over', async () => {
    const { query } = setUp();
    let signal: AbortSignal | null | undefined;
    const fetch: ConsoleSessionQuery['fetch'] = (_, init) => {
      signal = init?.signal;
      return new Promise<never>(() => undefined);
    };
    await createConsoleSession({ ...query, fetch, timeoutMs: 5 }).catch(() => undefined);
    expect(signal?.aborted).toBe(true);
  });

  it('gives the failures of what it calls a code', async () => {
    const { query } = setUp();
    const nothing: unknown = undefined;
    const used = new Response('{}');
    await used.text();
    const locked = new Response('{}');
    locked.body?.getReader();
    const cases: readonly (readonly [object, string])[] = [
      [{ credentials: () => Promise.reject(new Error('no profile')) }, 'credentials-unavailable'],
      [
        {
          credentials: () => Promise.reject(new FederationError({ code: 'aborted', message: 'x' })),
        },
        'aborted',
      ],
      [{ credentials: async () => nothing }, 'missing-credentials'],
      [{ credentials: nothing }, 'missing-credentials'],
      [{ fetch: async () => nothing }, 'federation-unreachable'],
      [{ fetch: async () => used }, 'invalid-argument'],
      [{ fetch: async () => locked }, 'invalid-argument'],
    ];
    for (const [more, code] of cases) {
      const failure = createConsoleSession(Object.assign({ ...query }, more));
      await expect(failure).rejects.toThrowWithCode(FederationError, code);
    }
  });

  it('tries once without SessionDuration after a 400', async () => {
    const { query, sent } = setUp(400);
    const session = await createConsoleSession({ ...query, sessionDurationSeconds: 3600 });
    expect(session.durationIgnored).toBe(true);
    expect(sent).toHaveLength(2);
    const twice = setUp(400, 400);
    await expect(
      createConsoleSession({ ...twice.query, sessionDurationSeconds: 3600 }),
    ).rejects.toMatchObject({ code: 'federation-rejected', retryWithoutDuration: false });
    expect(twice.sent).toHaveLength(2);
  });

  it.each([404, 405])('tries once with GET after a %d to POST', async (status) => {
    const { query, sent } = setUp(status);
    const session = await createConsoleSession(query);
    expect(session.method).toBe('GET');
    expect(sent.map(({ method }) => method)).toEqual(['POST', 'GET']);
    const twice = setUp(status, status);
    await expect(createConsoleSession(twice.query)).rejects.toMatchObject({
      code: 'federation-rejected',
      status,
    });
    expect(twice.sent).toHaveLength(2);
  });

  it('makes three attempts while the endpoint is unavailable, with growing pauses', async () => {
    const { query, sent, slept } = setUp(503, 429, 503);
    await expect(createConsoleSession(query)).rejects.toMatchObject({
      code: 'federation-unavailable',
      status: 503,
    });
    expect(sent).toHaveLength(3);
    expect(slept).toEqual([200, 400]);
    const better = setUp(503);
    await createConsoleSession(better.query);
    expect(better.sent).toHaveLength(2);
  });

  it('does not repeat a transport failure', async () => {
    const { query, sent } = setUp(new Error('connect'));
    await expect(createConsoleSession(query)).rejects.toThrowWithCode(
      FederationError,
      'federation-unreachable',
    );
    expect(sent).toHaveLength(1);
  });

  it('gives up on an endpoint that does not answer, even if fetch ignores its signal', async () => {
    const { query } = setUp();
    const hanging = { ...query, timeoutMs: 5, fetch: () => new Promise<Response>(() => undefined) };
    await expect(createConsoleSession(hanging)).rejects.toThrowWithCode(
      FederationError,
      'federation-unreachable',
    );
  });

  it('gives up when the caller does, before, during and between attempts', async () => {
    const controller = new AbortController();
    const { query, sent } = setUp(503);
    const between = createConsoleSession({
      ...query,
      signal: controller.signal,
      sleep: async () => {
        controller.abort();
        throw new Error('aborted sleep');
      },
    });
    await expect(between).rejects.toThrowWithCode(FederationError, 'aborted');
    const before = createConsoleSession({ ...query, signal: controller.signal });
    await expect(before).rejects.toThrowWithCode(FederationError, 'aborted');
    expect(sent).toHaveLength(1);
  });

  it.each([
    [{ destination: 'https://evil.example/' }, 'destination-not-allowed'],
    [{ destination: 'https://console.amazonaws.cn/' }, 'partition-mismatch'],
    [{ issuer: 'http://example.com' }, 'invalid-issuer'],
    [
      { credentials: { ...CREDENTIALS, roleArn: ROLE.replace('aws', 'aws-cn') } },
      'partition-mismatch',
    ],
    [{ credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' } }, 'long-term-credentials'],
    [{ partition: 'aws-iso' }, 'destination-not-allowed'],
  ])('refuses %j before any call', async (more, code) => {
    const { query, sent } = setUp();
    await expect(createConsoleSession({ ...query, ...more })).rejects.toThrowWithCode(
      FederationError,
      code,
    );
    expect(sent).toHaveLength(0);
  });

  it('opens an isolated partition when its inferred hosts are allowed', async () => {
    const { query } = setUp();
    const session = await createConsoleSession({
      ...query,
      partition: 'aws-iso-b',
      allowInferredHosts: true,
    });
    expect(session.loginUrl.host).toBe('us-isob-east-1.signin.sc2shome.sgov.gov');
    expect(formatLogoutUrl({ loginUrl: session.loginUrl }).host).toBe(session.loginUrl.host);
  });
});
