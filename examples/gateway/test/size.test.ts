import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const examples = fileURLToPath(new URL('../..', import.meta.url));
const sourcesOf = (folder: string) =>
  readdirSync(`${examples}${folder}/src`, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|css)$/.test(name))
    .map((name) => ({ name, text: readFileSync(`${examples}${folder}/src/${name}`, 'utf8') }));
const files = sourcesOf('gateway');
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
  });

  it.each(['gateway', 'portal', 'sign-in'])('of %s are files of one thing each', (folder) => {
    const long = sourcesOf(folder).filter((file) => lines([file]) > 250);
    expect(long.map(({ name }) => name)).toEqual([]);
  });

  it.each(['portal', 'sign-in'])('of %s are as long as the README says', (folder) => {
    const readme = readFileSync(`${examples}gateway/README.md`, 'utf8');
    const [, said = ''] = new RegExp(`\\[.${folder}.\\].* about ([\\d,]+) \\|`).exec(readme) ?? [];
    const found = lines(sourcesOf(folder)) / Number(said.replace(',', ''));
    expect(Math.abs(found - 1)).toBeLessThan(0.15);
  });
});
