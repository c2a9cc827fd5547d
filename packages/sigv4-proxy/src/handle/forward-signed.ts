import type { AwsCredentialIdentity } from '@smithy/types';
import { SigV4ProxyError } from '../errors.js';
import { HeaderRelay } from '../forward/relay-headers.js';
import { loadPart } from '../load-part.js';
import type { AuthorizedRole, ClientSession, SigV4ProxyOptions } from '../options.js';
import type { ProxyResponse } from '../response.js';
import type { ProxyRuntime } from '../runtime.js';
import type { CallGuard, EmbedderCalls } from './embedder-calls.js';
import type { KeyCaches } from './key-caches.js';
import { discard, type ReadyRequest, readAnswer, relay, type Sender } from './send-upstream.js';

/** Sends an allowed request under the credentials of its role. */
export type Forwarder<Session extends ClientSession> = (
  ready: ReadyRequest,
  session: Session,
  role: AuthorizedRole,
  own: AwsCredentialIdentity | undefined,
  guard: CallGuard,
) => Promise<ProxyResponse>;

/**
 * Makes the step that gets the role's credentials, signs and sends; once more when AWS calls the credentials expired and the body
 * is in hand. A session with credentials of its own (`own`) gets no others.
 *
 * @param o the embedder's `credentials`
 * @param runtime counters
 * @param caches signing keys
 * @param calls for calls of `credentials` that outlive their request
 * @param send signs and sends
 */
export function createForwarder<Session extends ClientSession>(
  o: Pick<SigV4ProxyOptions<Session>, 'credentials' | 'verboseErrors'>,
  { counters }: Pick<ProxyRuntime, 'counters'>,
  caches: KeyCaches,
  calls: EmbedderCalls,
  send: Sender,
): Forwarder<Session> {
  const heads = new HeaderRelay();
  const credentialsOf = async (
    { client, record }: ReadyRequest,
    session: Session,
    role: AuthorizedRole,
    guard: CallGuard,
    expired?: AwsCredentialIdentity,
  ): Promise<AwsCredentialIdentity> => {
    counters.credentialsCalls += 1;
    let now: AwsCredentialIdentity;
    try {
      const more = expired === undefined ? undefined : { expired };
      guard.begin(lateCredentials);
      now = await o.credentials(role, session, more);
      guard.end();
    } catch (error) {
      const part = await loadPart(() => import('./obtain-credentials.js'));
      throw part.toCredentialsError(error, role, o.verboseErrors ?? false);
    }
    caches.pair(client.accessKeyId, role, now, record.startedAt.getTime());
    return now;
  };

  return async (ready, session, role, own, guard) => {
    const credentials = own ?? (await credentialsOf(ready, session, role, guard));
    const answer = readAnswer(ready, await send(ready, credentials), heads);
    const first = answer instanceof Promise ? await answer : answer;
    if (!first.expired || own !== undefined) return relay(ready, first);
    caches.upstream.forget(credentials.accessKeyId);
    // Renewed even where the body is gone and the refusal stands: the client's next attempt must not meet it again.
    const renew = (by: CallGuard) => credentialsOf(ready, session, role, by, credentials);
    if (ready.read.streams) {
      // An answer that is on its way has the signal for itself.
      calls.guard(undefined, renew).catch(() => undefined);
      return relay(ready, first);
    }
    const renewed = renew(guard);
    counters.expiredRetries += 1;
    discard(first);
    return relay(ready, await readAnswer(ready, await send(ready, await renewed), heads));
  };
}

function lateCredentials(ms: number): SigV4ProxyError {
  return new SigV4ProxyError(
    'credentials',
    `Credentials of the role were not to be had within ${ms} ms: try again.`,
  );
}
