import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { staleFolders } from '../stale.mjs';

let root;

/** Seconds on the clock of the file system; only their order matters. */
const [early, built, late] = [1_700_000_000, 1_700_000_100, 1_700_000_200];

function file(path, time, text = '') {
  mkdirSync(dirname(`${root}${path}`), { recursive: true });
  writeFileSync(`${root}${path}`, text);
  utimesSync(`${root}${path}`, time, time);
}

/** Writing into a folder gives it the time of now. */
function settle(...folders) {
  for (const folder of folders) utimesSync(`${root}${folder}`, early, early);
}

beforeEach(() => {
  root = `${mkdtempSync(`${tmpdir()}/postern-stale-`)}/`;
  const types = { types: './dist/a.d.ts', default: './dist/a.js' };
  const manifest = { exports: { '.': { import: types }, './package.json': './package.json' } };
  file('tools/tsup-config.ts', early);
  file('packages/a/tsup.config.ts', early);
  file('packages/a/package.json', early, JSON.stringify(manifest));
  file('packages/a/src/a.ts', early);
  file('packages/a/dist/a.js', built);
  settle('packages/a/src', 'packages/a/dist');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('staleFolders', () => {
  it('has nothing to say about a fresh build', () => {
    expect(staleFolders(root)).toEqual([]);
  });

  it.each(['packages/a/src/a.ts', 'packages/a/package.json', 'tools/tsup-config.ts'])(
    'sees that %s changed',
    (path) => {
      utimesSync(`${root}${path}`, late, late);
      expect(staleFolders(root)).toEqual(['packages/a']);
    },
  );

  it('sees a build that is not there', () => {
    rmSync(`${root}packages/a/dist`, { recursive: true });
    expect(staleFolders(root)).toEqual(['packages/a']);
  });

  it('sees a build that broke off half-way', () => {
    rmSync(`${root}packages/a/dist/a.js`);
    file('packages/a/dist/other.js', late);
    expect(staleFolders(root)).toEqual(['packages/a']);
  });

  it('asks for declarations only where they matter', () => {
    expect(staleFolders(root, { declarations: true })).toEqual(['packages/a']);
    file('packages/a/dist/a.d.ts', built);
    expect(staleFolders(root, { declarations: true })).toEqual([]);
  });

  it('leaves folders alone that build nothing', () => {
    file('packages/b/src/b.ts', late);
    expect(staleFolders(root)).toEqual([]);
  });
});
