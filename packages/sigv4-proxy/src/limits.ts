import type { SigV4ProxyLimits } from './options.js';

const KIB = 1024;

/** The limits of a proxy whose options name none. */
export const DEFAULT_LIMITS: SigV4ProxyLimits = {
  maxConcurrentRequests: 256,
  maxRequestsPerIdentity: 64,
  callTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  connectTimeoutMs: 10_000,
  responseHeaderTimeoutMs: 300_000,
  continueTimeoutMs: 1_000,
  maxBufferedBody: 16 * KIB * KIB,
  maxSpooledBody: 80 * KIB * KIB,
  maxHeldBodyBytes: 256 * KIB * KIB,
  maxConnections: 256,
  maxPendingAuditEvents: 1_024,
  auditTimeoutMs: 10_000,
};

/** A header block, and a request target, of more bytes are refused. */
export const MAX_HEADER_BYTES = 64 * KIB;

/** Bodies up to this are read whole: one hash, one write. */
export const WHOLE_BODY_BYTES = 64 * KIB;

/** The longest call to STS, which is always read whole: what it asks for must be seen. */
export const STS_BODY_BYTES = 1024 * KIB;

/** Bytes read and thrown away after an early answer, so that the client gets to see it; then the connection is closed. */
export const DRAIN_BYTES = 64 * KIB;

/** How long that may take. */
export const DRAIN_MS = 1_000;

/** Bytes of a body that is worth a copy to go out in one write with its head. */
export const ONE_WRITE_BYTES = 4 * KIB;
