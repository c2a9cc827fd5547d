import { SigV4ProxyError } from '../errors.js';
import type {
  Authorization,
  AuthorizationReason,
  AuthorizedRole,
  AwsRequest,
  ClientSession,
  SigV4ProxyOptions,
} from '../options.js';
import type { RequestRecord } from './request-record.js';

/**
 * Asks the embedder whether a verified request may go out, and as which role.
 *
 * @throws SigV4ProxyError `session-expired`, `denied`; a decision that cannot be had is a denial, not an allowance
 */
export async function decide<Session extends ClientSession>(
  o: Pick<SigV4ProxyOptions<Session>, 'authorize'>,
  request: AwsRequest,
  session: Session,
  now: Date,
  record: RequestRecord,
): Promise<AuthorizedRole> {
  mustLast(session, now);
  let answer: Authorization;
  try {
    answer = await o.authorize(request, session);
  } catch (error) {
    throw DECISION.failed(error);
  }
  return roleOf(answer, request, session, record);
}

/** What becomes of a decision that is not to be had. */
export const DECISION = {
  late: (ms: number): SigV4ProxyError =>
    new SigV4ProxyError('internal', `The request was not decided about within ${ms} ms.`),
  failed(cause: unknown): SigV4ProxyError {
    if (cause instanceof SigV4ProxyError) return cause;
    return new SigV4ProxyError('internal', 'The decision about the request failed.', { cause });
  },
};

/**
 * The session must not be over.
 *
 * @throws SigV4ProxyError `session-expired`
 */
export function mustLast({ expiresAt }: ClientSession, now: Date): void {
  if (expiresAt === undefined || now < expiresAt) return;
  throw new SigV4ProxyError('session-expired', 'The session has ended: log in again.');
}

/**
 * The role of a decision.
 *
 * @throws SigV4ProxyError `denied`
 */
export function roleOf(
  answer: Authorization,
  request: AwsRequest,
  session: ClientSession,
  record: RequestRecord,
): AuthorizedRole {
  if (answer.decision !== 'allow') {
    record.denyCode = answer.code;
    throw new SigV4ProxyError('denied', answer.message ?? denial(request, session, answer.reasons));
  }
  const { roleArn } = session;
  const role = answer.role ?? (roleArn === undefined ? undefined : { roleArn });
  if (role === undefined) {
    throw new SigV4ProxyError(
      'denied',
      'No role is chosen for this session: choose one and log in again.',
    );
  }
  record.role = role;
  return role;
}

function denial(
  request: AwsRequest,
  session: ClientSession,
  reasons: readonly AuthorizationReason[] = [],
): string {
  const action = `${request.service}:${request.operation ?? '*unknown*'}`;
  const because = reasons
    .map((reason) => (typeof reason === 'string' ? reason : reason.message))
    .join('; ');
  const tail = because === '' ? '' : ` because ${because}`;
  return `User: ${session.user} is not authorized to perform: ${action}${tail}`;
}
