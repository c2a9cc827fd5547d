import type { UpstreamClient } from '../forward/upstream.js';
import type { ProxyResponse } from '../response.js';
import { checkConnectHost } from './check-connect-host.js';
import { type PassedRequest, passThrough, untouchedBody } from './pass-through.js';

/**
 * Sends a URL that was presigned with someone else's key on as it is, to the AWS host its tunnel was opened for.
 *
 * @throws SigV4ProxyError `host-mismatch`, `upstream`, the codes of a bad host
 */
export async function passForeign(
  upstream: UpstreamClient,
  passed: Pick<PassedRequest, 'record' | 'frame' | 'signedHeaders' | 'signal'>,
): Promise<ProxyResponse> {
  const { record, frame } = passed;
  const { request } = record;
  const host = checkConnectHost(request, frame.host ?? '');
  record.host = host;
  const { headers } = request;
  return passThrough(upstream, {
    ...passed,
    ...untouchedBody(record),
    host,
    headers,
    poolKey: '',
  });
}
