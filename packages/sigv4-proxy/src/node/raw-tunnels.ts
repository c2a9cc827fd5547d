import type { Duplex } from 'node:stream';
import { SigV4ProxyError } from '../errors.js';
import type { ProxyRuntime } from '../runtime.js';
import type { ConnectDecision } from '../target/decide-connect.js';
import type { ConnectListenerOptions } from './connect-listener.js';
import { dialTunnel } from './dial-tunnel.js';
import { ESTABLISHED } from './intercept.js';
import { recordTunnel } from './record-tunnel.js';
import { splice } from './splice.js';

/** The client's end of a tunnel. */
export interface TunnelClient {
  readonly socket: Duplex;
  /** What came with the CONNECT. */
  readonly head: Uint8Array;
  readonly startedAt: Date;
  readonly clientAddr: string | undefined;
}

/** Tunnels whose bytes nobody looks into. */
export interface RawTunnels {
  /**
   * Opens one, and comes back when bytes flow. In strict mode an event says so before the first byte, and a second one of the same
   * id at the end how many there were.
   *
   * @throws SigV4ProxyError why it cannot be opened
   */
  open(client: TunnelClient, to: ConnectDecision & { decision: 'tunnel' }): Promise<void>;
  /** Cuts all of them. */
  destroy(): void;
}

/** @param o how the far ends are reached */
export function createRawTunnels(
  runtime: ProxyRuntime,
  o: Pick<ConnectListenerOptions, 'allowPrivate' | 'connectTunnel' | 'lookup' | 'systemProxy'>,
): RawTunnels {
  const tunnels = new Set<Duplex>();
  const dial = async (to: ConnectDecision & { decision: 'tunnel' }): Promise<Duplex> => {
    const { host, port, aws, via } = to;
    if (o.connectTunnel !== undefined) return o.connectTunnel({ host, port });
    const { connectTimeoutMs } = runtime.limits;
    const { lookup, systemProxy } = o;
    return dialTunnel(
      { host, port, via, allowPrivate: aws || o.allowPrivate === true },
      { connectTimeoutMs, lookup, systemProxy },
    );
  };
  return {
    async open({ socket, head, startedAt, clientAddr }, to) {
      const remote = await dial(to);
      const id = runtime.requestId();
      const { host } = to;
      const record = { id, host, startedAt, clientAddr, outcome: 'allowed' } as const;
      // It may fail before anybody else listens.
      remote.on('error', () => remote.destroy());
      if (runtime.audit.strict) {
        try {
          await recordTunnel(runtime, { ...record, bytesIn: 0, bytesOut: 0 });
        } catch (error) {
          remote.destroy();
          throw error;
        }
      }
      if (socket.destroyed || remote.destroyed) {
        remote.destroy();
        throw new SigV4ProxyError('upstream', 'One side left before the tunnel was open.');
      }
      socket.write(ESTABLISHED);
      tunnels.add(socket);
      splice(socket, remote, head, (bytes) => {
        tunnels.delete(socket);
        // The tunnel is over; a lost event is counted and logged by the audit log.
        recordTunnel(runtime, { ...record, ...bytes })?.catch(() => {});
      });
    },
    destroy() {
      for (const socket of tunnels) socket.destroy();
    },
  };
}
