import { describe, expect, it } from 'vitest';
import {
  abandonJoin,
  beginJoin,
  createMemoryChallengeStore,
  describeRefusal,
  type JoinAuditRecord,
  JoinIamError,
  readJoinParameters,
} from '../../src/server/index.js';
import { NOW, PARAMETERS, tokenOf } from '../support/fixtures.js';

const begin = (more: Partial<Parameters<typeof beginJoin>[0]> = {}) =>
  beginJoin({
    token: tokenOf(),
    store: createMemoryChallengeStore(),
    parameters: PARAMETERS,
    clock: () => NOW,
    ...more,
  });

describe('beginJoin', () => {
  it('gives a challenge that is bound to the parameters', async () => {
    const store = createMemoryChallengeStore();
    const challenge = await begin({ store });
    await expect(store.take(challenge, PARAMETERS, NOW)).resolves.toBe('fresh');
  });

  it.each<[string, Partial<Parameters<typeof beginJoin>[0]>, string]>([
    ['no token', { token: undefined }, 'token-not-found'],
    ['a token of another name', { token: { ...tokenOf(), name: 'other' } }, 'token-not-found'],
    [
      'a token of another method',
      { token: { ...tokenOf(), joinMethod: 'ec2' } },
      'wrong-join-method',
    ],
    ['an expired token', { token: { ...tokenOf(), expires: NOW } }, 'token-expired'],
    [
      'a role it does not offer',
      { parameters: { ...PARAMETERS, role: 'App' } },
      'role-not-allowed',
    ],
    [
      'parameters that are no texts',
      { parameters: JSON.parse('{"tokenName":1,"role":"Node"}') },
      'request-malformed',
    ],
    ['no parameters', { parameters: JSON.parse('null') }, 'request-malformed'],
    [
      'missing parameters',
      { parameters: JSON.parse('{"tokenName":"iam-token"}') },
      'request-malformed',
    ],
    [
      'huge parameters',
      { parameters: { ...PARAMETERS, x: 'x'.repeat(16_384) } },
      'request-too-large',
    ],
    [
      'many parameters',
      {
        parameters: {
          ...PARAMETERS,
          ...Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`p${i}`, ''])),
        },
      },
      'request-too-large',
    ],
  ])('refuses %s and records it', async (_, more, code) => {
    const records: JoinAuditRecord[] = [];
    const onAudit = (record: JoinAuditRecord) => void records.push(record);
    await expect(begin({ ...more, onAudit })).rejects.toThrowWithCode(JoinIamError, code);
    expect(records).toMatchObject([{ outcome: 'refused', code, identityVerified: false }]);
  });

  it('turns the failure of a store into an error of ours, and keeps the cause', async () => {
    const cause = new Error('connection lost');
    const store = { ...createMemoryChallengeStore(), issue: () => Promise.reject(cause) };
    await expect(begin({ store })).rejects.toMatchObject({ code: 'callback-failed', cause });
  });
});

describe('readJoinParameters', () => {
  it('gives a frozen copy of what can be used', () => {
    const value = { ...PARAMETERS };
    const parameters = readJoinParameters(value);
    value.role = 'App';
    expect(parameters).toEqual(PARAMETERS);
    expect(Object.isFrozen(parameters)).toBe(true);
  });

  it.each([undefined, null, 'x', [], {}, { tokenName: 'a', role: 1 }])('refuses %j', (value) => {
    expect(() => readJoinParameters(value)).toThrowWithCode(JoinIamError, 'request-malformed');
  });
});

describe('abandonJoin', () => {
  it('consumes the challenge and records why', async () => {
    const store = createMemoryChallengeStore();
    const challenge = await begin({ store });
    const records: JoinAuditRecord[] = [];
    await abandonJoin({
      store,
      challenge,
      parameters: PARAMETERS,
      reason: 'credentials-missing\u0007',
      clock: () => NOW,
      onAudit: (record) => void records.push(record),
    });
    expect(records).toMatchObject([
      { code: 'joiner-gave-up', outcome: 'refused', detail: 'credentials-missing\\u{7}' },
    ]);
    await expect(store.take(challenge, PARAMETERS, NOW)).resolves.toBe('used');
  });

  it.each<[string, unknown]>([
    ['a text that cannot be made', { toString: null, [Symbol.toPrimitive]: null }],
    ['no text', 7],
  ])('records that the reason is %s', async (_, reason) => {
    const store = createMemoryChallengeStore();
    const challenge = await begin({ store });
    const records: JoinAuditRecord[] = [];
    const q = { store, challenge, parameters: PARAMETERS, reason, clock: () => NOW };
    const onAudit = (record: JoinAuditRecord) => void records.push(record);
    await Reflect.apply(abandonJoin, undefined, [{ ...q, onAudit }]);
    expect(records).toMatchObject([{ code: 'joiner-gave-up', detail: 'no reason given' }]);
  });

  it('does not record that somebody gave up who was given no challenge', async () => {
    const store = createMemoryChallengeStore();
    const challenge = await begin({ store });
    const records: JoinAuditRecord[] = [];
    const abandon = (text: string) =>
      abandonJoin({
        store,
        challenge: text,
        parameters: PARAMETERS,
        reason: 'x',
        clock: () => NOW,
        onAudit: (record) => void records.push(record),
      });
    await expect(abandon('A'.repeat(43))).rejects.toThrowWithCode(
      JoinIamError,
      'challenge-unknown',
    );
    await abandon(challenge);
    await expect(abandon(challenge)).rejects.toThrowWithCode(JoinIamError, 'challenge-reused');
    expect(records.map(({ code }) => code)).toEqual([
      'challenge-unknown',
      'joiner-gave-up',
      'challenge-reused',
    ]);
  });

  it('refuses parameters that are none', async () => {
    const abandoned = abandonJoin({
      store: createMemoryChallengeStore(),
      challenge: '',
      parameters: JSON.parse('[]'),
      reason: '',
    });
    await expect(abandoned).rejects.toThrowWithCode(JoinIamError, 'request-malformed');
  });
});

describe('describeRefusal', () => {
  it('does not tell a missing token from an expired one', async () => {
    const [missing, expired] = await Promise.all(
      [{ token: undefined }, { token: { ...tokenOf(), expires: NOW } }].map((more) =>
        begin(more).catch(describeRefusal),
      ),
    );
    expect(missing).toEqual(expired);
    expect(missing).toEqual({
      code: 'join-refused',
      message: 'The join was refused.',
      status: 403,
      tryAgain: false,
    });
  });

  it.each([
    ['sts-throttled', 429, true],
    ['sts-unavailable', 503, true],
    ['sts-busy', 503, true],
    ['challenge-limit', 503, true],
    ['challenge-expired', 400, true],
    ['clock-skew', 400, false],
    ['sts-denied', 403, false],
    ['no-rule-matched', 403, false],
  ] as const)('%s becomes status %i', (code, status, tryAgain) => {
    const error = new JoinIamError(code, {
      message: 'm',
      detail: 'only for operators',
      hint: 'only for operators',
      reasons: [{ rule: 0, code: 'arn-mismatch', hint: 'only for operators' }],
      identity: { account: '1', arn: 'a' },
    });
    const refusal = describeRefusal(error);
    expect(refusal).toMatchObject({ code, status, tryAgain, identity: { account: '1', arn: 'a' } });
    expect(JSON.stringify([refusal, error])).not.toContain('operators');
  });

  it('hides faults of the server', () => {
    const own = new JoinIamError('invalid-option', { message: 'secret setup' });
    for (const error of [own, new Error('secret'), undefined]) {
      expect(describeRefusal(error)).toEqual({
        code: 'internal-error',
        message: 'The server could not complete the join.',
        status: 500,
        tryAgain: false,
      });
    }
  });
});
