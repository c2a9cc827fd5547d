import type { PartitionName } from '../aws/types.js';

/** What a host name under an AWS suffix says. */
export interface ServiceHost {
  /** The name in lower case, without a trailing dot. */
  readonly hostname: string;
  /** The partition of the host; for a partition-wide host that two partitions use, the first of them. */
  readonly partition: PartitionName;
  /** Other partitions that use the very same host (aws and aws-us-gov have some in common); absent elsewhere. */
  readonly sharedWith?: readonly PartitionName[] | undefined;
  /** The region in the name; undefined for a partition-wide host such as iam.amazonaws.com. */
  readonly region: string | undefined;
  /** The region requests to this host are signed for; undefined when the table does not tell. */
  readonly signingRegion: string | undefined;
  /** The labels before the region, without FIPS and dual-stack marks: `api.ecr`, `sts`, `s3`. */
  readonly endpointPrefix: string;
  /** Botocore names of the services that answer there. Empty: none in the table does. */
  readonly services: readonly string[];
  /** The service name to sign for; undefined for a service that is not in the table. */
  readonly signingName: string | undefined;
  readonly fips: boolean;
  readonly dualStack: boolean;
  /** The bucket of a virtual-hosted S3 address; absent elsewhere. */
  readonly bucket?: string | undefined;
  /** The account or access-point label in front of an S3 host; absent elsewhere. */
  readonly s3Label?: string | undefined;
}
