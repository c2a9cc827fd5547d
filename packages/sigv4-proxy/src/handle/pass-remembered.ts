import type { AwsCredentialIdentity } from '@smithy/types';
import type { UpstreamClient } from '../forward/upstream.js';
import type { ProxyResponse } from '../response.js';
import { checkUncut } from './cap-duration.js';
import { outgoingBody } from './outgoing-body.js';
import { passThrough } from './pass-through.js';
import type { ReadyRequest } from './send-upstream.js';

/**
 * Sends a request on under the client's own signature, made with credentials that AWS handed out and the proxy remembers. The
 * body is checked on its way like that of any other request.
 *
 * @param remembered what the client has signed with
 * @throws SigV4ProxyError `denied` when the session it asks for would have to be cut, `upstream`
 */
export async function passRemembered(
  upstream: UpstreamClient,
  ready: ReadyRequest,
  remembered: AwsCredentialIdentity,
): Promise<ProxyResponse> {
  const { record, frame, read, outgoing, client, destination, signal, poolKey } = ready;
  checkUncut(outgoing);
  record.upstreamKeyId = remembered.accessKeyId;
  const { request } = record;
  const { verified, streams } = read;
  const { signature, timestamp, scope, signedHeaders } = verified;
  // Both ends of the chain are the client's, so its frames come out as they went in.
  const own = { authorization: '', signature, timestamp, scope };
  const body =
    streams && request.body !== undefined
      ? await outgoingBody(
          {
            source: request.body,
            verified,
            client,
            upstream: remembered,
            signature: own,
            output: 'frames',
          },
          record,
        )
      : (read.body ?? read.spooled?.read());
  const { host } = destination;
  const headers = signedHeaders.includes('accept-encoding') ? request.headers : outgoing.headers;
  return passThrough(upstream, {
    record,
    frame,
    host,
    headers,
    signedHeaders,
    body,
    streams,
    poolKey,
    signal,
  });
}
