import { randomUUID } from 'node:crypto';
import type { Logger } from '@smithy/types';
import { type AuditLog, createAuditLog } from './audit/audit-log.js';
import { TimeMemory } from './audit/time-memory.js';
import { systemClock } from './defaults.js';
import { DEFAULT_LIMITS } from './limits.js';
import { Counters } from './metrics.js';
import type { ClientSession, SigV4ProxyLimits, SigV4ProxyOptions } from './options.js';
import { wholeNumber } from './whole-number.js';

/** What a proxy and its adapters share. */
export interface ProxyRuntime {
  readonly limits: SigV4ProxyLimits;
  readonly audit: AuditLog;
  /** @internal */
  readonly counters: Counters;
  /** @internal */
  readonly times: TimeMemory;
  readonly logger: Logger | undefined;
  /** The time now. */
  clock(): Date;
  /** A new id for a request. */
  requestId(): string;
}

/**
 * Resolves the options that are not decisions: limits, clock, audit log.
 *
 * @throws SigV4ProxyError `invalid-option` for a limit that is no whole number in its range
 */
export function createRuntime<Session extends ClientSession>(
  o: SigV4ProxyOptions<Session>,
): ProxyRuntime {
  const limits = resolveLimits(o);
  return {
    limits,
    audit: createAuditLog({
      onAudit: o.onAudit?.bind(o),
      onAuditFailure: o.onAuditFailure ?? 'allow',
      maxPendingAuditEvents: limits.maxPendingAuditEvents,
      auditTimeoutMs: limits.auditTimeoutMs,
      logger: o.logger,
    }),
    counters: new Counters(),
    times: new TimeMemory(),
    logger: o.logger,
    clock: o.clock ?? systemClock,
    requestId: o.requestId ?? randomUUID,
  };
}

function resolveLimits(o: Partial<SigV4ProxyLimits>): SigV4ProxyLimits {
  const limit = (name: keyof SigV4ProxyLimits): number => {
    return wholeNumber(name, o[name] ?? DEFAULT_LIMITS[name], name === 'maxSpooledBody' ? 0 : 1);
  };
  return {
    maxConcurrentRequests: limit('maxConcurrentRequests'),
    maxRequestsPerIdentity: limit('maxRequestsPerIdentity'),
    callTimeoutMs: limit('callTimeoutMs'),
    idleTimeoutMs: limit('idleTimeoutMs'),
    connectTimeoutMs: limit('connectTimeoutMs'),
    responseHeaderTimeoutMs: limit('responseHeaderTimeoutMs'),
    continueTimeoutMs: limit('continueTimeoutMs'),
    maxBufferedBody: limit('maxBufferedBody'),
    maxSpooledBody: limit('maxSpooledBody'),
    maxHeldBodyBytes: limit('maxHeldBodyBytes'),
    maxConnections: limit('maxConnections'),
    maxPendingAuditEvents: limit('maxPendingAuditEvents'),
    auditTimeoutMs: limit('auditTimeoutMs'),
  };
}
