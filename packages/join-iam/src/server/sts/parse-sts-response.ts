import type { PartitionName } from '@postern/config/aws';
import { JoinIamError } from '../../errors.js';
import { parseStrictJson } from './parse-json.js';
import { type CallerIdentity, readCallerIdentity } from './read-caller-identity.js';
import { refuseStatus } from './refuse-status.js';
import type { StsResponse } from './types.js';

/** Most bytes of an answer; a real one is below 1 KiB. */
export const MAX_RESPONSE_BYTES = 65_536;

/** `application/json`, alone or with the one charset JSON has. */
const CONTENT_TYPE = /^application\/json(?: *; *charset=(?:utf-8|"utf-8"))?$/i;

/**
 * Reads the answer of STS to GetCallerIdentity. Pure and total: whatever the bytes are, the result is an
 * identity whose members agree with each other, or a {@link JoinIamError}. JSON only; there is no sniffing
 * and no XML parser.
 *
 * @param response - status, headers with lower-case names, and body; untrusted
 * @param host - the partition of the host the request went to; and, where they are known, the texts of the request
 *   that no error may repeat, although STS does. Default: whatever looks like a signature or a token
 * @returns the identity; whoever signed the request held its secret key
 * @throws {@link JoinIamError} of the stages `sts` (with `retryable` and, for `sts-denied`, `reason`) and
 *   `identity`
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 * @example
 * ```ts
 * const { host, partition } = classifyStsHost('sts.eu-central-1.amazonaws.com');
 * const { status, headers, body } = await send(host);
 * const { arn } = parseStsResponse({ status, headers, body }, { partition });
 *
 * declare function send(host: string): Promise<StsResponse>;
 * ```
 */
export function parseStsResponse(
  response: StsResponse,
  host: { readonly partition: PartitionName; readonly secrets?: readonly string[] | undefined },
): CallerIdentity {
  if (response.status !== 200) refuseStatus(response, host.secrets ?? []);
  if (response.body.length > MAX_RESPONSE_BYTES) {
    throw new JoinIamError('sts-oversize', {
      message: `The answer of STS is larger than ${MAX_RESPONSE_BYTES} bytes.`,
    });
  }
  const contentType = headerOf(response, 'content-type') ?? '';
  const encoding = headerOf(response, 'content-encoding') ?? 'identity';
  if (!CONTENT_TYPE.test(contentType) || encoding.toLowerCase() !== 'identity') {
    throw new JoinIamError('sts-unexpected-content-type', {
      message: 'The answer of STS is not plain JSON.',
      detail: `content-type ${contentType}, content-encoding ${encoding}`,
    });
  }
  return readCallerIdentity(readResult(decode(response.body)), host.partition);
}

/** Header values come from transports: only own text members count. */
export function headerOf(response: StsResponse, name: string): string | undefined {
  const { headers } = response;
  const value: unknown = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function decode(body: Uint8Array): string {
  try {
    // ignoreBOM keeps a byte order mark in the text, where JSON refuses it.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw malformed('The answer of STS is not UTF-8.', cause);
  }
}

function readResult(text: string): { Account: string; Arn: string; UserId: string } {
  const outer = asObject(parseStrictJson(text));
  const response = asObject(onlyMember(outer, 'GetCallerIdentityResponse', []));
  const result = asObject(onlyMember(response, 'GetCallerIdentityResult', ['ResponseMetadata']));
  return {
    Account: textMember(result, 'Account'),
    Arn: textMember(result, 'Arn'),
    UserId: textMember(result, 'UserId'),
  };
}

function asObject(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw malformed('The answer of STS is not a GetCallerIdentity document.');
}

function onlyMember(object: object, name: string, tolerated: readonly string[]): unknown {
  const others = Object.keys(object).filter((key) => key !== name && !tolerated.includes(key));
  if (others.length > 0) throw malformed('The answer of STS has members that do not belong there.');
  return ownMember(object, name);
}

function textMember(object: object, name: string): string {
  const value = ownMember(object, name);
  if (typeof value === 'string') return value;
  throw malformed(`The answer of STS has no text member "${name}".`);
}

function ownMember(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? Reflect.get(object, name) : undefined;
}

function malformed(message: string, cause?: unknown): JoinIamError {
  return new JoinIamError('sts-malformed', { message, cause });
}
