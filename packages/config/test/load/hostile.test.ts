import { ConfigError, loadHelmValues, loadResources, loadServiceConfig } from '@postern/config';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultsOf, loadText } from '../support/load.js';

const MIB = 1024 * 1024;
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const stairs = (depth: number) =>
  Array.from({ length: depth }, (_, at) => `${' '.repeat(at)}a:`).join('\n');

describe('hostile texts', () => {
  // The running time is not asserted; each of these would take minutes, or end the process, without its bound.
  it.each([
    ['brackets', '['.repeat(MIB), '1:65 too-large'],
    ['braces', '{'.repeat(MIB), '1:65 too-large'],
    ['closing brackets', ']'.repeat(MIB), '1:1 yaml-syntax'],
    ['dashes on one line', '- '.repeat(MIB / 2), '1:129 too-large'],
    ['question marks on one line', '? '.repeat(MIB / 2), '1:129 too-large'],
    ['aliases', `a: &a x\nb: [${'*a,'.repeat(340_000)}]`, '2:305 too-many-aliases'],
    ['commas', `[${','.repeat(MIB / 8)}]`, '1:3 yaml-syntax'],
    ['bad escapes', `"${'\\q'.repeat(MIB / 8)}"`, '1:2 yaml-syntax'],
    ['documents', '---\n'.repeat(MIB / 4), '1001:1 too-large'],
    ['a long text', 'a'.repeat(MIB + 1), '1:1 too-large'],
    ['a text that is long in bytes', 'é'.repeat(MIB / 2 + 1), '1:1 too-large'],
    ['keys on one line', 'a: '.repeat(MIB / 3), '1:194 yaml-syntax'],
    ['colons', ': '.repeat(MIB / 2), '1:129 yaml-syntax'],
    ['anchors', '& '.repeat(MIB / 2), '1:129 yaml-syntax'],
    ['tags', '! '.repeat(MIB / 2), '1:129 yaml-syntax'],
    ['standard tags', '!!x '.repeat(MIB / 4), '1:257 yaml-syntax'],
    ['quotes', '"'.repeat(MIB), '1:129 yaml-syntax'],
    ['colons in brackets', `[${':\n'.repeat(MIB / 4)}`, '65:1 yaml-syntax'],
    ['tabs', `a:\n${'\tb: c\n'.repeat(150_000)}`, '2:1 yaml-syntax'],
    ['tabs before dashes', `a:\n${'\t- c\n'.repeat(150_000)}`, '2:1 yaml-syntax'],
    ['65 levels of brackets', nested(65), '1:65 too-large'],
    ['65 levels of indentation', stairs(65), '65:65 too-large'],
  ])('%s give one diagnostic', (_, text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it('takes any number of quotes and colons where commas or line ends stand between them', () => {
    const labels = Array.from({ length: 200 }, (_, at) => `"k${at}":"v"`);
    const json = `{"kind":"user","metadata":{"name":"a","labels":{${labels.join(',')}}}}`;
    expect(faultsOf(json)).toEqual([]);
    expect(faultsOf(json.replaceAll(',', ',\n\t'))).toEqual([]);
    const lines = labels.map((label) => `    ${label.replace(':', ': ')}\n`).join('');
    expect(faultsOf(`kind: user\nmetadata:\n  name: a\n  labels:\n${lines}`)).toEqual([]);
  });

  it.each([Number.NaN, -1, '5', {}])('refuses the limit %s, which would be none', (maxDepth) => {
    const load = () => Reflect.apply(loadResources, undefined, [[{ text: '[[' }], { maxDepth }]);
    expect(load).toThrowWithCode(ConfigError, 'invalid-argument');
  });

  it('reads 64 levels', () => {
    expect(faultsOf(nested(64))).toEqual(['1:1 type-mismatch']);
    expect(faultsOf(`${stairs(64)} x`)).toEqual(['1:1 missing-field kind']);
  });

  it('bounds what aliases of aliases grow to', () => {
    const text =
      'kind: user\nmetadata: {name: a}\nspec:\n  status:\n    a: &a [x,x,x,x,x,x,x,x,x]\n    b: &b [*a,*a,*a]\n    c: &c [*b,*b,*b]\n    d: [*c,*c,*c]\n';
    expect(faultsOf(text)).toEqual([expect.stringContaining('too-many-aliases')]);
  });

  it('takes other limits from the caller, but never a deeper nesting', () => {
    expect(faultsOf('a: b', { maxBytes: 3 })).toEqual(['1:1 too-large']);
    expect(faultsOf('a: b\n---\na: b\n', { maxDocuments: 1 })).toEqual([
      '1:1 missing-field kind',
      '2:1 too-large',
    ]);
    expect(faultsOf(nested(3), { maxDepth: 2 })).toEqual(['1:3 too-large']);
    expect(faultsOf(nested(65), { maxDepth: 1000 })).toEqual(['1:65 too-large']);
    expect(faultsOf('a: &a x\nb: [*a, *a]\n', { maxAliases: 1 })).toEqual(['2:9 too-many-aliases']);
  });

  it('does not take what only looks like an alias or a bracket for one', () => {
    const stars = Array.from({ length: 120 }, (_, at) => `    k${at}: "*a"`).join('\n');
    const text = `kind: user\nmetadata:\n  name: a\n  description: |\n    ${'[*a, '.repeat(200)}\nspec:\n  traits:\n${stars}\n`;
    expect(faultsOf(text)).toEqual([]);
  });

  it('pollutes no prototype', () => {
    loadText(
      'kind: user\nmetadata: {name: a}\nspec: {status: {__proto__: {polluted: yes}, constructor: {prototype: {polluted: yes}}}}\n',
    );
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('gives a result for any text', () => {
    const words = [
      'kind: role',
      'version: v5',
      'metadata:',
      'name: x',
      'spec:',
      '{',
      '}',
      '[',
      ']',
      '- ',
      '? ',
      ': ',
      '\n',
      '  ',
      '\t',
      '"',
      "'",
      '&a',
      '*a',
      '<<: ',
      '!!str',
      '!x',
      '|',
      '>',
      '#',
      '---',
      '...',
      '%YAML 1.2',
      ',',
      '{{x}}',
      '\u0000',
      '\ufeff',
      '\ud800',
      '\\',
      '__proto__',
      '~',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 30 }), (parts) => {
        const source = { text: parts.join('') };
        for (const { diagnostics } of [
          loadResources([source]),
          loadServiceConfig(source),
          loadHelmValues(source),
        ]) {
          for (const { start, end } of diagnostics) {
            expect(start.offset).toBeLessThanOrEqual(end.offset);
            expect(Math.min(start.line, start.column)).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(Array.isArray(loadText(text).diagnostics)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
