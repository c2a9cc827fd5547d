import { describe, expect, it } from 'vitest';
import {
  createRoleCredentials,
  FederationError,
  type RoleCredentialsOptions,
  type RoleSessionRequest,
} from '../../src/index.js';
import { awsError, fakeClock, fakeSts, NOW, outputOf, ROLE, settle } from '../support/fakes.js';

const alice: RoleSessionRequest = { identity: 'alice', roleArn: ROLE };

function setUp(more: Partial<RoleCredentialsOptions> = {}, answer?: Parameters<typeof fakeSts>[1]) {
  const clock = fakeClock();
  const { sts, calls } = fakeSts(clock.now, answer);
  const credentials = createRoleCredentials({
    sts,
    source: 'ec2-instance-profile',
    clock: clock.now,
    random: () => 0.5,
    ...more,
  });
  return { clock, sts, calls, credentials };
}

describe('createRoleCredentials', () => {
  it('makes one STS call for ten thousand callers at once', async () => {
    const { credentials, calls } = setUp();
    const roles = await Promise.all(Array.from({ length: 10_000 }, () => credentials.get(alice)));
    expect(calls).toHaveLength(1);
    expect(new Set(roles).size).toBe(1);
  });

  it('serves from the cache and names the session after the user', async () => {
    const { credentials, calls, clock } = setUp();
    const first = await credentials.get({ ...alice, identity: 'CORP\\alice' });
    clock.advance(3000);
    expect(await credentials.get({ ...alice, identity: 'CORP\\alice' })).toBe(first);
    expect(calls).toMatchObject([{ RoleSessionName: 'CORP-alice-83da4d2f3a048a1f' }]);
  });

  const shapes: readonly Partial<RoleSessionRequest>[] = [
    { identity: 'bob' },
    { identityExpires: new Date(NOW.getTime() + 7_200_000) },
    { roleArn: 'arn:aws:iam::111122223333:role/Other' },
    { roleSessionName: 'other' },
    { externalId: 'ext-1' },
    { sourceIdentity: 'alice' },
    { tags: [{ key: 'team', value: 'blue' }] },
    { tags: [{ key: 'team', value: 'red' }] },
    { tags: [{ key: 'team', value: 'blue' }], transitiveTagKeys: ['team'] },
    { policy: '{"Statement":[1]}' },
    { policy: '{"Statement":[2]}' },
    { policyArns: ['arn:aws:iam::aws:policy/A'] },
    { baseIdentity: 'second' },
    { region: 'eu-west-1' },
    { purpose: 'console' },
    { requestedSeconds: 900 },
    { roleMaxSessionSeconds: 7200 },
    // A key that joins its parts with a delimiter would take these two for one.
    { externalId: 'a:b', roleSessionName: 'cc' },
    { externalId: 'a', roleSessionName: 'b:cc'.replace(':', '@') },
    { externalId: 'ab|', roleSessionName: 'cc' },
  ];

  it('never shares a session between requests that differ in anything that shapes it', async () => {
    const { credentials } = setUp();
    const requests = [alice, ...shapes.map((shape) => ({ ...alice, ...shape }))];
    const valid = requests.filter(
      ({ externalId }) => !externalId || /^[\w:-]{2,}$/.test(externalId),
    );
    const roles = await Promise.all(valid.map((request) => credentials.get(request)));
    expect(new Set(roles.map((role) => role.accessKeyId)).size).toBe(valid.length);
  });

  it('takes tags in any order as the same session', async () => {
    const { credentials, calls } = setUp();
    const a = { key: 'a', value: '1' };
    const b = { key: 'b', value: '2' };
    await credentials.get({ ...alice, tags: [a, b], transitiveTagKeys: ['a', 'b'] });
    await credentials.get({ ...alice, tags: [b, a], transitiveTagKeys: ['b', 'a'] });
    expect(calls).toHaveLength(1);
  });

  it('refreshes in the background from five minutes before the end', async () => {
    const { credentials, calls, clock } = setUp();
    const first = await credentials.get(alice);
    clock.advance(3600 - 300);
    expect(await credentials.get(alice)).toBe(first);
    expect(await credentials.get(alice)).toBe(first);
    await settle();
    expect(calls).toHaveLength(2);
    const second = await credentials.get(alice);
    expect(second.accessKeyId).not.toBe(first.accessKeyId);
  });

  it('waits for fresh credentials in the last minute', async () => {
    const { credentials, clock } = setUp();
    const first = await credentials.get(alice);
    clock.advance(3600 - 60);
    expect((await credentials.get(alice)).accessKeyId).not.toBe(first.accessKeyId);
  });

  it('asks for more life than cached when the caller needs it', async () => {
    const { credentials, calls, clock } = setUp();
    await credentials.get(alice);
    clock.advance(1800);
    await credentials.get(alice, { minRemainingSeconds: 1000 });
    expect(calls).toHaveLength(1);
    await credentials.get(alice, { minRemainingSeconds: 3000 });
    expect(calls).toHaveLength(2);
  });

  it('serves valid credentials on while STS fails, and remembers the failure for a second', async () => {
    let down = false;
    const { credentials, calls, clock } = setUp({}, (_, call) => {
      if (down) throw awsError('InternalFailure', 500);
      return outputOf(call, new Date(NOW.getTime() + 3_600_000));
    });
    const first = await credentials.get(alice);
    down = true;
    clock.advance(3600 - 30);
    expect(await credentials.get(alice)).toBe(first);
    expect(await credentials.get(alice)).toBe(first);
    expect(calls).toHaveLength(2);
    clock.advance(1);
    expect(await credentials.get(alice)).toBe(first);
    expect(calls).toHaveLength(3);
    clock.advance(29);
    await expect(credentials.get(alice)).rejects.toThrowWithCode(
      FederationError,
      'sts-unavailable',
    );
  });

  it.each([
    ['AccessDenied', 403, 5],
    ['InternalFailure', 500, 1],
  ])('remembers %s (%d) for %d seconds', async (name, status, seconds) => {
    const { credentials, calls, clock } = setUp({}, () => {
      throw awsError(name, status);
    });
    const failing = () => expect(credentials.get(alice)).rejects.toBeInstanceOf(FederationError);
    await failing();
    clock.advance(seconds - 0.001);
    await failing();
    expect(calls).toHaveLength(1);
    clock.advance(0.001);
    await failing();
    expect(calls).toHaveLength(2);
  });

  it.each([
    [0, 4],
    [1, 6],
  ])('spreads remembered failures by a fifth (%d: %d seconds)', async (random, seconds) => {
    const { credentials, calls, clock } = setUp({ random: () => random }, () => {
      throw awsError('AccessDenied', 403);
    });
    await expect(credentials.get(alice)).rejects.toBeInstanceOf(FederationError);
    clock.advance(seconds - 0.001);
    await expect(credentials.get(alice)).rejects.toBeInstanceOf(FederationError);
    expect(calls).toHaveLength(1);
    clock.advance(0.001);
    await expect(credentials.get(alice)).rejects.toBeInstanceOf(FederationError);
    expect(calls).toHaveLength(2);
  });

  it('does not remember a request that was wrong', async () => {
    const { credentials } = setUp();
    const wrong = credentials.get({ ...alice, roleArn: 'x' });
    await expect(wrong).rejects.toThrowWithCode(FederationError, 'malformed-arn');
    expect(credentials.size).toBe(0);
  });

  it('drops credentials that AWS calls expired, once for all who report them', async () => {
    const { credentials, calls } = setUp();
    const expired = await credentials.get(alice);
    const fresh = await Promise.all([
      credentials.get(alice, { expired }),
      credentials.get(alice, { expired }),
    ]);
    expect(calls).toHaveLength(2);
    expect(await credentials.get(alice, { expired })).toBe(fresh[0]);
    expect(calls).toHaveLength(2);
  });

  it('invalidates everything of one user and nothing of another', async () => {
    const { credentials, calls } = setUp();
    await credentials.get(alice);
    await credentials.get({ ...alice, externalId: 'ext-1' });
    await credentials.get({ ...alice, identity: 'bob' });
    expect(credentials.invalidate('alice')).toBe(2);
    expect(credentials.size).toBe(1);
    await credentials.get({ ...alice, identity: 'bob' });
    expect(calls).toHaveLength(3);
    await credentials.get(alice);
    expect(calls).toHaveLength(4);
    credentials.clear();
    expect(credentials.size).toBe(0);
  });

  it('does not give out a session that was invalidated on its way', async () => {
    const open: (() => void)[] = [];
    const { credentials, calls } = setUp({}, async (_, call) => {
      await new Promise<void>((resolve) => open.push(resolve));
      return outputOf(call, new Date(NOW.getTime() + 3_600_000));
    });
    const waiting = credentials.get(alice);
    await settle();
    credentials.invalidate('alice');
    open[0]?.();
    await settle();
    expect(calls).toHaveLength(2);
    open[1]?.();
    expect((await waiting).accessKeyId).toBe('ASIAKEY0000000000002');
    expect(credentials.size).toBe(1);
  });

  it('gives up with a code when it is invalidated again and again', async () => {
    const open: (() => void)[] = [];
    const { credentials } = setUp({}, async (_, call) => {
      await new Promise<void>((resolve) => open.push(resolve));
      return outputOf(call, new Date(NOW.getTime() + 3_600_000));
    });
    const waiting = credentials.get(alice);
    const outcome = expect(waiting).rejects.toThrowWithCode(
      FederationError,
      'credentials-invalidated',
    );
    for (let round = 0; round < 4; round += 1) {
      await settle();
      if (round % 2 === 0) credentials.invalidate('alice');
      else credentials.clear();
      open[round]?.();
    }
    await outcome;
  });

  it('keeps no more sessions than allowed, the least recently used go', async () => {
    const { credentials, calls } = setUp({ maxEntries: 2 });
    await credentials.get({ ...alice, identity: 'u1' });
    await credentials.get({ ...alice, identity: 'u2' });
    await credentials.get({ ...alice, identity: 'u1' });
    await credentials.get({ ...alice, identity: 'u3' });
    expect(credentials.size).toBe(2);
    await credentials.get({ ...alice, identity: 'u1' });
    expect(calls).toHaveLength(3);
    await credentials.get({ ...alice, identity: 'u2' });
    expect(calls).toHaveLength(4);
  });

  it('never lives longer than the login of the user', async () => {
    const identityExpires = new Date(NOW.getTime() + 1000 * 1000);
    const { credentials, calls, clock } = setUp({}, (_, call) =>
      outputOf(call, new Date(NOW.getTime() + 3_600_000)),
    );
    const role = await credentials.get({ ...alice, identityExpires });
    expect(calls).toMatchObject([{ DurationSeconds: 1000 }]);
    expect(role.expiration).toEqual(identityExpires);
    expect(JSON.stringify(role)).not.toContain(role.secretAccessKey);
    clock.advance(500);
    // Too little is left for a new session, so the old one serves to the end.
    expect(await credentials.get({ ...alice, identityExpires })).toBe(role);
    clock.advance(450);
    expect(await credentials.get({ ...alice, identityExpires })).toBe(role);
    clock.advance(50);
    await expect(credentials.get({ ...alice, identityExpires })).rejects.toThrowWithCode(
      FederationError,
      'identity-expires-too-soon',
    );
    expect(calls).toHaveLength(1);
  });

  it('refuses a login with less than 15 minutes before AWS is asked', async () => {
    const { credentials, calls } = setUp();
    const identityExpires = new Date(NOW.getTime() + 899_000);
    await expect(credentials.get({ ...alice, identityExpires })).rejects.toThrowWithCode(
      FederationError,
      'identity-expires-too-soon',
    );
    expect(calls).toHaveLength(0);
  });

  it('leaves DurationSeconds to STS for a console session that is not chained', async () => {
    const { credentials, calls } = setUp();
    await credentials.get({ ...alice, purpose: 'console' });
    expect(calls[0]).not.toHaveProperty('DurationSeconds');
  });

  it('cuts sessions of chained sources to one hour', async () => {
    const { credentials, calls } = setUp({ source: 'static', hasSessionToken: true });
    await credentials.get({ ...alice, requestedSeconds: 7200, roleMaxSessionSeconds: 43_200 });
    expect(calls).toMatchObject([{ DurationSeconds: 3600 }]);
  });

  it('refuses credentials that are over on arrival', async () => {
    const { credentials } = setUp({}, (_, call) => outputOf(call, NOW));
    await expect(credentials.get(alice)).rejects.toThrowWithCode(
      FederationError,
      'invalid-response',
    );
  });

  it('gives up on an STS that does not answer', async () => {
    const { credentials } = setUp({ timeoutMs: 5 }, () => new Promise(() => undefined));
    await expect(credentials.get(alice)).rejects.toThrowWithCode(
      FederationError,
      'sts-unavailable',
    );
  });

  it('lets one caller leave without disturbing the others', async () => {
    const open: (() => void)[] = [];
    const { credentials, calls } = setUp({}, async (_, call) => {
      await new Promise<void>((resolve) => open.push(resolve));
      return outputOf(call, new Date(NOW.getTime() + 3_600_000));
    });
    const controller = new AbortController();
    const leaving = credentials.get(alice, { signal: controller.signal });
    const staying = credentials.get(alice);
    await settle();
    controller.abort();
    await expect(leaving).rejects.toThrowWithCode(FederationError, 'aborted');
    open[0]?.();
    await staying;
    expect(calls).toHaveLength(1);
    const late = credentials.get({ ...alice, identity: 'bob' }, { signal: AbortSignal.abort() });
    await expect(late).rejects.toThrowWithCode(FederationError, 'aborted');
  });

  it('is a provider for SDK clients', async () => {
    const { credentials } = setUp();
    const provide = credentials.provider(alice);
    expect(await provide()).toBe(await credentials.get(alice));
  });

  it.each([
    [{ maxEntries: 0 }],
    [{ timeoutMs: 0 }],
    [{ timeoutMs: -1 }],
    [{ timeoutMs: Number.NaN }],
    [{ timeoutMs: Number.POSITIVE_INFINITY }],
    [{ timeoutMs: 2 ** 31 }],
    [{ refreshAheadSeconds: -1 }],
    [{ mandatoryRefreshSeconds: Number.NaN }],
  ])('refuses the options %j', (more) => {
    expect(() => setUp(more)).toThrowWithCode(FederationError, 'invalid-argument');
  });

  it('takes the longest time limit that timers know', async () => {
    const { credentials } = setUp({ timeoutMs: 2 ** 31 - 1 }, async (_, call) => {
      await new Promise((resolve) => setImmediate(resolve));
      return outputOf(call, new Date(NOW.getTime() + 3_600_000));
    });
    await expect(credentials.get(alice)).resolves.toMatchObject({ roleArn: ROLE });
  });

  it.each<[Partial<RoleSessionRequest>]>([
    [{ identityExpires: new Date(Number.NaN) }],
    [{ identityExpires: JSON.parse('"2026-03-01T13:00:00Z"') }],
    [{ requestedSeconds: Number.NaN }],
    [{ requestedSeconds: Number.POSITIVE_INFINITY }],
    [{ roleMaxSessionSeconds: Number.NaN }],
  ])('refuses %j, which JSON would take for a session without limit', async (more) => {
    const { credentials } = setUp();
    await credentials.get(alice);
    const { length } = await credentials.get({ ...alice, ...more }).then(
      () => [],
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'invalid-duration' });
        return ['refused'];
      },
    );
    expect(length).toBe(1);
  });

  it('gives no console a session with less than 15 minutes while STS can give better', async () => {
    const { credentials, calls, clock } = setUp();
    const request: RoleSessionRequest = { ...alice, purpose: 'console' };
    await credentials.get(request);
    clock.advance(2699);
    await credentials.get(request);
    expect(calls).toHaveLength(1);
    clock.advance(1);
    expect((await credentials.get(request)).expiration).toEqual(
      new Date(NOW.getTime() + (2700 + 3600) * 1000),
    );
    expect(calls).toHaveLength(2);
  });

  it('keeps short console sessions for half their life instead of asking each time', async () => {
    const { credentials, calls, clock } = setUp({ source: 'static', hasSessionToken: true });
    const request: RoleSessionRequest = { ...alice, purpose: 'console', requestedSeconds: 900 };
    await credentials.get(request);
    clock.advance(449);
    await credentials.get(request);
    expect(calls).toHaveLength(1);
  });

  it('gives all callers one object that none of them can change', async () => {
    const { credentials } = setUp();
    const role = await credentials.get(alice);
    role.expiration.setTime(0);
    expect((await credentials.get(alice)).expiration.getTime()).toBe(NOW.getTime() + 3_600_000);
    expect(() => Object.assign(role, { secretAccessKey: 'x' })).toThrow(TypeError);
    expect(Object.assign(role, { $source: {} })).toBe(role);
  });

  it('does not start a second background refresh while the last failure is remembered', async () => {
    let down = false;
    const { credentials, calls, clock } = setUp({}, (_, call) => {
      if (down) throw awsError('InternalFailure', 500);
      return outputOf(call, new Date(NOW.getTime() + 3_600_000));
    });
    await credentials.get(alice);
    down = true;
    clock.advance(3600 - 200);
    await credentials.get(alice);
    await settle();
    expect(calls).toHaveLength(2);
    await credentials.get(alice);
    await settle();
    expect(calls).toHaveLength(2);
  });

  it.each(['', '\u0000\u0007', undefined])(
    'refuses the user %j whatever the session is named',
    async (name) => {
      const { credentials } = setUp();
      const identity: string = JSON.parse(JSON.stringify({ name })).name;
      const nameless = credentials.get({ ...alice, identity, roleSessionName: 'someone' });
      await expect(nameless).rejects.toThrowWithCode(FederationError, 'invalid-username');
    },
  );

  it('refuses a user without a name even when the session has one', async () => {
    const { credentials } = setUp();
    const nameless = credentials.get({ ...alice, identity: '', roleSessionName: 'someone' });
    await expect(nameless).rejects.toThrowWithCode(FederationError, 'invalid-username');
  });
});
