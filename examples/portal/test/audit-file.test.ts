import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '@postern/sign-in';
import { afterAll, describe, expect, it } from 'vitest';
import { openAuditFile } from '../src/audit-file.js';

const folder = mkdtempSync(join(tmpdir(), 'audit-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('openAuditFile', () => {
  it('appends whole lines in order, for its owner alone', async () => {
    const path = join(folder, 'audit.jsonl');
    for (const start of [0, 500]) {
      const file = await openAuditFile(path, { onProblem: () => {} });
      for (let count = start; count < start + 500; count += 1) file.write(`{"n":${count}}`);
      expect(file.problem()).toBeUndefined();
      await file.close();
    }
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).n)).toEqual(
      Array.from({ length: 1_000 }, (_, count) => count),
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([join(folder, 'no', 'such', 'file'), folder])(
    'refuses %s, which cannot be opened, naming it',
    async (path) => {
      const error = await openAuditFile(path, { onProblem: () => {} }).catch(
        (caught: unknown) => caught,
      );
      expect(error).toBeInstanceOf(Refusal);
      expect(error).toMatchObject({ code: 'unavailable' });
      expect(String(error)).toContain(`the audit file ${path} cannot be opened`);
    },
  );

  it('tells once that the disk is full, and goes on', async () => {
    // A device on which every write fails as on a full disk.
    const path = join(folder, 'full');
    symlinkSync('/dev/full', path);
    const problems: unknown[] = [];
    const file = await openAuditFile(path, { onProblem: (error) => problems.push(error) });
    file.write('{"n":1}');
    await until(() => problems.length > 0);
    expect(file.problem()).toMatch(/full cannot be written \(ENOSPC\): make room/);
    file.write('{"n":2}');
    await file.close();
    expect(problems).toHaveLength(1);
  });

  it('writes what waited once there is room, without a torn or a doubled line', async () => {
    const disk = { room: 20, text: '' };
    const problems: unknown[] = [];
    const file = await openAuditFile('disk', {
      onProblem: (error) => problems.push(error),
      most: 40,
      append: async () => ({
        async write(bytes) {
          if (disk.room === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
          const taken = bytes.subarray(0, disk.room);
          disk.room -= taken.length;
          disk.text += taken.toString('latin1');
          return { bytesWritten: taken.length };
        },
        close: async () => {},
      }),
    });
    for (let n = 1; n <= 3; n += 1) file.write(`{"n":${n}}`);
    await until(() => problems.length > 0);
    for (let n = 4; n <= 12; n += 1) file.write(`{"n":${n}}`);
    await until(() => /ENOSPC/.test(file.problem() ?? ''));
    disk.room = 10_000;
    // Who looks whether it is ready has it tried again.
    await until(() => file.problem() === undefined);
    file.write('{"n":13}');
    await file.close();
    const lines = disk.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const lost = lines.find(({ type }) => type === 'audit.lost').events;
    expect(lost).toBeGreaterThan(0);
    const kept = lines.flatMap(({ n }) => n ?? []);
    expect(kept).toHaveLength(13 - lost);
    expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
    expect(kept.at(-1)).toBe(13);
    expect(problems).toHaveLength(1);
  });
});

/** Lets the event loop turn until something is so; the time limit of the test ends it otherwise. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
