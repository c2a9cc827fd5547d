import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ensurePrivateFolder,
  readPrivateFile,
  writePrivateFile,
} from '../../src/home/private-files.js';
import { newHome } from '../support/world.js';

const uid = process.getuid?.();
const mode = (path: string) => statSync(path).mode & 0o777;
let home: string;
beforeEach(() => {
  home = newHome();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('writePrivateFile', () => {
  it('makes file and folder for their owner only, whatever the umask', () => {
    const before = process.umask(0);
    try {
      writePrivateFile(join(home, 'new', 'file.json'), 'text', uid);
    } finally {
      process.umask(before);
    }
    expect([mode(join(home, 'new')), mode(join(home, 'new', 'file.json'))]).toEqual([0o700, 0o600]);
  });

  it('replaces the file and leaves no draft behind', () => {
    const path = join(home, 'a', 'file');
    writePrivateFile(path, 'one', uid);
    writePrivateFile(path, 'two', uid);
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(readdirSync(join(home, 'a'))).toEqual(['file']);
  });

  it('does not write through a link that somebody has put there', () => {
    const [path, elsewhere] = [join(home, 'a', 'file'), join(home, 'elsewhere')];
    mkdirSync(join(home, 'a'), { mode: 0o700 });
    writeFileSync(elsewhere, 'theirs');
    symlinkSync(elsewhere, path);
    writePrivateFile(path, 'ours', uid);
    expect(readFileSync(elsewhere, 'utf8')).toBe('theirs');
  });

  it('says what to do when the folder cannot be made', () => {
    writeFileSync(join(home, 'file'), '');
    expect(() => writePrivateFile(join(home, 'file', 'x', 'y'), '', uid)).toThrow('POSTERN_HOME');
  });
});

describe('readPrivateFile', () => {
  it('gives nothing for a file that is not there', () => {
    expect(readPrivateFile(join(home, 'nothing'), uid)).toBeUndefined();
  });

  it.each([0o640, 0o604, 0o660])('refuses a file of mode %o, and names the mend', (wide) => {
    const path = join(home, 'file');
    writeFileSync(path, 'secret');
    chmodSync(path, wide);
    expect(() => readPrivateFile(path, uid)).toThrow(`chmod 600 ${path}`);
  });

  it('refuses the file of another user', () => {
    const path = join(home, 'file');
    writeFileSync(path, 'secret', { mode: 0o600 });
    expect(() => readPrivateFile(path, (uid ?? 0) + 1)).toThrow('belongs to another user');
  });

  it('follows no link', () => {
    writeFileSync(join(home, 'file'), 'secret', { mode: 0o600 });
    symlinkSync(join(home, 'file'), join(home, 'link'));
    expect(() => readPrivateFile(join(home, 'link'), uid)).toThrow('cannot read');
  });
});

describe('ensurePrivateFolder', () => {
  it('refuses a folder that others may enter, and does not change it silently', () => {
    const path = join(home, 'wide');
    mkdirSync(path);
    chmodSync(path, 0o755);
    expect(() => ensurePrivateFolder(path, uid)).toThrow(`chmod 700 ${path}`);
    expect(mode(path)).toBe(0o755);
  });

  it('refuses a file and a link in its place', () => {
    writeFileSync(join(home, 'file'), '');
    symlinkSync(home, join(home, 'link'));
    for (const name of ['file', 'link']) {
      expect(() => ensurePrivateFolder(join(home, name), uid)).toThrow('is no folder');
    }
    expect(existsSync(home)).toBe(true);
  });
});
