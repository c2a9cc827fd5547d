import { expect, it } from 'vitest';
import { BUCKET } from '../support/accounts.js';
import { describeAwsCli } from '../support/aws-cli.js';
import { createTimeTravel } from '../support/time-travel.js';

const { world, rewind, travel, ends } = await createTimeTravel();

describeAwsCli('aws after the end of the login', world, ({ run, mode }) => {
  it('works before, and is told by the code for expired sessions after', async () => {
    rewind();
    const login = world.login('alice', 'role_for_alice', { expiresAt: ends() });
    const list = ['s3api', 'list-objects-v2', '--bucket', BUCKET];
    expect(await run(login, list)).toMatchObject({ code: 0 });
    travel();
    const late = await run(login, list);
    expect(late.code).not.toBe(0);
    expect(late.err).toContain('(ExpiredToken)');
    expect(late.err).toContain('log in again');
    await login.shows(({ events, calls }) => {
      expect(calls).toMatchObject([{ action: 's3:ListObjectsV2', outcome: 'ok' }]);
      expect(events).toMatchObject([
        { outcome: 'allowed', mode },
        { outcome: 'denied', reason: 'session-expired', user: 'alice', mode },
      ]);
    });
  });
});
