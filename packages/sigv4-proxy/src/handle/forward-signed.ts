import type { AwsCredentialIdentity } from '@smithy/types';
import { SigV4ProxyError } from '../errors.js';
import { HeaderRelay } from '../forward/relay-headers.js';
import { loadPart } from '../load-part.js';
import type { AuthorizedRole, ClientSession, SigV4ProxyOptions } from '../options.js';
import type { ProxyResponse } from '../response.js';
import type { ProxyRuntime } from '../runtime.js';
import type { CallGuard, EmbedderCall, EmbedderCalls } from './embedder-calls.js';
import type { KeyCaches } from './key-caches.js';
import { type Attempt, type ReadyRequest, readAnswer, type Sender } from './send-upstream.js';

/** An allowed request and the session it is sent for. */
export interface RoleRequest<Session extends ClientSession> {
  readonly ready: ReadyRequest;
  readonly session: Session;
  readonly role: AuthorizedRole;
}

/** The parts of sending an allowed request under the credentials of its role. */
export interface Forwarder<Session extends ClientSession> {
  /** What becomes of credentials that are not to be had. */
  readonly call: EmbedderCall;
  /** Asks the embedder, under a guard. */
  ask(
    asked: RoleRequest<Session>,
    expired?: AwsCredentialIdentity,
  ): PromiseLike<AwsCredentialIdentity>;
  /** Notes what the embedder has given. */
  note(asked: RoleRequest<Session>, credentials: AwsCredentialIdentity): void;
  /** Signs, sends, and reads what AWS answered as far as it takes to know whether the credentials have expired. */
  send(ready: ReadyRequest, credentials: AwsCredentialIdentity): Promise<Attempt>;
  /** After an answer that calls the credentials expired: once more with new ones, when the body is in hand. */
  renew(
    asked: RoleRequest<Session>,
    first: Attempt,
    expired: AwsCredentialIdentity,
    guard: CallGuard,
  ): Promise<ProxyResponse>;
}

/**
 * Makes the step that gets the role's credentials, signs and sends.
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
  const call: EmbedderCall = {
    late: (ms) =>
      new SigV4ProxyError(
        'credentials',
        `Credentials of the role were not to be had within ${ms} ms: try again.`,
      ),
    async failed(error, { role }) {
      const part = await loadPart(() => import('./obtain-credentials.js'));
      return part.toCredentialsError(error, role?.roleArn ?? '', o.verboseErrors ?? false);
    },
  };
  const ask: Forwarder<Session>['ask'] = ({ session, role }, expired) => {
    counters.credentialsCalls += 1;
    return o.credentials(role, session, expired === undefined ? undefined : { expired });
  };
  const note: Forwarder<Session>['note'] = ({ ready: { client, record }, role }, given) =>
    caches.pair(client.accessKeyId, role, given, record.startedAt.getTime());
  const attempt: Forwarder<Session>['send'] = (ready, credentials) =>
    send(ready, credentials).then((response) => readAnswer(ready, response, heads));

  const forwarder: Forwarder<Session> = {
    call,
    ask,
    note,
    send: attempt,
    async renew(asked, first, expired, guard) {
      caches.upstream.forget(expired.accessKeyId);
      const part = await loadPart(() => import('./renew-credentials.js'));
      return part.renewCredentials(forwarder, calls, counters, { asked, first, expired, guard });
    },
  };
  return forwarder;
}
