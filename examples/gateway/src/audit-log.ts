import type { AuditEntry, AuditFilter } from './service.js';

/** One line of JSON an event, which is what log collectors like best. */
export type WriteLine = (line: string) => void;

/** An event of any package; all are plain data without secrets. */
export type AuditRecord = object;

/**
 * Writes audit events as JSON lines.
 *
 * To feed OpenTelemetry instead, turn each event into a log record here: `body` is its type, every other field an attribute.
 */
export function createAuditLog(write: WriteLine): (event: AuditRecord) => void {
  return (event) => write(JSON.stringify(event));
}

/** The newest events in memory, for the audit page. */
export interface AuditRing {
  add(event: AuditRecord): void;
  find(filter: AuditFilter): readonly AuditEntry[];
}

/** @param size how many events are kept */
export function createAuditRing(clock: () => Date, size = 5_000): AuditRing {
  const entries: AuditEntry[] = [];
  let number = 0;
  return {
    add(record) {
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
    find({ user, app, type, outcome, before = number + 1, after = '', limit = 100 }) {
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
        if (type && entry.type !== type && !entry.type.startsWith(`${type}.`)) continue;
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
