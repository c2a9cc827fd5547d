import { readFileSync } from 'node:fs';
import { formatDiagnostics, loadResources } from '@postern/config';
import { describe, expect, it } from 'vitest';
import { severityOf } from '../src/load/diagnostic.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const filename = 'dev-access.yaml';
const text = readFileSync(new URL('readme/dev-access.txt', import.meta.url), 'utf8');

/** The fence of a language that follows a text of the README. */
function fenceAfter(marker: string, language: string): string | undefined {
  const rest = readme.slice(readme.indexOf(marker) + marker.length);
  const start = rest.indexOf(`\`\`\`${language}\n`) + language.length + 4;
  return rest.slice(start, rest.indexOf('\n```', start) + 1);
}

describe('README', () => {
  it('shows a broken file and exactly the diagnostics it gives', () => {
    const sources = [{ filename, text }];
    expect(fenceAfter('### A broken file', 'text')).toBe(text);
    expect(fenceAfter('All of it comes back', 'text')).toBe(
      formatDiagnostics(loadResources(sources).diagnostics, sources),
    );
  });

  it('lists every diagnostic code with its severity', () => {
    const source = readFileSync(new URL('../src/load/diagnostic.ts', import.meta.url), 'utf8');
    const union = /export type DiagnosticCode =([^;]*);/.exec(source)?.[1] ?? '';
    const codes = [...union.matchAll(/'([a-z-]+)'/g)].map((match) => match[1] ?? '');
    const section = readme.slice(
      readme.indexOf('### Diagnostics'),
      readme.indexOf('## Error codes'),
    );
    const listed = [...section.matchAll(/^- `([a-z-]+)` \((\w+)\)/gm)].map(([, code, severity]) => [
      code,
      severity,
    ]);
    expect(codes.length).toBeGreaterThan(30);
    expect(listed).toEqual(
      // The severity of a code is looked up by the loaders themselves.
      codes.map((code) => [code, severityOf(code as Parameters<typeof severityOf>[0], false)]),
    );
  });
});
