import { missingColon } from '../aws/arn.js';
import { getPartition, isPartitionName } from '../aws/partitions.js';
import { isRegionForm } from '../aws/region-form.js';
import { isPublishedRegion, tryResolvePartition } from '../aws/regions.js';
import { tryParseIamRoleArn } from '../aws/role-arn.js';
import type { TextFault } from '../shape/text.js';
import { nearestName } from '../text/nearest-name.js';

const ORIGINS = [
  'aws-identity-center',
  'cloud',
  'config-file',
  'defaults',
  'discovery-kubernetes',
  'dynamic',
  'entra-id',
  'integration_awsoidc',
  'integration_awsra',
  'kubernetes',
  'okta',
  'scim',
];

/** An AWS role ARN, or a template whose fixed beginning has its colons. Only a warning: guides print faulty ones. */
export function checkRoleArn(text: string): TextFault | undefined {
  const open = text.indexOf('{{');
  if (open >= 0 ? isRoleArnStart(text.slice(0, open)) : tryParseIamRoleArn(text)) return undefined;
  return {
    code: 'malformed-arn',
    message: `This is no AWS role ARN such as arn:aws:iam::111122223333:role/name: ${wrongPart(open >= 0 ? text.slice(0, open) : text, open >= 0)}.`,
    hint: missingColon(text) ?? missingColonBefore(text, open),
  };
}

/** Which part is the first that no role ARN has. */
function wrongPart(text: string, isCut: boolean): string {
  const parts = text.split(':');
  const [arn, partition = '', service, region, account = '', ...resource] = parts;
  // Of a text that a template cuts off, the last part may be incomplete.
  const has = (index: number) => !isCut || parts.length > index + 1;
  if (arn !== 'arn' && has(0)) return 'it does not begin with arn:';
  if (parts.length < 6 && !isCut) return `it has ${parts.length} of the six parts`;
  if (has(1) && !isPartitionName(partition)) return 'its second part is no partition of AWS';
  if (has(2) && service !== 'iam') return 'its third part, the service, is not iam';
  if (has(3) && region !== '') return 'its fourth part, the region, is not empty';
  if (has(4) && !/^\d{12}$/.test(account))
    return 'its fifth part, the account, is not twelve digits';
  if (!resource.join(':').startsWith('role/')) return 'its last part does not begin with role/';
  return 'the name of its role is none that IAM takes';
}

/** Twelve digits. In labels only a warning. */
export function checkAccountLabel(text: string): TextFault | undefined {
  if (/^\d{12}$/.test(text) || text.includes('{{')) return undefined;
  return { code: 'account-id-format', message: 'An AWS account ID has twelve digits.' };
}

/** Twelve digits, and nothing else will do. */
export function checkAccountId(text: string): TextFault | undefined {
  if (/^\d{12}$/.test(text)) return undefined;
  return { code: 'invalid-value', message: 'An AWS account ID has twelve digits.' };
}

/**
 * The external ID of AssumeRole.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function checkExternalId(text: string): TextFault | undefined {
  if (text === '' || /^[\w+=,.@:/-]{2,1224}$/.test(text)) return undefined;
  const message =
    'An external ID has 2 to 1224 letters, digits and characters of + = , . @ : / - _';
  return { code: 'invalid-value', message };
}

/** A region of the published list. Others may exist already, so it is only a warning. */
export function checkRegion(text: string): TextFault | undefined {
  if (text === '' || isPublishedRegion(text)) return undefined;
  const known = isRegionForm(text) && tryResolvePartition(text) !== undefined;
  return {
    code: 'unknown-region',
    message: known
      ? 'The AWS region is not in the published list; its name would fit.'
      : 'The AWS region is not in the published list.',
    hint: nearestName(text, getPartition('aws').regions),
  };
}

/** An ARN of a service with regions, such as a trust anchor. */
export function checkArn(service: string): (text: string) => TextFault | undefined {
  return (text) => {
    const [arn, partition = '', found, , , resource = ''] = text.split(':');
    if (arn === 'arn' && isPartitionName(partition) && found === service && resource !== '')
      return undefined;
    return { code: 'malformed-arn', message: `This is no ARN of the AWS service ${service}.` };
  };
}

/** Where a resource came from. */
export function checkOrigin(text: string): TextFault | undefined {
  if (ORIGINS.includes(text)) return undefined;
  const message = `The origin must be one of ${ORIGINS.join(', ')}.`;
  return { code: 'invalid-value', message, hint: nearestName(text, ORIGINS) };
}

/** Whether a role ARN can begin like this; the last part may be cut off by the template. */
function isRoleArnStart(start: string): boolean {
  const parts = start.split(':');
  const last = parts.pop() ?? '';
  const whole = [/^arn$/, undefined, /^iam$/, /^$/, /^\d{12}$/];
  const complete = parts.every((part, index) =>
    index === 1 ? isPartitionName(part) : (whole[index]?.test(part) ?? false),
  );
  if (!complete) return false;
  switch (parts.length) {
    case 3:
      return last === '';
    case 4:
      return /^\d{0,12}$/.test(last);
    case 5:
      return last.startsWith('role/') || 'role/'.startsWith(last);
    default:
      return last === '' || ['arn', 'aws', 'iam'].some((word) => word.startsWith(last.slice(0, 3)));
  }
}

/** The same slip as {@link missingColon} corrects, in front of a template. */
function missingColonBefore(text: string, open: number): string | undefined {
  const match = /^(arn:[a-z-]{1,20}:iam:)(\d{12}:role\/)/.exec(open >= 0 ? text : '');
  return match ? `${match[1]}:${text.slice(match[1]?.length)}` : undefined;
}
