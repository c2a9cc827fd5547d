import {
  type Arn,
  getPartition,
  type IamRoleArn,
  type Partition,
  parseArn,
  parseIamRoleArn,
  resolvePartition,
} from '@postern/config/aws';
import { FederationError } from '../errors.js';

/** The ARN in parts. @throws FederationError `malformed-arn` */
export function readArn(value: string, what: string): Arn {
  try {
    return parseArn(value);
  } catch (cause) {
    throw new FederationError({
      code: 'malformed-arn',
      message: `The ${what} is no ARN: six parts joined by colons are expected, such as arn:aws:iam::111122223333:role/name.`,
      cause,
    });
  }
}

/** The role ARN in parts. @throws FederationError `malformed-arn`, `not-a-role-arn` */
export function readRoleArn(value: string, what = 'role ARN'): IamRoleArn {
  readArn(value, what);
  try {
    return parseIamRoleArn(value);
  } catch (cause) {
    throw new FederationError({
      code: 'not-a-role-arn',
      message: `The ${what} names no IAM role: arn:aws:iam::111122223333:role/name is expected.`,
      cause,
    });
  }
}

/** The facts of a partition. @throws FederationError `unknown-partition` */
export function readPartition(name: string): Partition {
  try {
    return getPartition(name);
  } catch (cause) {
    throw new FederationError({
      code: 'unknown-partition',
      message: 'The AWS partition is not known: aws, aws-cn or aws-us-gov are usual.',
      cause,
    });
  }
}

/**
 * A region that is safe as a label of a host name and belongs to the partition.
 *
 * @throws FederationError `invalid-region`, `partition-mismatch`
 */
export function readRegion(region: string, partition: Partition): string {
  let found: ReturnType<typeof resolvePartition> | undefined;
  try {
    found = resolvePartition(region);
  } catch (cause) {
    throw new FederationError({
      code: 'invalid-region',
      message: 'The region is no AWS region: a name such as us-east-1 is expected.',
      cause,
    });
  }
  if (found.pseudoRegions.includes(region)) {
    throw new FederationError({
      code: 'invalid-region',
      message: 'The region is a pseudo region without hosts of its own: name a real region.',
    });
  }
  if (found.name !== partition.name) {
    throw new FederationError({
      code: 'partition-mismatch',
      message: `The region belongs to partition ${found.name}, but the session to ${partition.name}.`,
    });
  }
  return region;
}

/** An account id of twelve digits. @throws FederationError `invalid-account-id` */
export function readAccountId(accountId: string): string {
  if (typeof accountId === 'string' && /^\d{12}$/.test(accountId)) return accountId;
  throw new FederationError({
    code: 'invalid-account-id',
    message: 'The AWS account id must be a text of twelve digits, with its leading zeros.',
  });
}
