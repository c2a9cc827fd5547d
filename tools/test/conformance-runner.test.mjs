import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { conformance } from '../conformance/conformance.mjs';

const cases = fileURLToPath(
  new URL('../../packages/rbac/test/conformance/rbac.json', import.meta.url),
);
const folder = mkdtempSync(`${tmpdir()}/postern-cases-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name, content) {
  const path = `${folder}/${name}`;
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function run(...args) {
  const printed = [];
  const complaints = [];
  const code = await conformance(args, {
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
  });
  return { code, printed, complaints: complaints.join('\n') };
}

const duration = (id, input, seconds) => ({
  id,
  group: 'duration',
  input: { text: input },
  expect: { seconds },
});

describe('conformance', () => {
  it('ends with the counts and 0 when every case passes', async () => {
    const { code, printed } = await run('--cases', cases, '--group', 'matcher');
    expect(printed.at(-1)).toMatch(/^[1-9]\d* passed, 0 failed$/);
    expect(printed).toHaveLength(1);
    expect(code).toBe(0);
  });

  it('takes the "--" that pnpm hands on', async () => {
    expect((await run('--', '--cases', cases, '--group', 'matcher')).code).toBe(0);
  });

  it('names a failing case with expected and got, and ends with 1', async () => {
    const path = write('wrong.json', {
      cases: [{ ...duration('wrong-1', '1h', 1), why: 'an hour is no second' }],
    });
    const { code, printed } = await run('--cases', path);
    expect(printed[0]).toBe('FAIL wrong-1: an hour is no second');
    expect(printed[1]).toContain('expected {"seconds":1}');
    expect(printed[2]).toContain('got');
    expect(printed.at(-1)).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
  });

  it('counts a group that nothing implements as failed', async () => {
    const path = write('future.json', { cases: [{ id: 'a', group: 'not-there-yet', expect: {} }] });
    const { code, printed } = await run('--cases', path);
    expect(printed.at(-1)).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
  });

  it.each([
    ['no file is named', []],
    ['an option is unknown', ['--cases', cases, '--colour']],
    ['the file is not there', ['--cases', `${folder}/none.json`]],
    ['the file is a folder', ['--cases', folder]],
    ['no case is of the group', ['--cases', cases, '--group', 'none']],
  ])('refuses with 2 when %s', async (_when, args) => {
    const { code, printed, complaints } = await run(...args);
    expect(code).toBe(2);
    expect(printed).toEqual([]);
    expect(complaints).toMatch(/^conformance: \S/);
  });

  it.each([
    ['is not JSON', '{"cases": ['],
    ['is null', 'null'],
    ['has no cases', {}],
    ['has a case without an id', { cases: [{ group: 'duration' }] }],
    ['has a case without a group', { cases: [{ id: 'a' }] }],
    ['has a case that is no object', { cases: [1] }],
  ])('refuses with 2 a file that %s', async (_what, content) => {
    expect((await run('--cases', write('bad.json', content))).code).toBe(2);
  });
});
