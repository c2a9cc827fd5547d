import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseIamRoleArn } from '@postern/config/aws';
import { stsRegion } from '@postern/gateway';
import { createEnvironment } from '@postern/sigv4-proxy/environment';
import { createLocalCa } from '@postern/sigv4-proxy/local-ca';
import { createLocalProxy, writeCaBundle } from '@postern/sigv4-proxy/node';
import type { CommandInput } from './command.js';
import { createLocalGateway } from './local-gateway.js';
import { portOption, portTaken, type RunningProxy, stopped } from './running-proxy.js';

/**
 * Starts the proxy on loopback for the identity of the command line, with local keys of its own.
 *
 * @throws CliError for a role that is not allowed, a port that is no port
 */
export async function startLocalProxy(input: CommandInput): Promise<RunningProxy> {
  const port = portOption(input);
  const local = await createLocalGateway(input);
  const { gateway } = local;
  let folder: string | undefined;
  try {
    const endpointMode = input.options['endpoint-url'] === true;
    const credentials = gateway.login(local.login);
    const ca = await createLocalCa({
      expiresAt: credentials.session.expiresAt,
      clock: input.clock,
    });
    folder = mkdtempSync(join(tmpdir(), 'postern-'));
    const bundle = writeCaBundle(ca, { directory: folder });
    const listeners = await createLocalProxy({
      proxy: gateway.proxy,
      ca,
      // What is not AWS goes its own way: the shell that uses the proxy may need more than AWS.
      nonAws: 'tunnel',
      endpointPort: endpointMode ? port : false,
      connectPort: endpointMode ? false : port,
    });
    const common = {
      credentials: {
        accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
        expiration: credentials.session.expiresAt,
      },
      caBundle: bundle.path,
      region: regionFor(local.login.role, local.region),
      noProxy: input.env.NO_PROXY ?? input.env.no_proxy,
    };
    const { endpointUrl = '', proxyUrl = '' } = listeners;
    const environment = createEnvironment(
      endpointMode
        ? { mode: 'endpoint-url', endpointUrl, ...common }
        : { mode: 'connect', proxyUrl, ...common },
    );
    const directory = folder;
    return {
      url: endpointMode ? endpointUrl : proxyUrl,
      caBundle: bundle.path,
      environment,
      // The login of local mode ends when the command does.
      ended: () => stopped(input.signal),
      whyEnded: async () => undefined,
      async close() {
        await listeners.close();
        await gateway.close();
        bundle.remove();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await gateway.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    throw portTaken(error, input) ?? error;
  }
}

/** Clients must not sign for a region of another partition than the role's; else theirs is right. */
function regionFor(roleArn: string, configured: string | undefined): string | undefined {
  const { partition } = parseIamRoleArn(roleArn);
  return partition === 'aws' && configured === undefined
    ? undefined
    : stsRegion(partition, configured);
}
