import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createCrc32c, createCrc64Nvme } from './crc.js';

/** The checksums S3 takes, named as in `x-amz-checksum-…`. */
export type ChecksumName = 'crc32' | 'crc32c' | 'crc64nvme' | 'sha1' | 'sha256';

/** A running checksum. */
export interface Checksum {
  update(bytes: Buffer): void;
  /** Base64, as S3 writes it. */
  digest(): string;
}

export const CHECKSUM_NAMES: readonly ChecksumName[] = [
  'crc32',
  'crc32c',
  'crc64nvme',
  'sha1',
  'sha256',
];

/** Starts a checksum. */
export function createChecksum(name: ChecksumName): Checksum {
  switch (name) {
    case 'crc32':
      return createCrc32();
    case 'crc32c':
      return createCrc32c();
    case 'crc64nvme':
      return createCrc64Nvme();
    case 'sha1':
    case 'sha256': {
      const hash = createHash(name);
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
    }
  }
}

/** The checksum whose header or trailer this is, or undefined. */
export function checksumNameOf(header: string): ChecksumName | undefined {
  return CHECKSUM_NAMES.find((name) => header === `x-amz-checksum-${name}`);
}

function createCrc32(): Checksum {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest() {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(value);
      return out.toString('base64');
    },
  };
}
