import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
// The adapter has no types of its own; it is plain JavaScript for the runner.
// @ts-expect-error: a module without declarations
import { groups } from '../../../tools/conformance/rbac.mjs';

const path = new URL('./conformance/rbac.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(path, 'utf8'));

interface Outcome {
  readonly expected: unknown;
  readonly got: unknown;
  readonly pass: boolean;
}

describe('conformance cases, on the sources', () => {
  const owned: { id: string; outcome: Outcome }[] = [];
  for (const testCase of cases) {
    const outcome: Outcome | undefined = groups[testCase.group]?.(testCase);
    if (outcome !== undefined) owned.push({ id: testCase.id, outcome });
  }

  it('covers what no other package owns', () => {
    expect(owned.length).toBeGreaterThan(380);
  });

  it.each(owned)('$id', ({ outcome }) => {
    expect(outcome).toMatchObject({ pass: true });
  });
});
