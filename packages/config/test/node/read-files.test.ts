import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, readFiles } from '@postern/config/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const cwd = mkdtempSync(join(tmpdir(), 'config-'));

beforeAll(() => {
  mkdirSync(join(cwd, 'roles/team'), { recursive: true });
  mkdirSync(join(cwd, 'roles/.hidden'));
  mkdirSync(join(cwd, 'empty'));
  writeFileSync(join(cwd, 'roles/b.yaml'), 'b: 1\n');
  writeFileSync(join(cwd, 'roles/a.yml'), 'a: 1\n');
  writeFileSync(join(cwd, 'roles/team/c.json'), '{}');
  writeFileSync(join(cwd, 'roles/team/notes.txt'), 'no');
  writeFileSync(join(cwd, 'roles/.hidden/d.yaml'), 'd: 1\n');
  writeFileSync(join(cwd, 'roles/team/bad.bin'), Buffer.from([0xff, 0xfe, 0x61]));
  writeFileSync(join(cwd, 'bom.yaml'), '\ufeffa: 1\n');
  writeFileSync(join(cwd, 'odd[1].yaml'), 'odd: 1\n');
  symlinkSync('loop', join(cwd, 'loop'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const names = async (...patterns: string[]) =>
  (await readFiles(patterns, { cwd })).map(({ filename }) => filename);

describe('readFiles', () => {
  it.each([
    [['roles/b.yaml'], ['roles/b.yaml']],
    [['roles'], ['roles/a.yml', 'roles/b.yaml', 'roles/team/c.json']],
    [['roles/'], ['roles/a.yml', 'roles/b.yaml', 'roles/team/c.json']],
    [['roles/*.yaml'], ['roles/b.yaml']],
    [['roles/**/*.{yaml,json}'], ['roles/b.yaml', 'roles/team/c.json']],
    [['**/c.json'], ['roles/team/c.json']],
    [
      ['roles/b.yaml', 'roles'],
      ['roles/b.yaml', 'roles/a.yml', 'roles/team/c.json'],
    ],
    [['./roles/../roles/b.yaml'], ['roles/b.yaml']],
    [['odd[1].yaml'], ['odd[1].yaml']],
  ])('%j gives %j', async (patterns, expected) => {
    expect(await names(...patterns)).toEqual(expected);
  });

  it('takes whole paths, and shows what lies outside by its whole path', async () => {
    expect(await names(join(cwd, 'roles/b.yaml'))).toEqual(['roles/b.yaml']);
    expect(await names(`${cwd}/roles/*.yml`)).toEqual(['roles/a.yml']);
    const [source] = await readFiles([join(cwd, 'bom.yaml')], { cwd: join(cwd, 'roles') });
    expect(source).toEqual({ filename: join(cwd, 'bom.yaml'), text: '\ufeffa: 1\n' });
  });

  it('takes other names of files from the caller', async () => {
    const found = await readFiles(['roles'], { cwd, names: '*.txt' });
    expect(found).toEqual([{ filename: 'roles/team/notes.txt', text: 'no' }]);
  });

  it.each([
    ['missing.yaml', 'missing.yaml: there is no such file'],
    ['roles/b.yaml/x', 'roles/b.yaml/x: a part of the path is no folder'],
    ['empty', 'empty: no file matches'],
    ['roles/*.xml', 'roles/*.xml: no file matches'],
    ['nowhere/*.yaml', 'no such file'],
    ['roles/team/bad.bin', 'roles/team/bad.bin: it is not UTF-8'],
    ['loop', 'loop: its links lead round in a circle'],
  ])('refuses %s with the reason', async (pattern, message) => {
    const reading = readFiles([pattern], { cwd });
    await expect(reading).rejects.toThrowWithCode(ConfigError, 'unreadable-file');
    await expect(reading).rejects.toThrow(message);
  });

  it('says what to do about a file it may not read', async () => {
    const path = join(cwd, 'secret.yaml');
    writeFileSync(path, 'a: 1\n');
    chmodSync(path, 0);
    const outcome = await readFiles(['secret.yaml'], { cwd }).catch((error: unknown) => error);
    chmodSync(path, 0o600);
    // The superuser may read everything; then there is no refusal to look at.
    if (process.getuid?.() === 0) expect(outcome).toHaveLength(1);
    else expect(outcome).toMatchObject({ message: expect.stringContaining('permission denied') });
  });

  it('bounds the size and the number of files', async () => {
    await expect(readFiles(['roles/b.yaml'], { cwd, maxFileBytes: 2 })).rejects.toThrow(
      'longer than 2 bytes',
    );
    await expect(readFiles(['roles'], { cwd, maxFiles: 2 })).rejects.toThrow('more than 2 files');
  });
});

describe('readFiles: limits and wrong arguments', () => {
  it('takes a file of exactly as many bytes as are allowed, and none that is longer', async () => {
    writeFileSync(join(cwd, 'ten.yaml'), 'a: 3456789');
    await expect(readFiles(['ten.yaml'], { cwd, maxFileBytes: 10 })).resolves.toHaveLength(1);
    await expect(readFiles(['ten.yaml'], { cwd, maxFileBytes: 9 })).rejects.toThrowWithCode(
      ConfigError,
      'unreadable-file',
    );
    writeFileSync(join(cwd, 'long.yaml'), 'a'.repeat(8 * 1024 * 1024 + 1));
    await expect(readFiles(['long.yaml'], { cwd })).rejects.toThrow('8388608 bytes');
  });

  it.each([[[5]], [null], ['a.yaml']])('refuses the patterns %j', async (patterns) => {
    await expect(Reflect.apply(readFiles, undefined, [patterns, { cwd }])).rejects.toThrowWithCode(
      ConfigError,
      'invalid-argument',
    );
  });

  it('says of a NUL what it is', async () => {
    const failure = await readFiles(['a\u0000b'], { cwd }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'unreadable-file',
      message: 'Cannot read a\ufffdb: the name holds a NUL, which no name of a file can.',
    });
  });
});
