import type { AuditEntry, AuditFilter } from './service.js';

/** An event of any package; all are plain data without secrets. */
export type AuditRecord = object;

/** Where the events go. */
export type AuditLog = ReturnType<typeof createAuditLog>;

interface Kept extends Omit<AuditEntry, 'event'> {
  readonly line: string;
}

/** Of one text; more is never needed to know what happened, and a hostile client would send it again and again. */
const MAX_TEXT = 2_048;

/**
 * Writes audit events as lines of JSON, which is what log collectors like best, and keeps the newest for the audit page.
 *
 * To feed OpenTelemetry instead, turn each event into a log record in `add`: `body` is its type, every other field an attribute.
 *
 * @param most how many events are kept, and how many characters of them in all
 */
export function createAuditLog(
  write: (line: string) => void,
  clock: () => Date,
  most = { events: 5_000, characters: 16_000_000 },
) {
  const entries = new Map<number, Kept>();
  let number = 0;
  let characters = 0;
  return {
    add(record: AuditRecord): void {
      const line = JSON.stringify(record, bounded);
      write(line);
      const event: Readonly<Record<string, unknown>> = { ...record };
      number += 1;
      characters += line.length;
      entries.set(number, {
        number,
        time: text(event.time) || clock().toISOString(),
        // Joins by identity are the one kind of event that does not say what it is.
        type: text(event.type) || 'join.iam',
        user: text(event.user) || text(event.tokenName),
        app: text(event.app),
        outcome: text(event.outcome),
        line,
      });
      for (const [oldest, kept] of entries) {
        if (entries.size <= most.events && characters <= most.characters) break;
        entries.delete(oldest);
        characters -= kept.line.length;
      }
    },
    /** Newest first. */
    find(filter: AuditFilter): readonly AuditEntry[] {
      const { user, app, type = '', outcome, after = '', limit = 100 } = filter;
      const { before = number + 1 } = filter;
      const found: AuditEntry[] = [];
      const wanted = Math.min(Math.max(Math.trunc(limit) || 0, 1), 500);
      const since = Date.parse(after);
      for (let at = Math.min(before - 1, number); found.length < wanted; at -= 1) {
        const entry = entries.get(at);
        if (!entry) break;
        if (Date.parse(entry.time) < since) continue;
        if (user && entry.user !== user) continue;
        if (app && entry.app !== app) continue;
        if (outcome && entry.outcome !== outcome) continue;
        if (type && !`${entry.type}.`.startsWith(`${type}.`)) continue;
        const { line, ...shown } = entry;
        found.push({ ...shown, event: JSON.parse(line) });
      }
      return found;
    },
  };
}

/** For `JSON.stringify`. */
const bounded = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && value.length > MAX_TEXT
    ? `${value.slice(0, MAX_TEXT)}… (${value.length} characters)`
    : value;

function text(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, MAX_TEXT);
  if (value instanceof Date) return value.toISOString();
  const named = typeof value === 'object' && value !== null && 'name' in value ? value.name : '';
  return typeof named === 'string' ? named : '';
}
