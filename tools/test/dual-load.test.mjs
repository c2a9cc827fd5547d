import { describe, expect, it } from 'vitest';
import { dualLoadFaults } from '../dual-load.mjs';

/** One copy of a package, made anew by each call as two formats would be. */
function copy(brand) {
  class SampleError extends Error {
    constructor() {
      super('sample');
      if (brand) Object.defineProperty(this, Symbol.for(brand), { value: true });
    }

    static [Symbol.hasInstance](value) {
      return brand
        ? typeof value === 'object' && value !== null && Symbol.for(brand) in value
        : Function.prototype[Symbol.hasInstance].call(SampleError, value);
    }
  }
  return { SampleError };
}

const sample = ({ SampleError }) => new SampleError();
const pair = (specifier, brand) => ({ specifier, esm: copy(brand), cjs: copy(brand), sample });

describe('dualLoadFaults', () => {
  it('is content with brands', () => {
    expect(dualLoadFaults([pair('@x/a', 'a'), pair('@x/b', 'b'), pair('@x/b/c', 'b')])).toEqual([]);
  });

  it('sees a class without a brand', () => {
    expect(dualLoadFaults([pair('@x/a')])).toEqual([
      'the ESM SampleError of @x/a does not recognise an error of the CJS copy of @x/a',
      'the CJS SampleError of @x/a does not recognise an error of the ESM copy of @x/a',
    ]);
  });

  it('sees two packages with one brand', () => {
    expect(dualLoadFaults([pair('@x/a', 'a'), pair('@x/b', 'a')])).not.toEqual([]);
  });

  it('sees a comparison that could not fail', () => {
    const api = copy('a');
    const faults = dualLoadFaults([{ specifier: '@x/a', esm: api, cjs: api, sample }]);
    expect(faults).toEqual([expect.stringContaining('one class for both formats')]);
  });

  it('sees a package without an error class', () => {
    const faults = dualLoadFaults([{ specifier: '@x/a', esm: { a: 1 }, cjs: { a: 1 }, sample }]);
    expect(faults).toEqual(['@x/a exports no error class']);
  });
});
