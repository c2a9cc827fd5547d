import { describe, expect, it } from 'vitest';
import { compileNameMatcher } from '../../src/index.js';

describe('text around the braces', () => {
  it.each([
    ['a{{regexp.match("^$")}}a', 'a', true],
    ['a{{regexp.match("^$")}}a', 'aa', true],
    ['ab{{regexp.match("^a$")}}ba', 'aba', true],
    ['a{{regexp.match(".*")}}a', 'ab', false],
    ['a{{regexp.not_match("x")}}', 'ba', false],
  ])('is taken off first the front, then the end: %s on %s', (pattern, name, wanted) => {
    expect(compileNameMatcher(pattern)(name)).toBe(wanted);
  });
});
