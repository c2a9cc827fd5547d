import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect as connectTls } from 'node:tls';
import { createSigV4Proxy } from '@postern/sigv4-proxy';
import { createLocalCredentials, type LocalCredentials } from '@postern/sigv4-proxy/environment';
import { createLocalCa } from '@postern/sigv4-proxy/local-ca';
import { createLocalProxy, writeCaBundle } from '@postern/sigv4-proxy/node';
import type { StoredSession } from '../home/store.js';
import type { Relay } from './connect-relay.js';
import { dialGateway, isRefusal } from './dial-gateway.js';

/** A relay that is an endpoint, with the keys and the bundle that its clients need. */
export interface EndpointRelay extends Relay {
  readonly credentials: LocalCredentials;
  readonly caBundle: string;
}

/**
 * An AWS endpoint on loopback. Clients sign for `localhost`, a name that means another machine at the gateway; so what they sign is
 * verified here, with a key pair of its own, and signed again with the session's keys for the host of AWS that is meant. The
 * gateway sees the same requests as from a client that uses its CONNECT listener.
 *
 * @param folder where the bundle is written; it must be private
 */
export async function startEndpointRelay(
  session: StoredSession,
  o: { readonly port: number; readonly folder: string; readonly clock: () => Date },
): Promise<EndpointRelay> {
  const expiresAt = new Date(session.expiresAt);
  const { accessKeyId, secretAccessKey } = createLocalCredentials({ randomBytes });
  const trusted = readFileSync(session.caBundle, 'utf8');
  const proxy = createSigV4Proxy({
    clock: o.clock,
    authenticate: async (id) =>
      id === accessKeyId
        ? {
            accessKeyId,
            secretAccessKey,
            session: { user: session.user, expiresAt, roleArn: session.roleArn },
          }
        : undefined,
    // Who may do what is the gateway's to say.
    authorize: async () => ({ decision: 'allow' }),
    credentials: async () => ({
      accessKeyId: session.accessKeyId,
      secretAccessKey: session.secretAccessKey,
    }),
    async connect(target) {
      const tunnel = await dialGateway(session.proxyUrl, target);
      if (isRefusal(tunnel)) throw new Error(`the gateway refuses: ${tunnel.text.trim()}`);
      const socket = connectTls({ socket: tunnel, servername: target.host, ca: trusted });
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.once('secureConnect', resolve);
      });
      return socket;
    },
  });
  const ca = await createLocalCa({ expiresAt, clock: o.clock });
  const bundle = writeCaBundle(ca, { directory: o.folder, name: 'endpoint-bundle.pem' });
  const listeners = await createLocalProxy({
    proxy,
    ca,
    endpointPort: o.port,
    connectPort: false,
  }).catch((error: unknown) => {
    bundle.remove();
    throw error;
  });
  return {
    url: listeners.endpointUrl ?? '',
    credentials: { accessKeyId, secretAccessKey, expiration: expiresAt },
    caBundle: bundle.path,
    async close() {
      // Whoever stops the command does not wait for a download.
      await listeners.close({ graceMs: 500 });
      await proxy.close();
      bundle.remove();
    },
  };
}
