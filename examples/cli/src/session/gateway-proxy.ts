import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createEnvironment } from '@postern/sigv4-proxy/environment';
import type { CommandInput } from '../command.js';
import { portOption, portTaken, type RunningProxy } from '../running-proxy.js';
import { withProgress } from '../terminal/with-progress.js';
import { type AppSession, useAppSession } from './app-session.js';
import { startConnectRelay } from './connect-relay.js';
import { startEndpointRelay } from './endpoint-relay.js';
import { watchSession, whyEnded } from './watch-session.js';

/**
 * A proxy for an app session of the running gateway.
 *
 * @param listens with a port on loopback; else programs are sent to the gateway's own listener
 */
export async function startGatewayProxy(
  input: CommandInput,
  listens: boolean,
): Promise<RunningProxy> {
  const port = portOption(input);
  const used = await useAppSession(input);
  const folder = mkdtempSync(join(used.store.folder(used.profile), 'run-'));
  const clean = async () => {
    rmSync(folder, { recursive: true, force: true });
    await used.release();
  };
  try {
    const started = await withProgress(input, 'starting the proxy', () =>
      input.options['endpoint-url'] === true
        ? startAsEndpoint(used, input, { port, folder })
        : startAsProxy(used, input, listens ? port : undefined),
    );
    return {
      ...started,
      ended: () =>
        watchSession(used, input, () =>
          [used.session.caBundle, started.caBundle].every((path) => existsSync(path)),
        ),
      whyEnded: () => whyEnded(used, input),
      async close() {
        await started.close();
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw portTaken(error, input) ?? error;
  }
}

async function startAsEndpoint(
  { session }: AppSession,
  input: CommandInput,
  { port, folder }: { readonly port: number; readonly folder: string },
) {
  const { clock } = input;
  const { url, caBundle, credentials, close } = await startEndpointRelay(session, {
    port,
    folder,
    clock,
  });
  const environment = createEnvironment({
    mode: 'endpoint-url',
    endpointUrl: url,
    credentials,
    caBundle,
    region: session.region,
    noProxy: presentNoProxy(input),
  });
  return { url, caBundle, environment, close };
}

async function startAsProxy(
  { session }: AppSession,
  input: CommandInput,
  port: number | undefined,
) {
  const relay = port === undefined ? undefined : await startConnectRelay(session.proxyUrl, port);
  const url = relay?.url ?? session.proxyUrl;
  const { accessKeyId, secretAccessKey, caBundle } = session;
  const environment = createEnvironment({
    mode: 'connect',
    proxyUrl: url,
    credentials: { accessKeyId, secretAccessKey, expiration: new Date(session.expiresAt) },
    caBundle,
    region: session.region,
    noProxy: presentNoProxy(input),
  });
  return { url, caBundle, environment, close: async () => relay?.close() };
}

const presentNoProxy = ({ env }: CommandInput) => env.NO_PROXY ?? env.no_proxy;
