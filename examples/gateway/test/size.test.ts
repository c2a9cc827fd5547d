import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|css)$/.test(name))
  .map((name) => ({ name, text: readFileSync(`${src}/${name}`, 'utf8') }));
const lines = (chosen: readonly { readonly text: string }[]) =>
  chosen.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);

describe('the sources of the gateway', () => {
  it('join the packages in one file', () => {
    const joiners = files.filter(({ text }) => {
      const found = text.matchAll(/from '@postern\/(rbac|join-iam|federation|sigv4-proxy)/g);
      return new Set([...found].map(([, name]) => name)).size > 1;
    });
    expect(joiners.map(({ name }) => name)).toEqual(['compose.ts']);
  });

  it('do not grow unnoticed', () => {
    // The whole folder, of which `examples/sign-in` and `examples/portal` are no part.
    expect(lines(files)).toBeLessThanOrEqual(2_500);
    // What has outgrown a page or two is more than one thing.
    expect(files.filter((file) => lines([file]) > 250).map(({ name }) => name)).toEqual([]);
  });
});
