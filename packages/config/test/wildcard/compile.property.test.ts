import { compileWildcard } from '@postern/config/wildcard';
import fc from 'fast-check';
import { minimatch } from 'minimatch';
import { describe, expect, it } from 'vitest';

const letters = fc.constantFrom('a', 'b', ':', '-');
const value = fc.string({ unit: letters, maxLength: 24 });
const pattern = fc.string({ unit: fc.oneof(letters, fc.constantFrom('*', '?')), maxLength: 12 });

/** The meaning, written as plainly as can be. */
function reference(text: string, at: string): boolean {
  if (text === '') return at === '';
  if (text[0] === '*')
    return reference(text.slice(1), at) || (at !== '' && reference(text, at.slice(1)));
  return (
    at !== '' && (text[0] === '?' || text[0] === at[0]) && reference(text.slice(1), at.slice(1))
  );
}

describe('compileWildcard', () => {
  it('agrees with the definition', () => {
    fc.assert(
      fc.property(pattern, value, (glob, text) => {
        expect(compileWildcard(glob)(text)).toBe(reference(glob, text));
      }),
      { numRuns: 1000 },
    );
  });

  it('agrees with minimatch where a pattern has no slash', () => {
    fc.assert(
      fc.property(pattern, value, (glob, text) => {
        // minimatch has meanings for an empty text and for a leading dot or comment that AWS has not.
        fc.pre(text !== '' && glob !== '');
        const options = { dot: true, nocomment: true, nonegate: true, noext: true, nobrace: true };
        expect(compileWildcard(glob)(text)).toBe(minimatch(text, glob, options));
      }),
      { numRuns: 1000 },
    );
  });
});
