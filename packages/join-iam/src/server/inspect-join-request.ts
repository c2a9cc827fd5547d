import type { PartitionName } from '@postern/config/aws';
import { JoinIamError } from '../errors.js';
import { SERVICE } from '../wire/constants.js';
import { classifyStsHost } from '../wire/sts-hosts.js';
import { type JoinContext, resolveJoinContext } from './join-context.js';
import { checkBody } from './request/check-body.js';
import { checkChallengeState, checkChallengeValues } from './request/check-challenge.js';
import { checkSessionToken } from './request/check-credentials.js';
import { checkDate } from './request/check-date.js';
import {
  checkConstants,
  checkCoverage,
  checkHeaderList,
  readSignedHeaders,
} from './request/check-headers.js';
import { readAuthorization } from './request/read-authorization.js';
import { readHead } from './request/read-head.js';

/** The checked parts of one signed request, from which a new request can be built. */
export interface SignedParts {
  /** Signed header, lower case → checked value, in the order of SignedHeaders. Holds the session token. */
  readonly headers: ReadonlyMap<string, string>;
  /** Date of the credential scope, eight digits. */
  readonly scopeDate: string;
  readonly signature: string;
}

/**
 * A signed request that passed every static check. Its signature is **not** verified: only STS can. Until STS
 * has answered, `accessKeyId` is what the joiner claims.
 */
export interface InspectedJoinRequest {
  readonly accessKeyId: string;
  /** The text of the host table, not the joiner's. */
  readonly host: string;
  readonly partition: PartitionName;
  /** Signing region, also from the table. */
  readonly region: string;
  /** `X-Amz-Date` as signed. */
  readonly amzDate: string;
  readonly signedHeaders: readonly string[];
  /** What `buildStsRequest` needs. Not enumerable, so that logs and JSON do not carry a session token. */
  readonly parts: SignedParts;
}

/**
 * Checks the bytes of a signed request that an unauthenticated stranger wrote. Pure: no network, no clock.
 * The order is fixed and the first failure wins: challenge state, size, syntax, framing, body, header list,
 * host, authorization, scope, coverage, constants, credentials, date, and last the challenge, audience and
 * binding.
 *
 * @param bytes - the signed request; untrusted
 * @param context - what it is checked against
 * @throws {@link JoinIamError} of the stages `challenge` and `request`; nothing about the joiner is proven
 *   then. `invalid-option` when the context itself is wrong.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function inspectJoinRequest(bytes: Uint8Array, context: JoinContext): InspectedJoinRequest {
  return inspectWithClaims(bytes, context, () => undefined);
}

/**
 * The same, for callers that must record whom a refused request claimed to come from.
 *
 * @param onClaim - called with the key id once it is well-formed; nothing about it is proven
 */
export function inspectWithClaims(
  bytes: Uint8Array,
  context: JoinContext,
  onClaim: (accessKeyId: string) => void,
): InspectedJoinRequest {
  const resolved = resolveJoinContext(context);
  const { names } = resolved;
  checkChallengeState(resolved.challengeState ?? 'fresh');
  const buffer = toBuffer(bytes);
  const head = readHead(buffer);
  const { headers } = head;
  checkBody(buffer, head);
  checkHeaderList(headers, names);
  const host = classifyStsHost(headers.get('host') ?? '', resolved);
  const authorization = readAuthorization(headers.get('authorization') ?? '');
  onClaim(authorization.accessKeyId);
  checkScope(authorization, host.region);
  const signedHeaders = readSignedHeaders(authorization.signedHeaders, headers, names);
  checkCoverage(headers, new Set(signedHeaders), names);
  checkConstants(headers);
  checkSessionToken(authorization.accessKeyId, headers.get('x-amz-security-token'));
  const amzDate = headers.get('x-amz-date') ?? '';
  checkDate(amzDate, {
    scopeDate: authorization.date,
    now: resolved.now,
    maxClockSkewSeconds: resolved.maxClockSkewSeconds,
  });
  checkChallengeValues(headers, resolved);

  const parts: SignedParts = Object.freeze({
    headers: new Map(signedHeaders.map((name) => [name, headers.get(name) ?? ''])),
    scopeDate: authorization.date,
    signature: authorization.signature,
  });
  const inspected = {
    accessKeyId: authorization.accessKeyId,
    host: host.host,
    partition: host.partition,
    region: host.region,
    amzDate,
    signedHeaders: Object.freeze(signedHeaders),
    parts,
  };
  Object.defineProperty(inspected, 'parts', { enumerable: false });
  return Object.freeze(inspected);
}

/** Step 10: an early and clear answer instead of a vague 403 of STS. */
function checkScope(
  scope: { readonly service: string; readonly region: string },
  hostRegion: string,
): void {
  if (scope.service !== SERVICE) {
    throw new JoinIamError('service-mismatch', {
      message: 'The request is signed for another service than sts.',
      detail: `service ${scope.service}`,
    });
  }
  if (scope.region !== hostRegion) {
    throw new JoinIamError('region-mismatch', {
      message: `The Host header takes signatures for region ${hostRegion}, the request is signed for another.`,
      detail: `scope region ${scope.region}`,
    });
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  if (!(bytes instanceof Uint8Array)) {
    throw new JoinIamError('request-malformed', { message: 'The signed request is not bytes.' });
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
