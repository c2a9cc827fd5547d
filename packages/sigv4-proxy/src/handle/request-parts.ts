import type { AwsCredentialIdentity } from '@smithy/types';
import { SigV4ProxyError } from '../errors.js';
import type { HeaderList, RawRequest } from '../request.js';
import { type ParsedSignature, parseSignature } from '../sigv4/parse-signature.js';
import type { SigningCache } from '../sigv4/signing-cache.js';
import type { VendedCredentials } from '../vended/credential-fields.js';

/**
 * The signature of a request; undefined when there is none at all, which policy may allow.
 *
 * @throws SigV4ProxyError for every other fault
 */
export function tryParseSignature(
  raw: RawRequest,
  cache: SigningCache,
): ParsedSignature | undefined {
  try {
    return parseSignature(raw, { cache });
  } catch (error) {
    if (error instanceof SigV4ProxyError && error.code === 'missing-auth') return undefined;
    throw error;
  }
}

/** Handed-out credentials as an identity of the SDK. */
export function identityOf(real: VendedCredentials): AwsCredentialIdentity {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = real;
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(expiration === undefined ? {} : { expiration }),
  };
}

/** The path of a target, raw. */
export function pathOf(target: string): string {
  const cut = target.indexOf('?');
  return cut < 0 ? target : target.slice(0, cut);
}

/** An answer that is looked into must come uncompressed. */
export function uncompressed(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => name.toLowerCase() !== 'accept-encoding');
}
