import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Everything that importing a file brings along, by walking its sources. */
function externals(url: URL, seen = new Set<string>(), found = new Set<string>()) {
  if (seen.has(url.href)) return found;
  seen.add(url.href);
  const text = readFileSync(url, 'utf8');
  for (const [, types, specifier = ''] of text.matchAll(
    /^(?:import|export)\b( type)?[^'";]*?from '([^']+)'/gm,
  )) {
    if (types) continue;
    if (!specifier.startsWith('.')) found.add(specifier);
    else externals(new URL(specifier.replace(/\.js$/, '.ts'), url), seen, found);
  }
  return found;
}

it('importing ./server brings no SDK package and no signer along', () => {
  const found = externals(new URL('../../src/server/index.ts', import.meta.url));
  expect(found.size).toBeGreaterThan(3);
  const foreign = [...found].filter((specifier) => !specifier.startsWith('node:'));
  expect(foreign.sort()).toEqual(['@postern/config/aws', '@postern/config/wildcard']);
});
