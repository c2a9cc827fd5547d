import type { Checksum } from './checksums.js';

// Reflected polynomials: Castagnoli, and the 64-bit one of the NVMe specification in two halves.
const CRC32C = 0x82f63b78;
const NVME_HIGH = 0x9a6c9329;
const NVME_LOW = 0xac4bc9b5;

const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ CRC32C : value >>> 1;
  return value >>> 0;
});

const [NVME_TABLE_HIGH, NVME_TABLE_LOW] = nvmeTables();

/** CRC-32C. */
export function createCrc32c(): Checksum {
  let value = 0xffffffff;
  return {
    update(bytes) {
      for (const byte of bytes) {
        value = (value >>> 8) ^ (CRC32C_TABLE[(value ^ byte) & 0xff] ?? 0);
      }
    },
    digest() {
      const out = Buffer.alloc(4);
      out.writeUInt32BE((value ^ 0xffffffff) >>> 0);
      return out.toString('base64');
    },
  };
}

/** CRC-64/NVME. */
export function createCrc64Nvme(): Checksum {
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update(bytes) {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (NVME_TABLE_LOW[index] ?? 0);
        high = (high >>> 8) ^ (NVME_TABLE_HIGH[index] ?? 0);
      }
    },
    digest() {
      const out = Buffer.alloc(8);
      out.writeUInt32BE((high ^ 0xffffffff) >>> 0, 0);
      out.writeUInt32BE((low ^ 0xffffffff) >>> 0, 4);
      return out.toString('base64');
    },
  };
}

function nvmeTables(): readonly [Uint32Array, Uint32Array] {
  const highs = new Uint32Array(256);
  const lows = new Uint32Array(256);
  for (let index = 0; index < 256; index += 1) {
    let high = 0;
    let low = index;
    for (let bit = 0; bit < 8; bit += 1) {
      const odd = low & 1;
      low = (low >>> 1) | ((high & 1) << 31);
      high >>>= 1;
      if (odd) {
        low ^= NVME_LOW;
        high ^= NVME_HIGH;
      }
    }
    highs[index] = high;
    lows[index] = low;
  }
  return [highs, lows];
}
