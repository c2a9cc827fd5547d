import { describe, expect, it } from 'vitest';
import { encodeJoinRequest } from '../../src/client/index.js';
import { JoinIamError, joinBinding, verifyJoinRequest } from '../../src/server/index.js';
import {
  GUIDE_TOKEN,
  IDENTITY,
  NOW,
  PARAMETERS,
  refusal,
  startJoin,
  tokenOf,
} from '../support/fixtures.js';

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

  it('requires the binding of these parameters, whatever the context says', async () => {
    const context = { binding: 'another' };
    const right = await startJoin({ binding: joinBinding(PARAMETERS) });
    await expect(
      verifyJoinRequest(right.request, { ...right.options, context, requireBinding: true }),
    ).resolves.toMatchObject({ rule: 2 });
    const wrong = await startJoin({ binding: 'another' });
    await expect(
      verifyJoinRequest(wrong.request, { ...wrong.options, context, requireBinding: true }),
    ).rejects.toThrowWithCode(JoinIamError, 'binding-mismatch');
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
