import type { AwsCredentialIdentity } from '@smithy/types';
import type { ClientSession } from '../options.js';
import type { ProxyResponse } from '../response.js';
import type { CallGuard, EmbedderCalls } from './embedder-calls.js';
import type { Forwarder, RoleRequest } from './forward-signed.js';
import { type Attempt, discard, relay } from './send-upstream.js';

/** An answer that calls the credentials of its request expired. */
export interface ExpiredAnswer<Session extends ClientSession> {
  readonly asked: RoleRequest<Session>;
  readonly first: Attempt;
  readonly expired: AwsCredentialIdentity;
  readonly guard: CallGuard;
}

/**
 * Sends a request once more with new credentials when its body is in hand. Where it has gone by, the refusal stands; but the
 * credentials are renewed all the same, so that the client's next attempt does not meet it again.
 *
 * @param forwarder asks and sends
 * @param calls for a renewal that outlives its request
 */
export async function renewCredentials<Session extends ClientSession>(
  forwarder: Forwarder<Session>,
  calls: EmbedderCalls,
  counters: { expiredRetries: number },
  { asked, first, expired, guard }: ExpiredAnswer<Session>,
): Promise<ProxyResponse> {
  const { ready } = asked;
  const renew = async (by: CallGuard): Promise<AwsCredentialIdentity> => {
    by.begin(forwarder.call);
    const credentials = await forwarder.ask(asked, expired);
    by.end();
    forwarder.note(asked, credentials);
    return credentials;
  };
  if (ready.read.streams) {
    // An answer that is on its way has the signal for itself.
    calls.guard(ready.record, undefined, renew).catch(() => undefined);
    return relay(ready, first);
  }
  counters.expiredRetries += 1;
  discard(first);
  return relay(ready, await forwarder.send(ready, await renew(guard)));
}
