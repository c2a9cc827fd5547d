import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCborTexts } from '../../src/wire-errors/cbor.js';

describe('formatCborTexts', () => {
  it('writes what another codec reads back', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 400 }));
    fc.assert(
      fc.property(text, text, (type, message) => {
        const fields = { __type: type, message };
        expect(cbor.deserialize(formatCborTexts(fields))).toEqual(fields);
      }),
      { numRuns: 500 },
    );
  });

  it.each([0, 23, 24, 255, 256, 65_535, 65_536])('writes a text of %i bytes', (length) => {
    const fields = { message: 'x'.repeat(length) };
    expect(cbor.deserialize(formatCborTexts(fields))).toEqual(fields);
  });
});
