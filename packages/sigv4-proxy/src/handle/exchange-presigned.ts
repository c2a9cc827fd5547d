import { compileWildcard } from '@postern/config/wildcard';
import { SigV4ProxyError } from '../errors.js';
import { nameOperation } from '../operation/name-operation.js';
import type { RestRoutes } from '../operation/rest-routes.js';
import type { ClientSession, PresignExchangePolicy, SigV4ProxyOptions } from '../options.js';
import type { ProxyRuntime } from '../runtime.js';
import { isS3Service } from '../sigv4/algorithm.js';
import { parseSignature } from '../sigv4/parse-signature.js';
import { presignRawRequest } from '../sigv4/presign-raw-request.js';
import { resolveTarget } from '../target/resolve-target.js';
import { findVendedCall } from '../vended/find-vended-call.js';
import type { ClientKeys } from './client-keys.js';
import { decide } from './decide.js';
import { obtainCredentials } from './obtain-credentials.js';
import { identityOf, pathOf } from './request-parts.js';
import type { RequestRecord } from './request-record.js';
import { targetOptionsOf } from './target-options-of.js';

/** A URL that works without the proxy. */
export interface ExchangedUrl {
  /** A bearer secret until it ends. */
  readonly url: string;
  readonly expiresAt: Date;
}

const DEFAULT_METHODS: readonly string[] = ['GET', 'HEAD'];
const DEFAULT_MAX_SECONDS = 3600;

/**
 * Verifies a URL that was presigned with a local key and presigns it again for the role, so that it works for whoever holds it.
 *
 * @throws SigV4ProxyError the codes of verification, `denied` where the policy does not allow it
 */
export async function exchangePresigned<Session extends ClientSession>(
  record: RequestRecord,
  o: SigV4ProxyOptions<Session>,
  keys: ClientKeys<Session>,
  runtime: ProxyRuntime,
  routes: RestRoutes,
): Promise<ExchangedUrl> {
  const { request } = record;
  const { method, target, headers } = request;
  const parsed = parseSignature({ method, target, headers });
  const { accessKeyId, service, region, algorithm } = parsed.authorization;
  record.claimedKeyId = accessKeyId;
  record.service = service;
  const key = await keys.find(accessKeyId);
  const now = runtime.clock();
  const verified = parsed.check({ credentials: key?.credential, now, secure: true }).prove();
  if (key === undefined || verified.form !== 'query' || verified.expiresAt === undefined) {
    throw new SigV4ProxyError('missing-auth', 'The URL is not presigned: sign it in its query.');
  }
  const { session, vended } = key;
  record.assumedRoleArn = vended?.assumedRoleArn;
  record.session = session;
  record.accessKeyId = accessKeyId;
  const host = headers[0]?.[1] ?? '';
  const { connectTarget, mode } = request;
  const { regionSet } = verified;
  const scope = { service, region };
  const destination = resolveTarget(
    { mode, host, connectTarget, scope, algorithm, regionSet, method, path: target, headers },
    targetOptionsOf(o, request, routes),
  );
  const { signingName, partition, signingRegion } = destination;
  record.host = destination.host;
  record.partition = partition;
  record.region = signingRegion;
  const { operation } = nameOperation(
    {
      service: signingName,
      method,
      target,
      headers,
      host: destination.host,
    },
    routes,
  );
  record.operation = operation;
  // Whoever holds the URL gets the answer, out of reach of `vendedCredentials`; and the body decides what is asked.
  if (findVendedCall(signingName, operation) !== undefined) {
    throw new SigV4ProxyError('denied', 'Calls that hand out credentials are not exchanged.');
  }
  if (verified.payload.mode === 'unsigned' && !isS3Service(signingName)) {
    throw new SigV4ProxyError(
      'denied',
      'A URL that leaves the body open is exchanged for S3 only.',
    );
  }
  const maxSeconds = checkPolicy(o.presignExchange, method, destination.host);
  const role = await decide(
    o,
    {
      partition,
      service: signingName,
      region: signingRegion,
      host: destination.host,
      method,
      path: pathOf(target),
      operation,
      mode,
      assumedRoleArn: record.assumedRoleArn,
    },
    session,
    now,
    record,
  );
  const credentials =
    vended === undefined
      ? await obtainCredentials(() => o.credentials(role, session), role, o.verboseErrors ?? false)
      : identityOf(vended.real);
  record.upstreamKeyId = credentials.accessKeyId;
  const ends = [verified.expiresAt, credentials.expiration, session.expiresAt];
  const seconds = Math.min(
    maxSeconds,
    ...ends.map((end) => (end === undefined ? maxSeconds : secondsBetween(now, end))),
  );
  const exchanged = presignRawRequest(
    { method, target, headers: [['Host', destination.host], ...headers.slice(1)] },
    {
      credentials,
      region: signingRegion,
      regionSet: destination.signingRegionSet,
      service: signingName,
      algorithm: destination.algorithm,
      signingDate: now,
      expiresIn: Math.max(1, seconds),
      signedHeaders: verified.signedHeaders,
    },
  );
  return {
    url: `https://${destination.host}${exchanged}`,
    expiresAt: new Date(now.getTime() + Math.max(1, seconds) * 1000),
  };
}

function checkPolicy(
  policy: PresignExchangePolicy | undefined,
  method: string,
  host: string,
): number {
  if (policy === undefined) {
    throw new SigV4ProxyError('denied', 'Presigned URLs are not exchanged here.');
  }
  if (!(policy.methods ?? DEFAULT_METHODS).includes(method)) {
    throw new SigV4ProxyError('denied', `Presigned URLs for ${method} are not exchanged here.`);
  }
  if (policy.hosts !== undefined && !policy.hosts.some((one) => compileWildcard(one)(host))) {
    throw new SigV4ProxyError('denied', `Presigned URLs for ${host} are not exchanged here.`);
  }
  return policy.maxExpiresSeconds ?? DEFAULT_MAX_SECONDS;
}

function secondsBetween(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / 1000);
}
