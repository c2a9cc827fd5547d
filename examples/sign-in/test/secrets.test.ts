import { describe, expect, it } from 'vitest';
import { createSeal } from '../src/seal.js';
import { randomId } from '../src/secrets.js';

describe('randomId', () => {
  it('can stand on any command line', () => {
    const ids = Array.from({ length: 2_000 }, randomId);
    expect(ids.filter((id) => !/^[a-z2-9]{20}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(ids.join('')).size).toBe(32);
  });
});

describe('createSeal', () => {
  it('opens what it closed, and nothing that was changed, cut or made elsewhere', () => {
    const seal = createSeal();
    const closed = seal.close('geheim ü');
    expect(closed).toMatch(/^[\w-]+$/);
    expect(closed).not.toBe(seal.close('geheim ü'));
    expect(seal.open(closed)).toBe('geheim ü');
    const bytes = Buffer.from(closed, 'base64url');
    for (const [at] of bytes.entries()) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(seal.open(changed.toString('base64url'))).toBeUndefined();
      expect(seal.open(bytes.subarray(0, at).toString('base64url'))).toBeUndefined();
    }
    expect(createSeal().open(closed)).toBeUndefined();
    expect(seal.open('')).toBeUndefined();
  });
});
