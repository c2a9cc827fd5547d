import { channel } from 'node:diagnostics_channel';
import type { Logger } from '@smithy/types';
import { SigV4ProxyError } from '../errors.js';
import type { AuditEvent } from './event.js';

/** Options of {@link createAuditLog}. */
export interface AuditLogOptions {
  readonly onAudit?: ((event: AuditEvent) => void | Promise<void>) | undefined;
  readonly onAuditFailure: 'allow' | 'deny';
  readonly maxPendingAuditEvents: number;
  /** How long a strict write waits for the sink. */
  readonly auditTimeoutMs: number;
  readonly logger?: Logger | undefined;
}

/** Hands events to the sink, in order, and keeps a stuck sink from taking the process with it. */
export interface AuditLog {
  /** Whether responses wait for their event. */
  readonly strict: boolean;
  /** Events the sink has not answered yet. */
  readonly pending: number;
  /** Events that are lost: the sink failed, or too many were waiting. */
  readonly lost: number;
  /**
   * Writes one event.
   *
   * @returns when the sink has it; in strict mode rejects with `internal` when it has not
   */
  write(event: AuditEvent): Promise<void> | undefined;
  /** Waits for the sink to answer for all events. */
  flush(): Promise<void>;
}

/** The `node:diagnostics_channel` on which every audit event is published. */
export const AUDIT_CHANNEL = 'sigv4-proxy:audit';

/**
 * @param o sink and policy
 */
export function createAuditLog(o: AuditLogOptions): AuditLog {
  const events = channel(AUDIT_CHANNEL);
  const waiting = new Set<Promise<void>>();
  const strict = o.onAuditFailure === 'deny';
  let lost = 0;

  const lose = (why: string, cause?: unknown): void => {
    lost += 1;
    o.logger?.error(`An audit event is lost: ${why}`, cause);
  };
  const refuse = (why: string, cause?: unknown): Promise<void> | undefined => {
    lose(why, cause);
    return strict ? Promise.reject(heldBack(cause)) : undefined;
  };

  return {
    strict,
    get pending() {
      return waiting.size;
    },
    get lost() {
      return lost;
    },
    write(event) {
      if (events.hasSubscribers) events.publish(event);
      if (o.onAudit === undefined) return undefined;
      if (waiting.size >= o.maxPendingAuditEvents) {
        const why = `${waiting.size} are waiting for the sink`;
        return refuse(why);
      }
      // A sink of one expression, such as a push, gives whatever that expression gives.
      let answer: unknown;
      try {
        answer = o.onAudit(event);
      } catch (error) {
        return refuse('the sink threw', error);
      }
      if (!isThenable(answer)) return undefined;
      const settled: Promise<void> = Promise.resolve(answer).then(
        () => {
          waiting.delete(settled);
        },
        (error: unknown) => {
          waiting.delete(settled);
          lose('the sink failed', error);
          if (strict) throw heldBack(error);
        },
      );
      waiting.add(settled);
      return strict ? inTime(settled, o.auditTimeoutMs) : settled;
    },
    async flush() {
      await Promise.allSettled([...waiting]);
    },
  };
}

/** A sink that stands still must not hold every answer for ever; what it takes later stands in the log all the same. */
function inTime(settled: Promise<void>, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(heldBack(new Error(`The sink did not answer within ${ms} ms.`)));
    }, ms);
    settled.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

function heldBack(cause: unknown): SigV4ProxyError {
  return new SigV4ProxyError(
    'internal',
    'The audit log cannot be written, so the answer is held back.',
    { cause },
  );
}
