import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FederationError, formatRoleSessionName } from '../../src/index.js';

function tryName(username: string): string | undefined {
  try {
    return formatRoleSessionName(username);
  } catch (error) {
    expect(error).toBeInstanceOf(FederationError);
    return undefined;
  }
}

describe('formatRoleSessionName', () => {
  it('always gives what STS accepts, or our error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (username) => {
        const name = tryName(username);
        if (name !== undefined) expect(name).toMatch(/^[A-Za-z0-9_+=,.@-]{2,64}$/);
      }),
    );
  });

  it('never gives two names the same session name', () => {
    const names = fc.array(fc.stringMatching(/^[a-z\\ /.-]{1,70}$/), { maxLength: 20 });
    fc.assert(
      fc.property(names, (usernames) => {
        const unique = [...new Set(usernames)];
        const made = unique.flatMap((name) => [
          tryName(name) ?? name,
          tryName(tryName(name) ?? ''),
        ]);
        const direct = unique.map(tryName);
        expect(new Set(direct).size).toBe(direct.length);
        expect(made.length).toBe(2 * unique.length);
      }),
    );
  });
});
