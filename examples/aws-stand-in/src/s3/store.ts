import { StandInError } from '../errors/stand-in-error.js';
import type { PartitionName } from '../hosts/partitions.js';
import type { QueryPairs } from '../http/query.js';
import type { AccountSeed } from '../types.js';
import type { ChecksumName } from './checksums.js';

/** Object headers that S3 keeps and gives back. */
export type ObjectHeaders = Readonly<Record<string, string>>;

/** A stored checksum; composite ones end in `-N`. */
export interface StoredChecksum {
  readonly name: ChecksumName;
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface StoredObject {
  /** The body in the pieces in which it came; never joined. */
  readonly pieces: readonly Buffer[];
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  readonly headers: ObjectHeaders;
  readonly tags: QueryPairs;
  readonly lastModified: Date;
  readonly checksum?: StoredChecksum | undefined;
}

export interface UploadPart {
  readonly pieces: readonly Buffer[];
  readonly size: number;
  readonly md5: string;
  readonly lastModified: Date;
  readonly checksum?: { readonly name: ChecksumName; readonly value: string } | undefined;
}

/** A multipart upload that is neither completed nor aborted. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly initiated: Date;
  readonly headers: ObjectHeaders;
  readonly tags: QueryPairs;
  readonly checksum?:
    | { readonly name: ChecksumName; readonly type: StoredChecksum['type'] }
    | undefined;
  readonly parts: Map<number, UploadPart>;
}

export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly created: Date;
  readonly objects: Map<string, StoredObject>;
  readonly uploads: Map<string, Upload>;
}

/** All buckets; names are unique in a partition. */
export interface BucketStore {
  find(partition: PartitionName, name: string): Bucket | undefined;
  add(
    partition: PartitionName,
    bucket: Pick<Bucket, 'name' | 'region' | 'accountId' | 'created'>,
  ): Bucket;
  remove(partition: PartitionName, name: string): void;
  list(partition: PartitionName, accountId: string): readonly Bucket[];
}

/** The rule of S3 for new bucket names. */
export function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name)
  );
}

/**
 * An empty store with the seeded buckets.
 *
 * @throws {StandInError} `invalid-seed`
 */
export function createBucketStore(accounts: readonly AccountSeed[], created: Date): BucketStore {
  const partitions = new Map<PartitionName, Map<string, Bucket>>();
  const of = (partition: PartitionName) => {
    const found = partitions.get(partition) ?? new Map<string, Bucket>();
    partitions.set(partition, found);
    return found;
  };
  const store: BucketStore = {
    find: (partition, name) => of(partition).get(name),
    add(partition, seed) {
      const bucket = { ...seed, objects: new Map(), uploads: new Map() };
      of(partition).set(seed.name, bucket);
      return bucket;
    },
    remove: (partition, name) => void of(partition).delete(name),
    list: (partition, accountId) =>
      [...of(partition).values()].filter((bucket) => bucket.accountId === accountId),
  };
  for (const account of accounts) {
    const partition = account.partition ?? 'aws';
    for (const { name, region } of account.buckets ?? []) {
      if (!isBucketName(name) || store.find(partition, name)) {
        throw new StandInError(
          'invalid-seed',
          `The bucket name ${name} is not valid or seeded twice.`,
        );
      }
      store.add(partition, { name, region, accountId: account.id, created });
    }
  }
  return store;
}
