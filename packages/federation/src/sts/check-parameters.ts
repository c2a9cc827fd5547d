import { FederationError, type FederationErrorCode } from '../errors.js';
import { SHORTEST_SESSION_SECONDS } from '../session/duration.js';
import { readArn, readRoleArn } from '../support/aws-names.js';
import type { SessionTag } from './types.js';

/** The parameters that shape a role session, common to AssumeRole and AssumeRoleWithWebIdentity. */
export interface SessionParameters {
  /** ARN of the IAM role. */
  readonly roleArn: string;
  /** 2 to 64 characters; make it with formatRoleSessionName. */
  readonly roleSessionName: string;
  /** 900 to 43200 whole seconds; null (from a duration plan) or undefined: not sent, STS then gives one hour. */
  readonly durationSeconds?: number | null | undefined;
  /** Session policy: JSON text that narrows the role. Default: none. */
  readonly policy?: string | undefined;
  /** Managed policies that narrow the role, at most 10. Default: none. */
  readonly policyArns?: readonly string[] | undefined;
}

const LONGEST_DURATION = 43_200;
const LONGEST_POLICY = 2048;
const MOST_POLICY_ARNS = 10;
const MOST_TAGS = 50;

/**
 * Checks what STS would refuse with a text that helps nobody, before any call.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function checkSessionParameters(q: SessionParameters): void {
  checkText(
    q.roleArn,
    /^[\s\S]{20,2048}$/,
    'malformed-arn',
    'role ARN must have 20 to 2048 characters',
  );
  readRoleArn(q.roleArn);
  checkText(
    q.roleSessionName,
    /^[A-Za-z0-9_+=,.@-]{2,64}$/,
    'invalid-session-name',
    'session name must be 2 to 64 of A-Z a-z 0-9 _ + = , . @ - (formatRoleSessionName makes one)',
  );
  checkDurationSeconds(q.durationSeconds);
  checkSessionPolicy(q.policy, q.policyArns ?? []);
}

/** An external id as STS takes it, or none. @throws FederationError `invalid-external-id` */
export function checkExternalId(externalId: string | undefined): void {
  if (externalId === undefined) return;
  checkText(
    externalId,
    /^[A-Za-z0-9_+=,.@:/-]{2,1224}$/,
    'invalid-external-id',
    'external id must be 2 to 1224 of A-Z a-z 0-9 _ + = , . @ : / -',
  );
}

/** A source identity as STS takes it, or none. @throws FederationError `invalid-source-identity` */
export function checkSourceIdentity(sourceIdentity: string | undefined): void {
  if (sourceIdentity === undefined) return;
  checkText(
    sourceIdentity,
    /^(?!aws:)[A-Za-z0-9_+=,.@-]{2,64}$/i,
    'invalid-source-identity',
    'source identity must be 2 to 64 of A-Z a-z 0-9 _ + = , . @ -',
  );
}

/** DurationSeconds of the STS calls. @throws FederationError with one of the duration codes */
export function checkDurationSeconds(seconds: number | null | undefined): void {
  if (seconds === undefined || seconds === null) return;
  if (!Number.isInteger(seconds)) refuse('invalid-duration', 'duration must be whole seconds');
  if (seconds < SHORTEST_SESSION_SECONDS) {
    refuse('duration-too-short', 'duration must be at least 900 seconds');
  }
  if (seconds > LONGEST_DURATION) {
    refuse('duration-too-long', 'duration must be at most 43200 seconds');
  }
}

/** Session tags and which of them are transitive. @throws FederationError `invalid-tag` */
export function checkTags(tags: readonly SessionTag[], transitive: readonly string[]): void {
  if (tags.length > MOST_TAGS) refuse('invalid-tag', 'session takes at most 50 tags');
  const keys = new Set<string>();
  for (const { key, value } of tags) {
    checkTagText(key, value);
    const folded = key.toLowerCase();
    if (keys.has(folded))
      refuse('invalid-tag', 'same tag key must not come twice (case counts not)');
    keys.add(folded);
  }
  for (const key of transitive) {
    if (!keys.has(key.toLowerCase())) {
      refuse('invalid-tag', 'list of transitive tag keys must name tags of this session only');
    }
  }
}

/** One tag, by the rules that STS and IAM share. @throws FederationError `invalid-tag` */
export function checkTagText(key: string, value: string): void {
  checkText(
    key,
    /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu,
    'invalid-tag',
    'tag key must be 1 to 128 letters, digits, blanks and _ . : / = + - @ and not begin with aws:',
  );
  checkText(
    value,
    /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u,
    'invalid-tag',
    'tag value must be at most 256 letters, digits, blanks and _ . : / = + - @',
  );
}

function checkSessionPolicy(policy: string | undefined, policyArns: readonly string[]): void {
  const code = 'invalid-session-policy';
  if (policyArns.length > MOST_POLICY_ARNS)
    refuse(code, 'session takes at most 10 managed policies');
  for (const arn of policyArns) readArn(arn, 'ARN of the managed session policy');
  if (policy !== undefined && !isJsonObject(policy)) {
    refuse(code, 'session policy must be the JSON text of a policy document');
  }
  const length = [policy ?? '', ...policyArns].reduce((sum, text) => sum + text.length, 0);
  if (length > LONGEST_POLICY) {
    refuse(code, 'session policy and the policy ARNs must have at most 2048 characters together');
  }
}

function isJsonObject(text: string): boolean {
  if (typeof text !== 'string' || text.length > LONGEST_POLICY) return typeof text === 'string';
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function checkText(text: string, form: RegExp, code: FederationErrorCode, rule: string): void {
  if (typeof text !== 'string' || !form.test(text)) refuse(code, rule);
}

function refuse(code: FederationErrorCode, rule: string): never {
  throw new FederationError({ code, message: `The ${rule}.` });
}
