import { describe, expect, it } from 'vitest';
import { suggest } from '../src/suggest.js';

describe('suggest', () => {
  it.each([
    ['lgoin', ['login', 'logout'], 'login'],
    ['stauts', ['status', 'schema'], 'status'],
    ['comp', ['completion', 'check'], 'completion'],
    ['app', ['apps ls', 'aws'], 'apps ls'],
    ['frobnicate', ['login', 'logout'], undefined],
    ['', ['login'], undefined],
    ['x'.repeat(100_000), ['login'], undefined],
  ])('takes one word for the nearest of others, case %#', (word, candidates, expected) => {
    expect(suggest(word, candidates)).toBe(expected);
  });
});
