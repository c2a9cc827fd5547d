import type { State } from '../call.js';
import type { PartitionName } from '../hosts/partitions.js';
import type { Answer } from '../http/answer.js';
import { type QueryPairs, queryValue } from '../http/query.js';
import type { Session } from '../iam/sessions.js';
import type { RecordDraft } from '../request-log.js';
import { equalText } from '../sigv4/verify-signature.js';
import { page } from './page.js';

const ONCE = ['Action', 'Session', 'SessionDuration', 'SessionType', 'DurationSeconds'];

/** getSigninToken: temporary credentials in, an opaque token out. */
export function getSigninToken(
  state: State,
  partition: PartitionName,
  pairs: QueryPairs,
  now: Date,
  draft: RecordDraft,
): Answer {
  if (ONCE.some((name) => pairs.filter(([key]) => key === name).length > 1)) {
    return refuse('A parameter was given more than once.');
  }
  const type = queryValue(pairs, 'SessionType');
  if (type !== undefined && type !== 'json') return refuse('SessionType must be json.');
  const session = findSession(state, partition, queryValue(pairs, 'Session') ?? '', now);
  // One text for every fault of the credentials: which part was wrong is nobody's business.
  if (!session) return refuse('Invalid credentials parameter.');
  draft.principal = session.arn;
  draft.accessKeyId = session.accessKeyId;
  const text = queryValue(pairs, 'SessionDuration');
  const seconds = text === undefined ? undefined : Number(text);
  if (seconds !== undefined) {
    if (!/^\d{1,6}$/.test(text ?? '') || seconds < 900 || seconds > 43_200) {
      return refuse('SessionDuration must be 900 to 43200 seconds.');
    }
    // AWS answers so too: with chained or web identity credentials the console session is theirs.
    if (session.source === 'role-chaining' || session.source === 'web-identity') {
      return refuse('Invalid credentials parameter.');
    }
  }
  const consoleExpires =
    seconds === undefined ? session.expiration : new Date(now.getTime() + seconds * 1000);
  const token = state.signinTokens.issue({ session, partition, consoleExpires }, now);
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: Buffer.from(JSON.stringify({ SigninToken: token })),
  };
}

function findSession(
  state: State,
  partition: PartitionName,
  text: string,
  now: Date,
): Session | undefined {
  const given = parseSession(text);
  const session = given && state.sessions.find(given.sessionId);
  if (!given || !session || session.role.partition !== partition) return undefined;
  const genuine =
    equalText(given.sessionKey, session.secretAccessKey) &&
    equalText(given.sessionToken, session.sessionToken);
  return genuine && session.expiration.getTime() > now.getTime() ? session : undefined;
}

function parseSession(text: string) {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { sessionId, sessionKey, sessionToken } = { ...value } as Record<string, unknown>; // members are checked below
    if (Object.keys(value).length !== 3) return undefined;
    if (typeof sessionId !== 'string' || typeof sessionKey !== 'string') return undefined;
    return typeof sessionToken === 'string' ? { sessionId, sessionKey, sessionToken } : undefined;
  } catch {
    return undefined;
  }
}

function refuse(text: string): Answer {
  return page(400, 'Bad request', text);
}
