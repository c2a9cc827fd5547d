import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUCKET } from '../support/accounts.js';
import { describeAwsCli } from '../support/aws-cli.js';
import { createWorld } from '../support/world.js';

/** Logins whose AWS session ends as soon as the first call of a run was answered. */
const cutting = new Set<string>();
const world = await createWorld({
  onAudit: ({ sessionId = '' }, { aws }) => {
    if (cutting.delete(sessionId)) aws.expireSessions({ sessionName: 'alice' });
  },
});

describeAwsCli('aws s3 cp of a session that AWS ends mid-way', world, ({ run, mode }) => {
  it('comes down whole: the proxy asks again with renewed credentials', async () => {
    const bytes = randomBytes(20 * 1024 * 1024);
    const login = world.login('alice', 'role_for_alice');
    const [file, back] = [join(world.folder, mode), join(world.folder, `${mode}-back`)];
    const key = `s3://${BUCKET}/${mode}.bin`;
    writeFileSync(file, bytes);
    expect(await run(login, ['s3', 'cp', file, key, '--no-progress'])).toMatchObject({ code: 0 });
    const [before, retried] = [login.trace().events.length, world.gateway.proxy.metrics()];
    const log = world.aws.requests.length;
    cutting.add(login.accessKeyId);
    const down = await run(login, ['s3', 'cp', key, back, '--no-progress']);
    expect(down).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(back).equals(bytes)).toBe(true);
    const after = world.gateway.proxy.metrics();
    expect(after.expiredRetries).toBeGreaterThan(retried.expiredRetries);
    const seen = world.aws.requests.slice(log);
    expect(seen.map(({ errorCode }) => errorCode)).toContain('ExpiredToken');
    expect(seen.filter(({ action }) => action === 'sts:AssumeRole').length).toBeGreaterThan(0);
    await login.shows(({ events }) => {
      const run = events.slice(before);
      // The tool has asked once for the head and once for each range, and each time it got what it wanted.
      expect(run.map(({ http }) => http?.status)).toEqual([200, 206, 206, 206]);
      expect(new Set(run.map(({ aws }) => aws?.accessKeyId)).size).toBe(2);
    });
  });
});
