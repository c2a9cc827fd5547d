import { describe, expect, it } from 'vitest';
import { Composer, CST, Lexer } from 'yaml';
import { faultsOf } from '../support/load.js';

// What the loader takes for granted of the YAML library beyond its documentation. An upgrade fails here first.
describe('the YAML library', () => {
  it('reports errors of a document through a function that can be replaced', () => {
    expect(typeof Reflect.get(new Composer(), 'onError')).toBe('function');
  });

  it('announces texts without quotes and blocks by a marker of its own', () => {
    const types = [...new Lexer().lex('--- |\n*a\n')].map((lexeme) => CST.tokenType(lexeme));
    expect(types).toContain('scalar');
    expect(types.indexOf('alias')).toBeGreaterThan(types.indexOf('scalar'));
    expect(faultsOf(`--- |\n${'*a\n'.repeat(200)}`)).toEqual(['1:5 type-mismatch']);
  });

  it('reads a scalar as text under the failsafe schema, whatever it looks like', () => {
    const composer = new Composer({ schema: 'failsafe' });
    const [document] = composer.compose([
      {
        type: 'document',
        offset: 0,
        start: [],
        value: { type: 'scalar', offset: 0, indent: 0, source: '012' },
      },
    ]);
    expect(document?.toJS()).toBe('012');
  });
});
