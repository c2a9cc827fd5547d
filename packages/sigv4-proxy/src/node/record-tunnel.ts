import type { SigV4ProxyErrorCode } from '../errors.js';
import type { ProxyRuntime } from '../runtime.js';

/** A tunnel that has ended or was refused. */
export interface TunnelRecord {
  readonly host: string;
  readonly startedAt: Date;
  readonly clientAddr: string | undefined;
  readonly outcome: 'allowed' | 'denied' | 'failed';
  readonly reason?: SigV4ProxyErrorCode | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Writes the audit event of a CONNECT that the proxy did not look into, and counts one that was refused. */
export function recordTunnel(runtime: ProxyRuntime, tunnel: TunnelRecord): void {
  const { outcome, reason } = tunnel;
  if (outcome !== 'allowed') runtime.counters.finish(outcome, undefined, reason);
  const written = runtime.audit.write({
    type: 'aws.tunnel',
    version: 1,
    id: runtime.requestId(),
    time: tunnel.startedAt.toISOString(),
    durationMs: Math.max(0, runtime.clock().getTime() - tunnel.startedAt.getTime()),
    outcome,
    reason,
    clientAddr: tunnel.clientAddr,
    mode: 'connect',
    aws: { host: tunnel.host },
    bytesIn: tunnel.bytesIn,
    bytesOut: tunnel.bytesOut,
  });
  // The tunnel is over; a lost event is counted and logged by the audit log.
  written?.catch(() => {});
}
