import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteSafely, saying } from '../../src/support/redact.js';

/** Short pieces between characters that every encoding writes in its own way: no run of 16 gives them away. */
const SECRET = 'aB3dE6gH9+jK2mN5pQ8/rS1tU4vW7+xY0zA3bC6';

const each = (text: string, write: (character: string, code: number) => string) =>
  [...text].map((character) => write(character, character.charCodeAt(0))).join('');
const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');
const onlySigns = (write: (code: number) => string) => (text: string) =>
  each(text, (character, code) => (/[A-Za-z0-9]/.test(character) ? character : write(code)));

const WRITERS: Readonly<Record<string, (text: string) => string>> = {
  'JSON escapes of signs': onlySigns((code) => `\\u${hex(code, 4).toUpperCase()}`),
  'JSON escapes of everything': (text) => each(text, (_, code) => `\\u${hex(code, 4)}`),
  'byte escapes': (text) => each(text, (_, code) => `\\x${hex(code, 2)}`),
  'decimal entities': onlySigns((code) => `&#${code};`),
  'hex entities': onlySigns((code) => `&#x${hex(code, 2).toUpperCase()};`),
  'hex entities of everything': (text) => each(text, (_, code) => `&#x${hex(code, 4)};`),
  'named entities': onlySigns((code) => (code === 43 ? '&plus;' : '&sol;')),
  tags: (text) => each(text, (character, code) => (code % 5 === 0 ? `${character}<b>` : character)),
  'one piece in each line': (text) => (text.match(/.{1,7}/g) ?? []).join('\n'),
  'percents of everything': (text) => each(text, (_, code) => `%${hex(code, 2)}`),
  'percents of JSON escapes': (text) =>
    encodeURIComponent(onlySigns((code) => `\\u${hex(code, 4)}`)(text)),
  'percents of JSON escapes of everything': (text) =>
    encodeURIComponent(each(text, (_, code) => `\\u${hex(code, 4)}`)),
  'entities of entities': onlySigns((code) => `&amp;#${code};`),
  'base64 in short lines': (text) =>
    (
      Buffer.from(text)
        .toString('base64')
        .match(/.{1,12}/g) ?? []
    ).join(' '),
};

describe('quoteSafely', () => {
  it.each(Object.entries(WRITERS))('quotes nothing of a secret in %s', (_, write) => {
    expect(quoteSafely(`the page says ${write(SECRET)} to you`, [SECRET])).toBe('');
  });

  it('quotes what holds no piece of a secret', () => {
    expect(quoteSafely('<p>not &#97;llowed here</p>', [SECRET])).toBe('not &#97;llowed here');
    expect(quoteSafely('sekretsek<b>retsekret</b>', ['sekretsekretsekret'])).toBe('');
  });

  it('finds a secret that only looks as if it were escaped', () => {
    const secret = 'k%41%42%43%44m%45%46%47%48n';
    expect(quoteSafely('k%41%42 %43%44m %45%46 %47%48n', [secret])).toBe('');
  });

  it('replaces a secret in a form it knows and keeps the words around it', () => {
    for (const form of [
      SECRET,
      encodeURIComponent(SECRET),
      Buffer.from(SECRET).toString('base64'),
    ]) {
      expect(quoteSafely(`key ${form} refused`, [SECRET])).toBe('key [redacted] refused');
    }
  });

  it('quotes nothing around a secret that is too short to be told from words', () => {
    expect(quoteSafely('refused', ['1234567'])).toBe('');
    expect(quoteSafely('refused', ['12345678'])).toBe('refused');
  });

  it('quotes no secret of any characters in any of these forms', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9+/]{16,48}$/),
        fc.constantFrom(...Object.values(WRITERS)),
        (secret, write) => {
          const said = quoteSafely(`says ${write(secret)} so`, [secret]);
          const letters = secret.replace(/[^A-Za-z0-9]/g, '');
          const left = said.replace(/<[^>]*>|&[a-z]+;|[^A-Za-z0-9]/g, '');
          for (let at = 0; at + 8 <= letters.length; at += 1) {
            expect(left).not.toContain(letters.slice(at, at + 8));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('saying', () => {
  it('gives the name and plain words, and nothing that could be a part of a key', () => {
    expect(
      saying(new TypeError('Could not read "profile", see key AKIAEXAMPLE99 wJalr+Xut.')),
    ).toBe(' (TypeError: Could not read "profile", see key)');
    expect(saying('a text')).toBe('');
    expect(saying(undefined)).toBe('');
  });
});
