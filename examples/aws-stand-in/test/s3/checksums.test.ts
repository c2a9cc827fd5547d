import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createChecksum } from '../../src/s3/checksums.js';

// Check values of the catalogue of parametrised CRC algorithms, for the text 123456789.
const TEXT = Buffer.from('123456789');
const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');

describe('createChecksum', () => {
  for (const [name, expected] of [
    ['crc32', 'cbf43926'],
    ['crc32c', 'e3069283'],
    ['crc64nvme', 'ae8b14860a799888'],
  ] as const) {
    it(`computes ${name}, in one piece or many`, () => {
      const whole = createChecksum(name);
      whole.update(TEXT);
      expect(hex(whole.digest())).toBe(expected);
      const pieces = createChecksum(name);
      for (const byte of TEXT) pieces.update(Buffer.of(byte));
      expect(hex(pieces.digest())).toBe(expected);
    });
  }

  it('computes sha256', () => {
    const sum = createChecksum('sha256');
    sum.update(TEXT);
    expect(sum.digest()).toBe(createHash('sha256').update(TEXT).digest('base64'));
  });
});
