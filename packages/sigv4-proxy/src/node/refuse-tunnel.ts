import type { Duplex } from 'node:stream';
import type { SigV4ProxyErrorCode } from '../errors.js';
import type { ProxyRuntime } from '../runtime.js';
import { recordTunnel } from './record-tunnel.js';
import { endWith, plainAnswer } from './server-options.js';

/** Why a CONNECT is refused, and what the client gets to see. */
export interface TunnelRefusal {
  readonly status: number;
  readonly code: SigV4ProxyErrorCode;
  readonly message: string;
  /** The value of `x-sigv4-proxy-error`. Default `endpoint`. */
  readonly kind?: string | undefined;
  /** More header lines. */
  readonly extra?: readonly string[] | undefined;
}

/** The CONNECT that is refused. */
export interface RefusedTunnel {
  readonly socket: Duplex;
  /** As the client wrote it. Attacker-controlled. */
  readonly authority: string;
  readonly startedAt: Date;
  readonly clientAddr: string | undefined;
}

/** Answers a CONNECT with an error, closes it, and puts it on record; in strict mode the other way round. */
export function refuseTunnel(
  runtime: ProxyRuntime,
  { socket, authority, startedAt, clientAddr }: RefusedTunnel,
  { status, code, message, kind = 'endpoint', extra }: TunnelRefusal,
): void {
  const written = recordTunnel(runtime, {
    host: authority.slice(0, 300),
    startedAt,
    clientAddr,
    outcome: status >= 500 ? 'failed' : 'denied',
    reason: code,
    bytesIn: 0,
    bytesOut: 0,
  });
  const answer = plainAnswer(status, message, kind, extra);
  if (written === undefined || !runtime.audit.strict) {
    endWith(socket, answer);
    return;
  }
  written.then(
    () => endWith(socket, answer),
    ({ message: held }: Error) => endWith(socket, plainAnswer(500, held, 'internal')),
  );
}
