import { parseServiceHostname } from '@postern/config/endpoints';
import type { AbortLike } from '../abort-like.js';
import { SigV4ProxyError } from '../errors.js';
import type { UpstreamClient } from '../forward/upstream.js';
import { nameOperation } from '../operation/name-operation.js';
import type { SigV4ProxyOptions } from '../options.js';
import type { ProxyResponse } from '../response.js';
import type { ProxyRuntime } from '../runtime.js';
import type { CatalogSource } from './catalog-source.js';
import { checkConnectHost } from './check-connect-host.js';
import type { Frame } from './check-frame.js';
import { checkVendedCall, type VendedPolicy } from './check-vended-call.js';
import { collectBody } from './collect-body.js';
import { passThrough, untouchedBody } from './pass-through.js';
import type { RequestRecord } from './request-record.js';

/**
 * A request without any signature: sent on without one when the policy names its operation, refused otherwise. Only in connect
 * mode, where the host says which service is meant.
 *
 * @throws SigV4ProxyError `missing-auth`, `denied` for credentials that policy keeps from clients, the codes of a bad host
 */
export async function anonymousRequest(
  policy: SigV4ProxyOptions['anonymous'],
  record: RequestRecord,
  frame: Frame,
  o: {
    readonly upstream: UpstreamClient;
    readonly runtime: ProxyRuntime;
    readonly vended: VendedPolicy;
    readonly signal: AbortLike | undefined;
    readonly catalog: CatalogSource;
  },
): Promise<ProxyResponse> {
  const { request } = record;
  const unsigned = new SigV4ProxyError(
    'missing-auth',
    'The request is not signed: configure the credentials of the proxy session.',
  );
  const hasHeader = request.headers.some(([name]) => name.toLowerCase() === 'authorization');
  if (policy === undefined || policy === 'reject' || request.mode !== 'connect' || hasHeader) {
    throw unsigned;
  }
  const host = checkConnectHost(request, frame.host ?? '');
  const service = parseServiceHostname(host)?.signingName;
  record.host = host;
  record.service = service;
  const listed = policy !== 'pass';
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(frame.contentType ?? '');
  let body: Uint8Array | undefined;
  if (isForm && request.body !== undefined) {
    request.sendContinue?.();
    body = await collectBody(request.body, frame.length, o.runtime.limits.maxBufferedBody);
    record.bytesIn = body.length;
  }
  const { method, headers } = request;
  if (service !== undefined) {
    const named = { service, method, target: frame.target, headers, host, body };
    record.operation = nameOperation(named, (await o.catalog.load()).routes).operation;
  }
  const { operation } = record;
  const allowed =
    !listed ||
    policy.some(
      (one) => one.service === service && (one.operation === '*' || one.operation === operation),
    );
  if (!allowed) throw unsigned;
  checkHandsNothing(service, record.operation, o.vended);
  return passThrough(o.upstream, {
    record,
    frame,
    host,
    headers,
    signedHeaders: [],
    ...(body === undefined ? untouchedBody(record) : { body, streams: false }),
    poolKey: '',
    signal: o.signal,
  });
}

/**
 * Nobody has signed, so there is no session that virtual credentials could belong to.
 *
 * @throws SigV4ProxyError `denied`
 */
function checkHandsNothing(
  service: string | undefined,
  operation: string | undefined,
  policy: VendedPolicy,
): void {
  const call = service === undefined ? undefined : checkVendedCall(service, operation, policy);
  if (call?.hands !== 'aws' || policy === 'remember') return;
  throw new SigV4ProxyError(
    'denied',
    `${call.action} without a signature would put real credentials on the client, which needs vendedCredentials "remember".`,
  );
}
