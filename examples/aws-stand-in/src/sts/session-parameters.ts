import { AwsFault } from '../errors/aws-fault.js';
import type { Role } from '../iam/directory.js';
import { findPolicyProblem, type PolicyDocument } from '../iam/policy-document.js';
import {
  optionalText,
  type Parameters,
  readList,
  requiredText,
  validationFault,
} from './parameters.js';

const NAME = /^[\w+=,.@-]*$/;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const DEFAULT_SECONDS = 3600;
const CHAINED_SECONDS = 3600;

/** The role's ARN, checked for form only. */
export function readRoleArn(parameters: Parameters): string {
  const arn = requiredText(parameters, 'RoleArn', { min: 20, max: 2048 });
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\/[\x21-\x7e]+$/.test(arn)) return arn;
  throw new AwsFault('ValidationError', 400, `${arn} is invalid`);
}

/** RoleSessionName: 2 to 64 of `[\w+=,.@-]`. */
export function readSessionName(parameters: Parameters): string {
  return requiredText(parameters, 'RoleSessionName', { min: 2, max: 64, pattern: NAME });
}

/** SourceIdentity, which may not look like one of AWS's own. */
export function readSourceIdentity(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const rule = { min: 2, max: 64, pattern: NAME };
  optionalText(new Map([['SourceIdentity', value]]), 'SourceIdentity', rule);
  if (value.toLowerCase().startsWith('aws:')) {
    throw validationFault('sourceIdentity', value, 'Member must not begin with aws:');
  }
  return value;
}

/** ExternalId: 2 to 1224 of `[\w+=,.@:/-]`. */
export function readExternalId(parameters: Parameters): string | undefined {
  return optionalText(parameters, 'ExternalId', { min: 2, max: 1224, pattern: /^[\w+=,.@:/-]*$/ });
}

/**
 * The length of the session in seconds.
 *
 * @param chained the caller's own credentials are temporary, which caps the session at one hour
 * @throws {AwsFault} ValidationError; nothing is ever cut silently
 */
export function readDuration(parameters: Parameters, role: Role, chained: boolean): number {
  const text = parameters.get('DurationSeconds');
  if (text === undefined) return DEFAULT_SECONDS;
  if (!/^\d{1,9}$/.test(text)) {
    throw new AwsFault('MalformedInput', 400, 'DurationSeconds is not an integer.');
  }
  const seconds = Number(text);
  if (seconds < 900) {
    const constraint = 'Member must have value greater than or equal to 900';
    throw validationFault('durationSeconds', text, constraint);
  }
  if (seconds > 43_200) {
    const constraint = 'Member must have value less than or equal to 43200';
    throw validationFault('durationSeconds', text, constraint);
  }
  if (chained && seconds > CHAINED_SECONDS) {
    throw new AwsFault(
      'ValidationError',
      400,
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > role.maxSessionDuration) {
    throw new AwsFault(
      'ValidationError',
      400,
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  return seconds;
}

/** Session tags of the request; keys are compared without case. */
export function readTags(parameters: Parameters): ReadonlyMap<string, string> {
  const items = readList(parameters, 'Tags');
  if (items.length > 50) {
    throw new AwsFault(
      'ValidationError',
      400,
      "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
    );
  }
  const pairs = items.map((item) => [item.get('Key') ?? '', item.get('Value') ?? ''] as const);
  return checkTags(pairs);
}

/** The rules for tags, wherever they come from. */
export function checkTags(
  pairs: readonly (readonly [key: string, value: string])[],
): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const [key, value] of pairs) {
    if (key.length < 1 || key.length > 128 || !TAG_TEXT.test(key)) {
      throw validationFault(
        'tags.key',
        key,
        'Member must be 1 to 128 letters, digits, blanks or _.:/=+-@',
      );
    }
    if (value.length > 256 || !TAG_TEXT.test(value)) {
      throw validationFault(
        'tags.value',
        value,
        'Member must be 0 to 256 letters, digits, blanks or _.:/=+-@',
      );
    }
    if (key.toLowerCase().startsWith('aws:')) {
      throw new AwsFault('InvalidParameterValue', 400, 'Tag keys must not begin with aws:');
    }
    if ([...tags.keys()].some((seen) => seen.toLowerCase() === key.toLowerCase())) {
      const message = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.';
      throw new AwsFault('InvalidParameterValue', 400, message);
    }
    tags.set(key, value);
  }
  return tags;
}

/** TransitiveTagKeys: each must be one of the tags of the same call. */
export function readTransitiveKeys(
  parameters: Parameters,
  tags: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const keys = readList(parameters, 'TransitiveTagKeys').map((item) => item.get('') ?? '');
  const foreign = keys.find((key) => !tags.has(key));
  if (foreign === undefined) return new Set(keys);
  const message = `The specified transitive tag key must be included in the requested tags: ${foreign}`;
  throw new AwsFault('InvalidParameterValue', 400, message);
}

/**
 * Session policies.
 *
 * @throws {AwsFault} MalformedPolicyDocument, also for documents the stand-in cannot evaluate, and for managed policies
 */
export function readSessionPolicies(parameters: Parameters): readonly PolicyDocument[] {
  if (readList(parameters, 'PolicyArns').length > 0) {
    throw new AwsFault('ValidationError', 400, 'The stand-in holds no managed policies.');
  }
  const text = optionalText(parameters, 'Policy', { min: 1, max: 2048 });
  if (text === undefined) return [];
  const document = parsePolicy(text);
  if (document) return [document];
  throw new AwsFault('MalformedPolicyDocument', 400, 'Syntax errors in policy.');
}

function parsePolicy(text: string): PolicyDocument | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isPolicy(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPolicy(value: unknown): value is PolicyDocument {
  return findPolicyProblem(value) === undefined;
}
