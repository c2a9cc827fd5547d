import type { SigV4ProxyErrorCode } from '../errors.js';
import type { ProxyRuntime } from '../runtime.js';

/** A tunnel that has ended or was refused. */
export interface TunnelRecord {
  /** Where several events are about one tunnel. Default: a new one. */
  readonly id?: string | undefined;
  readonly host: string;
  readonly startedAt: Date;
  readonly clientAddr: string | undefined;
  readonly outcome: 'allowed' | 'denied' | 'failed';
  readonly reason?: SigV4ProxyErrorCode | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/**
 * Writes the audit event of a CONNECT that the proxy did not look into, and counts one that was refused.
 *
 * @returns when the sink has it; rejects in strict mode only
 */
export function recordTunnel(
  runtime: ProxyRuntime,
  tunnel: TunnelRecord,
): Promise<void> | undefined {
  const { outcome, reason } = tunnel;
  if (outcome !== 'allowed') runtime.counters.finish(outcome, undefined, reason);
  return runtime.audit.write({
    type: 'aws.tunnel',
    version: 1,
    id: tunnel.id ?? runtime.requestId(),
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
}
