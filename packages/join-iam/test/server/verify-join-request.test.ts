import { describe, expect, it } from 'vitest';
import { encodeJoinRequest } from '../../src/client/index.js';
import {
  type JoinAuditRecord,
  JoinIamError,
  joinBinding,
  verifyJoinRequest,
} from '../../src/server/index.js';
import {
  CREDENTIALS,
  errorResponse,
  GUIDE_TOKEN,
  IDENTITY,
  identityResponse,
  NOW,
  PARAMETERS,
  scriptedTransport,
  startJoin,
  tokenOf,
} from '../support/fixtures.js';

async function refusal(promise: Promise<unknown>): Promise<JoinIamError> {
  const error = await promise.then(
    () => new Error('was not refused'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof JoinIamError) return error;
  throw error;
}

describe('verifyJoinRequest', () => {
  it('admits the identity that STS names, by the first rule that matches', async () => {
    const { request, options } = await startJoin();
    await expect(verifyJoinRequest(request, options)).resolves.toMatchObject({
      identity: {
        account: IDENTITY.Account,
        arn: IDENTITY.Arn,
        sessionName: 'i-0123456789abcdef0',
      },
      rule: 2,
      tokenName: 'iam-token',
      role: 'Node',
    });
  });

  it('takes the JSON value of a transport as it is', async () => {
    const { request, options } = await startJoin();
    const value: unknown = JSON.parse(JSON.stringify(encodeJoinRequest(request)));
    await expect(verifyJoinRequest(value, options)).resolves.toMatchObject({ rule: 2 });
  });

  it.each([undefined, null, 'x', [], {}, { requests: [] }, { requests: ['x'] }, [1]])(
    'refuses %j for a join request, and burns the challenge',
    async (value) => {
      const { options } = await startJoin();
      const code = 'request-malformed';
      await expect(verifyJoinRequest(value, options)).rejects.toThrowWithCode(JoinIamError, code);
      await expect(verifyJoinRequest(value, options)).rejects.toThrowWithCode(
        JoinIamError,
        'challenge-reused',
      );
    },
  );

  it('refuses a challenge that cannot be one without asking the store', async () => {
    const { request, options } = await startJoin();
    for (const challenge of [JSON.parse('{}'), 'x'.repeat(257)]) {
      await expect(verifyJoinRequest(request, { ...options, challenge })).rejects.toThrowWithCode(
        JoinIamError,
        'challenge-unknown',
      );
    }
  });

  it('requires a binding when told so', async () => {
    const { request, options } = await startJoin();
    await expect(
      verifyJoinRequest(request, { ...options, requireBinding: true }),
    ).rejects.toThrowWithCode(JoinIamError, 'binding-missing');
  });

  it('refuses five requests, and a token that is gone', async () => {
    const many = await startJoin();
    const requests = Array.from({ length: 5 }, () => many.request.requests[0]);
    await expect(verifyJoinRequest({ requests }, many.options)).rejects.toThrowWithCode(
      JoinIamError,
      'request-too-large',
    );
    const gone = await startJoin();
    await expect(
      verifyJoinRequest(gone.request, { ...gone.options, token: undefined }),
    ).rejects.toThrowWithCode(JoinIamError, 'token-not-found');
  });

  it('checks audience and binding together with the challenge', async () => {
    const binding = joinBinding(PARAMETERS);
    const { request, options } = await startJoin({ audience: 'cluster.example.com', binding });
    const context = { audience: 'cluster.example.com' };
    const strict = { ...options, context, requireBinding: true };
    await expect(verifyJoinRequest(request, strict)).resolves.toMatchObject({
      rule: 2,
    });
  });

  it('refuses a binding over other parameters', async () => {
    const { request, options } = await startJoin({ binding: joinBinding({ publicKey: 'other' }) });
    const context = { binding: joinBinding(PARAMETERS) };
    await expect(verifyJoinRequest(request, { ...options, context })).rejects.toThrowWithCode(
      JoinIamError,
      'binding-mismatch',
    );
  });

  it('lets exactly one of parallel attempts with one challenge through', async () => {
    const { request, options } = await startJoin();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => verifyJoinRequest(request, options)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({ code: 'challenge-reused' });
      }
    }
  });

  it('burns the challenge also when the request is refused', async () => {
    const { request, options } = await startJoin();
    const junk = { requests: [Buffer.from('junk')] };
    await expect(verifyJoinRequest(junk, options)).rejects.toThrowWithCode(
      JoinIamError,
      'request-malformed',
    );
    await expect(verifyJoinRequest(request, options)).rejects.toThrowWithCode(
      JoinIamError,
      'challenge-reused',
    );
  });

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
    const second = await startJoin();
    const other = await startJoin({
      challenge: first.challenge,
      credentials: { ...CREDENTIALS, accessKeyId: 'ASIAIOSFODNN7EXAMPLF' },
    });
    const mixed = { requests: [...first.request.requests, ...other.request.requests] };
    await expect(verifyJoinRequest(mixed, first.options)).rejects.toThrowWithCode(
      JoinIamError,
      'access-key-mismatch',
    );
    await expect(verifyJoinRequest({ requests: [] }, second.options)).rejects.toThrowWithCode(
      JoinIamError,
      'request-malformed',
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

  it('tells the joiner its proven identity and the operator every reason', async () => {
    const { request, options } = await startJoin();
    const token = tokenOf({
      ...GUIDE_TOKEN,
      spec: {
        ...GUIDE_TOKEN.spec,
        allow: [{ aws_arn: 'arn:aws:iam::333333333333:role/teleport-node-role' }],
      },
    });
    const error = await refusal(verifyJoinRequest(request, { ...options, token }));
    expect(error).toMatchObject({
      code: 'no-rule-matched',
      stage: 'rules',
      identity: { account: IDENTITY.Account, arn: IDENTITY.Arn },
      hint: expect.stringContaining('assumed-role/teleport-node-role/*'),
      reasons: [{ rule: 0, code: 'arn-mismatch' }],
    });
    expect(JSON.stringify(error)).not.toContain('assumed-role/teleport-node-role/*');
  });

  it('refuses a token that has expired or lost the role since the challenge', async () => {
    const expired = await startJoin();
    await expect(
      verifyJoinRequest(expired.request, {
        ...expired.options,
        token: { ...tokenOf(), expires: NOW },
      }),
    ).rejects.toThrowWithCode(JoinIamError, 'token-expired');
    const lost = await startJoin();
    await expect(
      verifyJoinRequest(lost.request, { ...lost.options, token: { ...tokenOf(), roles: ['App'] } }),
    ).rejects.toThrowWithCode(JoinIamError, 'role-not-allowed');
  });
});

describe('verifyJoinRequest with organizations', () => {
  const inOrganization = tokenOf(
    {
      ...GUIDE_TOKEN,
      spec: {
        ...GUIDE_TOKEN.spec,
        allow: [
          {
            aws_organization_id: 'o-abcdefghij',
            aws_organizational_units: {
              include: ['ou-abcd-11111111'],
              exclude: ['ou-abcd-22222222'],
            },
          },
          { aws_account: '333333333333' },
        ],
      },
    },
    { organizationResolver: true },
  );

  async function join(answer: { id: string; units: string[] } | null | Error) {
    const { request, options } = await startJoin();
    const asked: string[] = [];
    const result = await verifyJoinRequest(request, {
      ...options,
      token: inOrganization,
      organizationResolver: async ({ account }) => {
        asked.push(account);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    });
    return { rule: result.rule, asked };
  }

  it('asks once and admits by unit', async () => {
    await expect(
      join({ id: 'o-abcdefghij', units: ['r-abcd', 'ou-abcd-11111111'] }),
    ).resolves.toEqual({ rule: 0, asked: ['333333333333'] });
  });

  it.each([
    ['an excluded unit', { id: 'o-abcdefghij', units: ['ou-abcd-11111111', 'ou-abcd-22222222'] }],
    ['another organization', { id: 'o-zzzzzzzzzz', units: ['ou-abcd-11111111'] }],
    ['no organization', null],
    ['a failure of the resolver', new Error('AccessDenied')],
  ])('lets only the rules that ask refuse for %s', async (_, answer) => {
    await expect(join(answer)).resolves.toMatchObject({ rule: 1 });
  });

  it('does not ask for a principal the rule does not mean anyway', async () => {
    const { request, options } = await startJoin();
    const rule = { aws_organization_id: 'o-abcdefghij', aws_account: '333333333333' };
    const asked: string[] = [];
    const organizationResolver = async ({ account }: { account: string }) => {
      asked.push(account);
      return null;
    };
    const token = {
      ...tokenOf(),
      allow: [
        { ...rule, aws_user_id: 'AROAOTHEROTHEROTHER1' },
        { ...rule, aws_account: '444444444444' },
      ],
    };
    await expect(
      verifyJoinRequest(request, { ...options, token, organizationResolver }),
    ).rejects.toThrowWithCode(JoinIamError, 'no-rule-matched');
    expect(asked).toEqual([]);
  });

  it('does not ask when no rule can gain from it', async () => {
    const { request, options } = await startJoin();
    const organizationResolver = () => Promise.reject(new Error('must not be called'));
    await expect(
      verifyJoinRequest(request, { ...options, organizationResolver }),
    ).resolves.toMatchObject({ rule: 2 });
  });
});

describe('the audit record', () => {
  it('names the proven identity, the rule and the request of STS', async () => {
    const { request, options } = await startJoin();
    const records: JoinAuditRecord[] = [];
    await verifyJoinRequest(request, {
      ...options,
      remoteAddress: '192.0.2.7',
      onAudit: (record) => {
        records.push(record);
      },
    });
    expect(records).toEqual([
      expect.objectContaining({
        time: NOW,
        outcome: 'joined',
        tokenName: 'iam-token',
        role: 'Node',
        nodeName: 'node-1',
        remoteAddress: '192.0.2.7',
        rule: 2,
        stsHost: 'sts.eu-central-1.amazonaws.com',
        stsRequestId: 'request-1',
        accessKeyId: CREDENTIALS.accessKeyId,
        identityVerified: true,
        account: IDENTITY.Account,
        arn: IDENTITY.Arn,
        userId: IDENTITY.UserId,
      }),
    ]);
    expect(JSON.stringify(records)).not.toContain(CREDENTIALS.sessionToken);
    expect(JSON.stringify(records)).not.toMatch(/[0-9a-f]{64}/);
  });

  it('escapes what the joiner wrote', async () => {
    const { options } = await startJoin();
    const records: JoinAuditRecord[] = [];
    const parameters = { ...PARAMETERS, nodeName: 'a\n\u001b[31m' };
    const join = verifyJoinRequest(
      { requests: [] },
      { ...options, parameters, onAudit: (record) => void records.push(record) },
    );
    await expect(join).rejects.toThrowWithCode(JoinIamError, 'challenge-unknown');
    expect(records[0]).toMatchObject({
      outcome: 'refused',
      stage: 'challenge',
      nodeName: 'a\\u{a}\\u{1b}[31m',
      identityVerified: false,
    });
  });

  it('names the key a refused request claims', async () => {
    const { request, options } = await startJoin({ signingDate: new Date('2026-01-15T11:00:00Z') });
    const records: JoinAuditRecord[] = [];
    const onAudit = (record: JoinAuditRecord) => void records.push(record);
    await expect(verifyJoinRequest(request, { ...options, onAudit })).rejects.toThrowWithCode(
      JoinIamError,
      'clock-skew',
    );
    expect(records).toMatchObject([
      { code: 'clock-skew', accessKeyId: CREDENTIALS.accessKeyId, identityVerified: false },
    ]);
  });

  it('keeps an outage apart from a refusal', async () => {
    const { request, options } = await startJoin();
    const records: JoinAuditRecord[] = [];
    const { transport } = scriptedTransport(new Error('ECONNREFUSED'));
    const onAudit = (record: JoinAuditRecord) => void records.push(record);
    await expect(
      verifyJoinRequest(request, { ...options, transport, onAudit }),
    ).rejects.toThrowWithCode(JoinIamError, 'sts-unavailable');
    expect(records).toMatchObject([
      { outcome: 'failed', stsHost: 'sts.eu-central-1.amazonaws.com', identityVerified: false },
    ]);
  });

  it('admits nobody when it cannot be written', async () => {
    const { request, options } = await startJoin();
    const onAudit = () => Promise.reject(new Error('disk full'));
    await expect(verifyJoinRequest(request, { ...options, onAudit })).rejects.toThrowWithCode(
      JoinIamError,
      'audit-failed',
    );
  });
});
