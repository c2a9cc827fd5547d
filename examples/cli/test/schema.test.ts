import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { postern } from './support/run.js';

describe('postern schema', () => {
  it('prints the schema of one kind, or one for all', async () => {
    const { code, out } = await postern(['schema', 'role']);
    expect([code, JSON.parse(out).title]).toEqual([0, 'role']);
    const all = JSON.parse((await postern(['schema'])).out);
    expect(all.properties.kind.enum).toContain('integration');
    expect(all.allOf).toHaveLength(all.properties.kind.enum.length);
  });

  it('writes a file a kind for editors', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'postern-schema-'));
    const { code } = await postern(['schema', '--out', folder]);
    const names = readdirSync(folder);
    expect([code, names.length]).toEqual([0, 15]);
    for (const name of names)
      expect(() => JSON.parse(readFileSync(join(folder, name), 'utf8'))).not.toThrow();
    rmSync(folder, { recursive: true, force: true });
  });

  it('names the kinds when there is none of that name', async () => {
    const { code, err } = await postern(['schema', 'gadget']);
    expect(code).toBe(2);
    expect(err).toContain('there is no kind "gadget"; there are: role, user');
    expect((await postern(['schema', 'rule'])).err).toContain('did you mean "role"?');
  });
});
