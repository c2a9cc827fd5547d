import type { AuditEntry, AuditFilter } from '@postern/portal';

/** An event of any package; all are plain data without secrets. */
export type AuditRecord = object;

/** Where the events go. */
export type AuditLog = ReturnType<typeof createAuditLog>;

/**
 * Writes audit events as lines of JSON, which is what log collectors like best, and keeps the newest for the audit page.
 *
 * To feed OpenTelemetry instead, turn each event into a log record in `add`: `body` is its type, every other field an attribute.
 *
 * @param size how many events are kept
 */
export function createAuditLog(write: (line: string) => void, clock: () => Date, size = 5_000) {
  const entries: AuditEntry[] = [];
  let number = 0;
  return {
    add(record: AuditRecord): void {
      write(JSON.stringify(record));
      const event: Readonly<Record<string, unknown>> = { ...record };
      number += 1;
      entries[number % size] = {
        number,
        time: text(event.time) || clock().toISOString(),
        // Joins by identity are the one kind of event that does not say what it is.
        type: text(event.type) || 'join.iam',
        user: text(event.user) || text(event.tokenName),
        app: text(event.app),
        outcome: text(event.outcome),
        event,
      };
    },
    /** Newest first. */
    find(filter: AuditFilter): readonly AuditEntry[] {
      const {
        user,
        app,
        type = '',
        outcome,
        before = number + 1,
        after = '',
        limit = 100,
      } = filter;
      const found: AuditEntry[] = [];
      const most = Math.min(Math.max(Math.trunc(limit) || 0, 1), 500);
      const oldest = Math.max(1, number - size + 1);
      const since = Date.parse(after);
      for (let at = Math.min(before - 1, number); at >= oldest && found.length < most; at -= 1) {
        const entry = entries[at % size];
        if (!entry || Date.parse(entry.time) < since) continue;
        if (user && entry.user !== user) continue;
        if (app && entry.app !== app) continue;
        if (outcome && entry.outcome !== outcome) continue;
        if (type && !`${entry.type}.`.startsWith(`${type}.`)) continue;
        found.push(entry);
      }
      return found;
    },
  };
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  const named = typeof value === 'object' && value !== null && 'name' in value ? value.name : '';
  return typeof named === 'string' ? named : '';
}
