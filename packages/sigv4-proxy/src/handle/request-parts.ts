import type { AwsCredentialIdentity } from '@smithy/types';
import { SigV4ProxyError } from '../errors.js';
import type { RestRoutes } from '../operation/rest-routes.js';
import type { ProxyRequest, RawRequest } from '../request.js';
import { type ParsedSignature, parseSignature } from '../sigv4/parse-signature.js';
import type { SigningCache } from '../sigv4/signing-cache.js';
import type { TargetOptions } from '../target/target-options.js';
import type { VendedCredentials } from '../vended/credential-fields.js';
import { checkConnectHost } from './anonymous-request.js';
import type { Frame } from './check-frame.js';
import type { RequestRecord } from './request-record.js';

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

/** The host of a request that goes out under someone else's signature. */
export function foreignHost(record: RequestRecord, frame: Frame): string {
  const host = checkConnectHost(record.request, frame.host ?? '');
  record.host = host;
  return host;
}

/** The path of a target, raw. */
export function pathOf(target: string): string {
  const cut = target.indexOf('?');
  return cut < 0 ? target : target.slice(0, cut);
}

/** How the destination of this request is chosen. */
export function targetOptionsOf(
  o: TargetOptions,
  request: ProxyRequest,
  routes: RestRoutes,
): TargetOptions {
  return {
    routes,
    listener: request.listener,
    useFipsEndpoint: o.useFipsEndpoint,
    useDualstackEndpoint: o.useDualstackEndpoint,
    trustForwardedHost: o.trustForwardedHost === true && request.hopTrusted === true,
    strictForwardedHeaders: o.strictForwardedHeaders,
    s3HostLabel: o.s3HostLabel,
    overrides: o.overrides,
    allowedPorts: o.allowedPorts,
  };
}
