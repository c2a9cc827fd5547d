import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { checkFrame } from '../../src/handle/check-frame.js';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const name = fc.oneof(
  text,
  fc.constantFrom('Host', 'content-length', 'Transfer-Encoding', 'Upgrade', 'x-amz-target'),
);

describe('checkFrame', () => {
  it('answers any head with a frame or with one of our errors', () => {
    fc.assert(
      fc.property(text, fc.array(fc.tuple(name, text)), (target, headers) => {
        try {
          const frame = checkFrame({
            method: 'GET',
            target,
            headers,
            mode: 'connect',
            secure: true,
          });
          expect(frame.target.startsWith('/')).toBe(true);
          expect(
            headers.filter(([key]) => key.toLowerCase() === 'content-length').length,
          ).toBeLessThan(2);
        } catch (error) {
          expect(error).toBeInstanceOf(SigV4ProxyError);
        }
      }),
    );
  });
});
