import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type JoinAuditRecord, verifyJoinRequest } from '../../../src/server/index.js';
import { CREDENTIALS, IDENTITY, refusal, startJoin } from '../../support/fixtures.js';
import { useLoopback } from '../../support/loopback.js';
import { type Behaviour, identityBody, reply, startStandIn } from '../../support/sts-stand-in.js';

const { certificates, sts, transport, join } = useLoopback();

describe('a join over TLS', () => {
  it('is admitted when STS verifies the rebuilt request', async () => {
    await expect(join()).resolves.toMatchObject({ rule: 2, identity: { arn: IDENTITY.Arn } });
    expect(sts().names).toEqual(['sts.eu-central-1.amazonaws.com']);
  });

  it('sends exactly the bytes it means to send', async () => {
    const { request, options } = await startJoin();
    await verifyJoinRequest(request, { ...options, transport: transport() });
    const sent = Buffer.from(request.requests[0] ?? []).toString('latin1');
    const authorization = /^Authorization: (.*)$/m.exec(sent)?.[1]?.trim();
    expect(sts().requests).toEqual([
      [
        'POST / HTTP/1.1',
        'host: sts.eu-central-1.amazonaws.com',
        'accept: application/json',
        'accept-encoding: identity',
        `authorization: ${authorization}`,
        'content-length: 43',
        'content-type: application/x-www-form-urlencoded; charset=utf-8',
        'user-agent: postern-join-iam',
        'x-amz-date: 20260115T120000Z',
        `x-amz-security-token: ${CREDENTIALS.sessionToken}`,
        `x-join-challenge: ${options.challenge}`,
        'connection: close',
        '',
        'Action=GetCallerIdentity&Version=2011-06-15',
      ].join('\r\n'),
    ]);
  });

  it('lets exactly one of parallel attempts with one challenge reach STS', async () => {
    const { request, options } = await startJoin();
    const limited = transport();
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, () =>
        verifyJoinRequest(request, { ...options, transport: limited }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(sts().requests).toHaveLength(1);
  });

  it('holds its limits over real connections', async () => {
    let opened = 0;
    let openedWhenTwoWaited = 0;
    const waiting: (() => void)[] = [];
    // Without a limit all six are opened before the first request arrives anywhere.
    const hold: Behaviour = (socket) => {
      waiting.push(() => reply(socket, { status: 200, body: identityBody(IDENTITY) }));
      if (waiting.length < 2) return;
      openedWhenTwoWaited = opened;
      for (const answer of waiting) answer();
    };
    sts().next(hold, hold);
    const limited = transport({
      maxConcurrent: 2,
      connectTo: () => {
        opened += 1;
        return { host: '127.0.0.1', port: sts().port };
      },
    });
    const joins = await Promise.all(Array.from({ length: 6 }, () => startJoin()));
    const results = await Promise.all(
      joins.map(({ request, options }) =>
        verifyJoinRequest(request, { ...options, transport: limited }),
      ),
    );
    expect(results.map(({ rule }) => rule)).toEqual([2, 2, 2, 2, 2, 2]);
    expect([openedWhenTwoWaited, opened]).toEqual([2, 6]);
  });

  it('is admitted with a long-term key, an audience and a binding', async () => {
    const { secretAccessKey } = CREDENTIALS;
    const identity = { ...IDENTITY };
    const other = await startStandIn({
      ...certificates(),
      now: new Date('2026-01-15T12:00:00Z'),
      principals: { AKIAIOSFODNN7EXAMPLE: { secretAccessKey, identity } },
    });
    const { request, options } = await startJoin({
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey },
      audience: 'cluster.example.com',
      binding: 'ogtS-uV8x6mcllHxtXOVD9IRgj46zju5wnPAZDDyTNM',
    });
    const limited = transport({ connectTo: () => ({ host: '127.0.0.1', port: other.port }) });
    await expect(
      verifyJoinRequest(request, { ...options, transport: limited }),
    ).resolves.toMatchObject({
      rule: 2,
    });
    await other.close();
  });

  it('reaches a private endpoint through lookup, with the public name in TLS', async () => {
    const asked: string[] = [];
    const result = await join({
      init: {
        connectTo: (host) => ({ host, port: sts().port }),
        lookup: (hostname, options, callback) => {
          asked.push(hostname);
          if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
          else callback(null, '127.0.0.1', 4);
        },
      },
    });
    expect(result.rule).toBe(2);
    expect(asked).toEqual(['sts.eu-central-1.amazonaws.com']);
    expect(sts().names).toEqual(['sts.eu-central-1.amazonaws.com']);
  });
});

/** What STS answers to a wrong signature: the request, with everything in it. */
const echo: Behaviour = (socket, request) => {
  const Message = `The signature we calculated differs from ${request.replaceAll('\r\n', ' ')}`;
  reply(socket, {
    status: 403,
    type: 'text/xml',
    body: `<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>${Message}</Message></Error></ErrorResponse>`,
  });
};

const echoInJson: Behaviour = (socket, request) => {
  const secrets = /^authorization: .*|^x-amz-security-token: .*|^x-join-challenge: .*/gm;
  const found = [...request.matchAll(secrets)].map(([text]) => text.slice(-90)).join(' ');
  const Message = `we calculated another signature than ${found}`;
  const body = JSON.stringify({ Error: { Code: 'SignatureDoesNotMatch', Message } });
  reply(socket, { status: 403, body });
};

describe('what STS refuses', () => {
  it.each([
    ['an unknown key', { accessKeyId: 'ASIAUNKNOWN0000EXAMPLE' }, 'unknown-credentials'],
    ['an expired token', { accessKeyId: 'ASIAEXPIRED0000EXAMPLE' }, 'expired-credentials'],
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'signature'],
  ])('%s is sts-denied with its reason', async (_, change, reason) => {
    const client = { credentials: { ...CREDENTIALS, ...change } };
    await expect(join({ client, maxRetries: 2 })).rejects.toMatchObject({
      code: 'sts-denied',
      reason,
      retryable: false,
    });
    expect(sts().requests).toHaveLength(1);
  });

  it('tells how far the clock is off when only STS notices', async () => {
    const { request, options } = await startJoin({
      signingDate: new Date('2026-01-15T11:40:00Z'),
    });
    const slow = { ...options, clock: () => new Date('2026-01-15T11:40:30Z') };
    // The store issued the challenge at NOW; a clock before that leaves it fresh.
    await expect(
      verifyJoinRequest(request, { ...slow, transport: transport() }),
    ).rejects.toMatchObject({
      code: 'sts-denied',
      reason: 'clock-skew',
      message: expect.stringContaining('1800 seconds behind'),
    });
  });

  it.each([
    ['as XML', echo],
    ['as JSON', echoInJson],
  ])('%s: never repeats what STS repeats of the request', async (_, behaviour) => {
    const { request, options, challenge } = await startJoin();
    const records: JoinAuditRecord[] = [];
    sts().next(behaviour);
    const onAudit = (record: JoinAuditRecord) => void records.push(record);
    const error = await refusal(
      verifyJoinRequest(request, { ...options, transport: transport(), onAudit }),
    );
    expect(error).toMatchObject({ code: 'sts-denied', reason: 'signature' });
    const shown = JSON.stringify([error, error.detail, records, inspect(error)]);
    expect(shown).toContain('we calculated');
    const sent = Buffer.from(request.requests[0] ?? []).toString('latin1');
    const signature = /Signature=([0-9a-f]{64})/.exec(sent)?.[1] ?? 'no signature';
    for (const secret of [signature, CREDENTIALS.sessionToken, challenge]) {
      for (const part of [secret.slice(0, 8), secret.slice(-8)]) expect(shown).not.toContain(part);
    }
  });
});
