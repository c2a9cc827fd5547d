import { describe, expect, it } from 'vitest';
import { compileTemplate, expandLabelTemplates, expandTemplates } from '../../src/index.js';

const expand = (text: string, traits: Record<string, readonly string[]> = {}) =>
  compileTemplate(text).expand(traits);
const team = { team: ['core'] };

describe('compileTemplate', () => {
  it.each([
    ['{{external.team}}', ['core']],
    ['{{ ( external . team ) }}', ['core']],
    ['{{external.team // note\n}}', ['core']],
    ['{{Internal.team}}', ['core']],
    ['{{email.local}}-x', undefined],
    ['{{external.team,}}', undefined],
    ['{{(external).team}}', undefined],
    ['{{external\n.team}}', undefined],
    ["{{external['team']}}", undefined],
    ['{{true}}', undefined],
    ['{{}}', undefined],
    ['}}{{', undefined],
    ['{x}', ['{x}']],
    [' a ', [' a ']],
    ['', undefined],
    ['\u00a0{{external.team}}\u2003', ['core']],
    ['\ufeff{{external.team}}', ['\ufeffcore']],
    ['{{regexp.replace(external.team, `c`, "")}}', ['ore']],
    ['{{regexp.replace("aa", "a", "")}}', undefined],
    ['{{email.local(regexp.replace(external.team, "$", "@x.io"))}}', ['core']],
    ['{{email.local(`"a@b"@x.io`)}}', ['a']],
    ['{{email.local(external.team,)}}', undefined],
  ])('expands %j to %j', (text, values) => {
    const expansion = expand(text, team);
    expect('values' in expansion ? expansion.values : undefined).toEqual(values);
  });

  it.each([
    ['{{internal.team}}', 'unsupported-internal'],
    ['{{external.x}}', 'missing-trait'],
    ['{{regexp.replace(external.x, "((", "")}}', 'missing-trait'],
    ['{{email.local(external.team)}}', 'eval'],
    ['{{external.empty}}', 'empty'],
    ['{{regexp.match("x")}}', 'parse'],
  ])('tells why %s has no value: %s', (text, error) => {
    expect(expand(text, { ...team, empty: ['', ''] })).toMatchObject({
      error,
      message: expect.stringMatching(/\.$/),
    });
  });

  it('tells where a text does not parse', () => {
    const { problem } = compileTemplate('ab{{external.}}');
    expect(problem).toMatchObject({ span: { start: 13, end: 13 } });
  });

  it('reads no trait that is only inherited', () => {
    expect(expand('{{external.constructor}}')).toMatchObject({ error: 'missing-trait' });
    expect(expand('{{external["__proto__"]}}')).toMatchObject({ error: 'missing-trait' });
  });

  it('bounds the length', () => {
    expect(expand('x'.repeat(8193))).toMatchObject({ error: 'parse' });
    expect(compileTemplate('xx', { limits: { maxTextLength: 1 } }).problem).toBeDefined();
  });

  it('knows what it refers to', () => {
    const { variables, patterns } = compileTemplate('{{regexp.replace(external.a, "b", "c")}}');
    expect([variables, patterns]).toEqual([[{ namespace: 'external', name: 'a' }], ['b']]);
  });
});

describe('expandTemplates and expandLabelTemplates', () => {
  it('keep first places, drop failures in lists and empty them in labels', () => {
    expect(expandTemplates(['b', '{{external.team}}', '{{external.x}}', 'b'], team)).toEqual([
      'b',
      'core',
    ]);
    const labels = expandLabelTemplates(
      { '{{external.team}}': ['{{external.x}}', '{{external.team}}'] },
      team,
    );
    expect({ ...labels }).toEqual({ core: ['', 'core'] });
  });

  it('let keys that become equal overwrite each other the same way in any order', () => {
    const one = expandLabelTemplates({ core: 'a', '{{external.team}}': 'b' }, team);
    const other = expandLabelTemplates({ '{{external.team}}': 'b', core: 'a' }, team);
    expect({ ...one }).toEqual({ ...other });
  });

  it('keep a label called __proto__', () => {
    const selector = JSON.parse('{"__proto__": "x"}');
    expect(Object.keys(expandLabelTemplates(selector, {}))).toEqual(['__proto__']);
  });
});
