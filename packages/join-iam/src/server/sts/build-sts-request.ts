import { JoinIamError } from '../../errors.js';
import {
  ACCEPT,
  ALGORITHM,
  CALLER_IDENTITY_BODY,
  CONTENT_TYPE,
  SCOPE_TERMINATOR,
  SERVICE,
} from '../../wire/constants.js';
import type { InspectedJoinRequest } from '../inspect-join-request.js';
import { type StsRequest, toStsRequest } from './types.js';

const USER_AGENT = 'postern-join-iam';

/** Spelling of the headers that are written here anyway; the others keep their lower-case name. */
const WRITTEN_HERE: ReadonlySet<string> = new Set([
  'host',
  'accept',
  'content-length',
  'content-type',
]);

/**
 * Builds the request that goes to STS: our own method, target, header names, body and host, plus the checked
 * values that the signature covers. Nothing is forwarded. SigV4 signs a canonical form, so the signature
 * still holds. Pure.
 *
 * @param inspected - what `inspectJoinRequest` returned; nothing of it is proven yet
 * @throws {@link JoinIamError} `invalid-option` when the argument did not come from `inspectJoinRequest`
 */
export function buildStsRequest(inspected: InspectedJoinRequest): StsRequest {
  const parts = inspected.parts;
  if (parts === undefined) {
    throw new JoinIamError('invalid-option', {
      message:
        'buildStsRequest takes the very object that inspectJoinRequest returned, not a copy.',
    });
  }
  const scope = [parts.scopeDate, inspected.region, SERVICE, SCOPE_TERMINATOR].join('/');
  const authorization =
    `${ALGORITHM} Credential=${inspected.accessKeyId}/${scope}, ` +
    `SignedHeaders=${inspected.signedHeaders.join(';')}, Signature=${parts.signature}`;
  const covered = [...parts.headers].filter(([name]) => !WRITTEN_HERE.has(name));
  return toStsRequest({
    host: inspected.host,
    method: 'POST',
    path: '/',
    headers: [
      ['host', inspected.host],
      ['accept', ACCEPT],
      ['accept-encoding', 'identity'],
      ['authorization', authorization],
      ['content-length', String(CALLER_IDENTITY_BODY.length)],
      ['content-type', parts.headers.get('content-type') ?? CONTENT_TYPE],
      ['user-agent', USER_AGENT],
      ...covered,
    ],
    body: CALLER_IDENTITY_BODY,
  });
}
