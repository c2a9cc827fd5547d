import { describe, expect, it } from 'vitest';
import {
  anchorsOf,
  bareExamplesOf,
  exampleFencesOf,
  fencesOf,
  linksOf,
  sectionOf,
  tableRowsOf,
} from '../markdown.mjs';

const fence = (info, code) => `\`\`\`${info}\n${code}\n\`\`\`\n`;

describe('fencesOf', () => {
  it('tells language, flag and line', () => {
    const text = `# a\n\n${fence('ts run', 'const a = 1;')}\n${fence('sh', 'ls')}`;
    expect(fencesOf(text)).toEqual([
      { line: 3, language: 'ts', flag: 'run', code: 'const a = 1;\n' },
      { line: 7, language: 'sh', flag: '', code: 'ls\n' },
    ]);
  });
});

describe('exampleFencesOf', () => {
  const comment = (...lines) =>
    `const before = 1;\n/**\n${lines.map((line) => ` * ${line}\n`).join('')} */\n`;

  it('takes what stands under @example, with its line in the source', () => {
    const source = comment('Says a.', '', '@example', '```ts', "say('a');", '```');
    expect(exampleFencesOf(source)).toEqual([
      { line: 6, language: 'ts', flag: '', code: "say('a');\n" },
    ]);
  });

  it('leaves an example without a fence to be complained about', () => {
    const source = comment('Says a.', '', '@example', "say('a');");
    expect(exampleFencesOf(source)).toEqual([]);
    expect(bareExamplesOf(source)).toEqual([2]);
    expect(bareExamplesOf(comment('@example', '```ts', "say('a');", '```'))).toEqual([]);
  });

  it('takes nothing from other comments', () => {
    expect(exampleFencesOf(comment('Says a.', '```ts', "say('a');", '```'))).toEqual([]);
    expect(exampleFencesOf("// @example\n// ```ts\n// say('a');\n// ```\n")).toEqual([]);
  });
});

describe('sectionOf', () => {
  const text = `# a\n\n## One\n\nfirst\n\n${fence('md', '## Two\n\nnot this')}\n## Two\n\nsecond\n`;

  it('ends at the next heading, and knows one inside a fence', () => {
    expect(sectionOf(text, 'One')).toContain('first');
    expect(sectionOf(text, 'Two')?.trim()).toBe('second');
  });

  it('is undefined where there is none', () => {
    expect(sectionOf(text, 'Three')).toBeUndefined();
  });
});

describe('tableRowsOf', () => {
  it('gives cells, without headings, rules and fences', () => {
    const text = `| code | meaning |\n|---|---|\n| \`a-b\` | when \\| then |\n| \`c\` |  |\n\n${fence('', '| x | y |')}`;
    expect(tableRowsOf(text)).toEqual([
      ['`a-b`', 'when \\| then'],
      ['`c`', ''],
    ]);
  });
});

describe('links', () => {
  it('are those that stay in the repository', () => {
    const text =
      '[a](b.md#c) [d](https://example.com) [e](#f) [g](mailto:h@example.com) `[i](j)`\n';
    expect(linksOf(text)).toEqual(['b.md#c', '#f', 'j']);
  });

  it('meet the anchors that headings get', () => {
    expect(anchorsOf('# A & b\n\n## `createX(y)`: what it does\n')).toEqual([
      'a--b',
      'createxy-what-it-does',
    ]);
  });
});
