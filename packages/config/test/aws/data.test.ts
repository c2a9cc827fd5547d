import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

describe('the AWS data tables', () => {
  it('are what the generator makes of the published facts', () => {
    const generator = fileURLToPath(
      new URL('../../../../tools/generate-aws-data.mjs', import.meta.url),
    );
    // It names the stale files and fails otherwise.
    expect(() =>
      execFileSync(process.execPath, [generator, '--check'], { stdio: 'pipe' }),
    ).not.toThrow();
  });
});
