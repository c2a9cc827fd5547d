import { ConfigError } from '../errors.js';
import { isPartitionName } from './partitions.js';
import { isRegionForm } from './region-form.js';
import type { PartitionName } from './types.js';

/** An Amazon Resource Name in its six parts. The first part is always `arn`. */
export interface Arn {
  readonly partition: PartitionName;
  /** For example `iam`. Never empty. */
  readonly service: string;
  /** Empty for services without regions. */
  readonly region: string;
  /** Twelve digits, empty (an S3 bucket), or a word such as `aws` (a managed policy). */
  readonly accountId: string;
  /** All that follows the fifth colon, more colons included. Never empty. */
  readonly resource: string;
}

/** The longest ARN that AWS accepts anywhere. */
const MAX_LENGTH = 2048;

/**
 * Reads an ARN.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 * @param value - the whole ARN; case matters
 * @throws {@link ConfigError} `invalid-arn` when it does not have six parts of the right form (with a hint when
 *   a colon is missing), `unknown-partition` when its second part names no partition
 *
 * @example
 * ```ts
 * const { service, accountId, resource } = parseArn('arn:aws:iam::111122223333:role/reader');
 * // service 'iam', accountId '111122223333', resource 'role/reader'
 * ```
 */
export function parseArn(value: string): Arn {
  const parts = splitArn(value);
  if (typeof parts === 'string') {
    throw new ConfigError({ code: 'invalid-arn', message: parts, hint: missingColon(value) });
  }
  if (!isPartitionName(parts.partition)) {
    throw new ConfigError({
      code: 'unknown-partition',
      message:
        'The second part of the ARN names no AWS partition: aws, aws-cn or aws-us-gov are usual.',
    });
  }
  return { ...parts, partition: parts.partition };
}

/** Like {@link parseArn}, but gives undefined where that throws. */
export function tryParseArn(value: string): Arn | undefined {
  const parts = splitArn(value);
  if (typeof parts === 'string' || !isPartitionName(parts.partition)) return undefined;
  return { ...parts, partition: parts.partition };
}

/**
 * Writes an ARN. The parts are joined as they are; {@link parseArn} is the check.
 *
 * @example
 * ```ts
 * const arn = parseArn('arn:aws:s3:::bucket');
 * formatArn({ ...arn, resource: 'bucket/key' }); // 'arn:aws:s3:::bucket/key'
 * ```
 */
export function formatArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.accountId}:${arn.resource}`;
}

/**
 * The likely text behind an IAM ARN that is one colon short (`arn:aws:iam:111122223333:role/x`, a slip
 * that stands in published guides): the same text with the colon, or undefined when that is not the fault.
 */
export function missingColon(value: string): string | undefined {
  const match = /^(arn:[a-z-]{1,20}:(?:iam|sts):)(\d{12}:[^:\s]{1,1024})$/.exec(value);
  return match ? `${match[1]}:${match[2]}` : undefined;
}

interface Parts extends Omit<Arn, 'partition'> {
  readonly partition: string;
}

function splitArn(value: string): Parts | string {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) {
    return `An ARN is a text of at most ${MAX_LENGTH} characters.`;
  }
  const [arn, partition = '', service = '', region = '', accountId = '', ...rest] =
    value.split(':');
  const resource = rest.join(':');
  if (arn !== 'arn') return 'The text is no ARN: it must begin with "arn:".';
  if (rest.length === 0) {
    return 'The ARN has too few parts: arn:partition:service:region:account:resource are expected.';
  }
  if (!/^[a-z0-9][a-z0-9-]*$/.test(service))
    return 'The service (third part) of the ARN is not well formed.';
  if (region !== '' && !isRegionForm(region))
    return 'The region (fourth part) of the ARN is not well formed.';
  if (!/^(?:\d{12}|[a-z][a-z0-9-]*)?$/.test(accountId)) {
    return 'The account (fifth part) of the ARN must be twelve digits or empty.';
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: line ends and NUL in a resource are exactly what is refused
  if (resource === '' || /[\u0000-\u001f\u007f]/.test(resource)) {
    return 'The resource (sixth part) of the ARN is empty or has control characters.';
  }
  return { partition, service, region, accountId, resource };
}
