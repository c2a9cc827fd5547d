import { JoinIamError } from '../errors.js';
import { causeName } from '../wire/cause-name.js';
import { type AttemptFacts, type JoinAuditSink, toAuditRecord } from './join-audit-record.js';

/**
 * Runs one attempt and records how it ended, before anybody learns of it. An attempt that cannot be recorded
 * has failed.
 */
export async function withAudit<T>(
  q: {
    readonly facts: AttemptFacts;
    readonly clock: () => Date;
    readonly onAudit: JoinAuditSink | undefined;
    readonly recordSuccess: boolean;
  },
  attempt: () => Promise<T>,
): Promise<T> {
  let result: T;
  try {
    result = await attempt();
  } catch (error) {
    await record(q, error instanceof JoinIamError ? error : wrapped(error));
    throw error instanceof JoinIamError ? error : wrapped(error);
  }
  if (q.recordSuccess) await record(q, undefined);
  return result;
}

async function record(
  q: Parameters<typeof withAudit>[0],
  error: JoinIamError | undefined,
): Promise<void> {
  if (!q.onAudit) return;
  try {
    await q.onAudit(toAuditRecord(q.clock(), q.facts, error));
  } catch (cause) {
    throw new JoinIamError('audit-failed', {
      message: 'The attempt could not be recorded, so it is refused.',
      cause,
    });
  }
}

/** A store or a callback of the embedder failed. */
function wrapped(cause: unknown): JoinIamError {
  return new JoinIamError('callback-failed', {
    message: 'A function given to this package failed; its error is the cause of this one.',
    detail: causeName(cause),
    cause,
  });
}
