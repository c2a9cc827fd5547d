import { ConfigError } from '../errors.js';
import { type Arn, missingColon, parseArn, tryParseArn } from './arn.js';

/** The ARN of an IAM role. */
export interface IamRoleArn extends Arn {
  /** Path of the role with both slashes, `/` when it has none. */
  readonly path: string;
  /** Name of the role without its path. */
  readonly roleName: string;
}

/** The ARN of a session that came from assuming a role. It never has the path of the role. */
export interface AssumedRoleArn extends Arn {
  readonly roleName: string;
  readonly sessionName: string;
}

/** Characters of role and session names, and of what stands between the slashes of a path. */
const ROLE_RESOURCE = /^role(\/(?:[!-)+-.0-9;->@-~]+\/){0,512})([\w+=,.@-]{1,64})$/;
const ASSUMED_ROLE_RESOURCE = /^assumed-role\/([\w+=,.@-]{1,64})\/([\w+=,.@-]{2,64})$/;
const MAX_PATH_LENGTH = 512;

/**
 * Reads the ARN of an IAM role: known partition, service `iam`, no region, an account of twelve digits
 * and `role/` with an optional path and a name of 1 to 64 characters. Wildcards and further colons are refused.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 * @throws {@link ConfigError} `invalid-role-arn` (the cause is the error of {@link parseArn} where that
 *   refuses already; the hint is the ARN with a missing colon put in, when that is the fault)
 *
 * @example
 * ```ts
 * const { accountId, roleName, path } = parseIamRoleArn('arn:aws:iam::111122223333:role/team/reader');
 * // accountId '111122223333', roleName 'reader'; path says where it lies
 * ```
 */
export function parseIamRoleArn(value: string): IamRoleArn {
  const found = tryParseIamRoleArn(value);
  if (found) return found;
  throw refusal(
    'invalid-role-arn',
    'AWS role ARN such as arn:aws:iam::111122223333:role/name',
    value,
  );
}

/** Like {@link parseIamRoleArn}, but gives undefined where that throws. */
export function tryParseIamRoleArn(value: string): IamRoleArn | undefined {
  const arn = tryParseArn(value);
  if (arn?.service !== 'iam' || !isAccountLevel(arn)) return undefined;
  const match = ROLE_RESOURCE.exec(arn.resource);
  const [, path = '', roleName = ''] = match ?? [];
  return match && path.length <= MAX_PATH_LENGTH ? { ...arn, path, roleName } : undefined;
}

/**
 * Reads the ARN that STS gives to a role session: `arn:aws:sts::111122223333:assumed-role/name/session`.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 * @throws {@link ConfigError} `invalid-assumed-role-arn`
 *
 * @example
 * ```ts
 * const { roleName, sessionName } = parseAssumedRoleArn(
 *   'arn:aws:sts::111122223333:assumed-role/reader/alice',
 * ); // 'reader', 'alice'
 * ```
 */
export function parseAssumedRoleArn(value: string): AssumedRoleArn {
  const arn = tryParseArn(value);
  const match = ASSUMED_ROLE_RESOURCE.exec(arn?.resource ?? '');
  if (arn?.service !== 'sts' || !isAccountLevel(arn) || !match) {
    const what = 'AWS assumed-role ARN such as arn:aws:sts::111122223333:assumed-role/name/session';
    throw refusal('invalid-assumed-role-arn', what, value);
  }
  const [, roleName = '', sessionName = ''] = match;
  return { ...arn, roleName, sessionName };
}

function isAccountLevel(arn: Arn): boolean {
  return arn.region === '' && /^\d{12}$/.test(arn.accountId);
}

function refusal(
  code: 'invalid-role-arn' | 'invalid-assumed-role-arn',
  what: string,
  value: string,
): ConfigError {
  const hint = typeof value === 'string' ? missingColon(value) : undefined;
  return new ConfigError({ code, message: `The text is no ${what}.`, hint, cause: causeOf(value) });
}

/** What is wrong with the text as an ARN of any kind, if that is the fault. */
function causeOf(value: string): unknown {
  try {
    parseArn(value);
    return undefined;
  } catch (cause) {
    return cause;
  }
}
