import { describe, expect, it } from 'vitest';
import { cyclesOf, findingsOf, importsOf } from '../scan-source.mjs';

describe('importsOf', () => {
  it.each([
    ["import a from 'x';", 'x', false],
    ["import 'x';", 'x', false],
    ["import type { A } from 'x';", 'x', true],
    ["import { type A, type B } from 'x';", 'x', true],
    ["import { type A, b } from 'x';", 'x', false],
    ["export { a } from 'x';", 'x', false],
    ["export type { A } from 'x';", 'x', true],
    ["export * from 'x';", 'x', false],
    ['const a = await import("x");', 'x', false],
    ["const a = require('x');", 'x', false],
    ["import {\n  a,\n  b,\n} from 'x';", 'x', false],
  ])('finds %s', (text, specifier, typeOnly) => {
    expect(importsOf(text)).toMatchObject([{ specifier, typeOnly }]);
  });

  it('knows a dynamic import', () => {
    expect(importsOf("export const later = () => import('x');")).toMatchObject([{ dynamic: true }]);
  });

  it.each(["// import a from 'x';", "/** import a from 'x'; */", '`import a from "x"`;'])(
    'leaves %s alone',
    (text) => {
      expect(importsOf(text)).toEqual([]);
    },
  );
});

describe('findingsOf', () => {
  it.each([
    ['export const a = process.env.HOME;', /process\.env/],
    ['export const now = () => Date.now();', /Date\.now/],
    ['export const clock = Date.now;', /Date\.now/],
    ['export const now = () => new Date();', /clock/],
    ['export const roll = () => Math.random();', /Math\.random/],
    ["export const say = () => console.log('x');", /console/],
    ['export const world = globalThis;', /globalThis/],
    ['let count = 0;', /variable for the whole module/],
    ['const cache = new Map();', /collection for the whole module/],
    ["export * from './a.js';", /exports \*/],
    ['export default 1;', /default export/],
    ['export const test = (text: string) => new RegExp(text);', /RegExp/],
    ["export const load = () => fetch('https://example.com');", /fetch/],
    ['export const a = (b: unknown) => b as string;', /asserts a type/],
  ])('reports %s', (text, what) => {
    expect(findingsOf(text)).toMatchObject([{ line: 1, what: expect.stringMatching(what) }]);
  });

  it.each([
    '// process.env, Date.now() and console.log',
    "export const host = 'console.aws.amazon.com';",
    'export const at = (time: number) => new Date(time);',
    'export const none: ReadonlyMap<string, string> = new Map();',
    "export const table = new Map([['a', 1]]);",
    'export const load = (fetch: () => void) => fetch();',
    "export const words = ['a'] as const;",
    '// checked by the caller\nexport const a = (b: unknown) => b as string;',
  ])('lets %s pass', (text) => {
    expect(findingsOf(text)).toEqual([]);
  });

  it('lets the one file of defaults name clock and network, and the environment nowhere', () => {
    const text = "export const clock = () => new Date();\nexport const get = () => fetch('x');";
    expect(findingsOf(text, { defaults: true })).toEqual([]);
    expect(findingsOf('process.env.A;', { defaults: true })).toHaveLength(1);
  });
});

describe('cyclesOf', () => {
  it('gives the way around', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ]);
    expect(cyclesOf(graph)).toEqual([['b', 'c', 'b']]);
  });

  it('takes a diamond for what it is', () => {
    const graph = new Map([
      ['a', ['b', 'c']],
      ['b', ['d']],
      ['c', ['d']],
      ['d', []],
    ]);
    expect(cyclesOf(graph)).toEqual([]);
  });
});
