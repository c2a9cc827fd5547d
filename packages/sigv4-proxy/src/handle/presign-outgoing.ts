import type { RawRequest } from '../request.js';
import { presignRawRequest, resolvePresignLifetime } from '../sigv4/presign-raw-request.js';
import type { OutgoingRequest, SignOutgoingOptions } from './sign-outgoing.js';

/**
 * Signs an outgoing request in its query, as its client did, for no longer than the client's URL and the new credentials last.
 *
 * @param raw with the headers that go out
 * @param covered what the signature covers
 * @returns the new target
 * @throws SigV4ProxyError `bad-encoding`, `expires-out-of-range`
 */
export function presignOutgoing(
  raw: RawRequest,
  { destination, verified }: OutgoingRequest,
  { credentials, now, cache }: SignOutgoingOptions,
  covered: { readonly signedHeaders: readonly string[]; readonly payloadHash?: string | undefined },
): string {
  return presignRawRequest(raw, {
    ...covered,
    credentials,
    region: destination.signingRegion,
    regionSet: destination.signingRegionSet,
    service: destination.signingName,
    algorithm: destination.algorithm,
    signingDate: now,
    cache,
    expiresIn: resolvePresignLifetime({
      now,
      clientExpiresAt: verified.expiresAt ?? now,
      credentialsExpireAt: credentials.expiration,
    }),
  });
}
