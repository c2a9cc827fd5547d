import { describe, expect, it } from 'vitest';
import { JoinIamError, verifyJoinRequest } from '../../src/server/index.js';
import { GUIDE_TOKEN, refusal, startJoin, tokenOf } from '../support/fixtures.js';

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

  const onlyThese = { ...inOrganization, allow: inOrganization.allow.slice(0, 1) };

  it.each([{ id: 'o-abcdefghij' }, { id: 'o-abcdefghij', units: 7 }])(
    'refuses the rules that ask when the answer is %j',
    async (answer) => {
      const { request, options } = await startJoin();
      const organizationResolver = async () => JSON.parse(JSON.stringify(answer));
      const error = await refusal(
        verifyJoinRequest(request, { ...options, token: onlyThese, organizationResolver }),
      );
      expect(error).toMatchObject({ reasons: [{ code: 'organization-unavailable' }] });
      const both = await startJoin();
      await expect(
        verifyJoinRequest(both.request, {
          ...both.options,
          token: inOrganization,
          organizationResolver,
        }),
      ).resolves.toMatchObject({ rule: 1 });
    },
  );

  it('tells the operator why the resolver failed', async () => {
    const cause = Object.assign(new Error('hush'), { name: 'AccessDeniedException' });
    for (const organizationResolver of [
      () => Promise.reject(cause),
      () => {
        throw cause;
      },
    ]) {
      const { request, options } = await startJoin();
      const error = await refusal(
        verifyJoinRequest(request, { ...options, token: onlyThese, organizationResolver }),
      );
      expect(error).toMatchObject({
        code: 'no-rule-matched',
        cause,
        detail: 'organizationResolver: AccessDeniedException, rule 0: organization-unavailable',
      });
    }
  });

  it('waits for the resolver until the deadline, and no longer than the caller', async () => {
    const never = () => new Promise<never>(() => {});
    const late = await startJoin();
    const inTime = { ...late.options, token: inOrganization, organizationResolver: never };
    await expect(
      verifyJoinRequest(late.request, { ...inTime, timeoutMs: 40 }),
    ).resolves.toMatchObject({ rule: 1 });

    const given = await startJoin();
    const controller = new AbortController();
    const organizationResolver = () => {
      controller.abort();
      return never();
    };
    await expect(
      verifyJoinRequest(given.request, {
        ...given.options,
        token: inOrganization,
        organizationResolver,
        signal: controller.signal,
      }),
    ).rejects.toThrowWithCode(JoinIamError, 'aborted');
  });
});
