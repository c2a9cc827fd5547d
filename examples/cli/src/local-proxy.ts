import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseIamRoleArn } from '@postern/config/aws';
import { stsRegion } from '@postern/gateway';
import { createEnvironment, type ProxyEnvironment } from '@postern/sigv4-proxy/environment';
import { createLocalCa } from '@postern/sigv4-proxy/local-ca';
import { createLocalProxy, writeCaBundle } from '@postern/sigv4-proxy/node';
import { CliError } from './cli-error.js';
import type { CommandInput } from './command.js';
import { createLocalGateway, textOption } from './local-gateway.js';

/** A running proxy for one identity, and what a program must find in its environment to use it. */
export interface RunningProxy {
  readonly url: string;
  readonly caBundle: string;
  readonly environment: ProxyEnvironment;
  close(): Promise<void>;
}

/**
 * Starts the proxy on loopback for the identity of the command line, with local keys of its own.
 *
 * @throws CliError for a role that is not allowed, a port that is no port
 */
export async function startLocalProxy(input: CommandInput): Promise<RunningProxy> {
  const local = await createLocalGateway(input);
  const { gateway } = local;
  let folder: string | undefined;
  try {
    const port = portOf(textOption(input, 'port'));
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

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new CliError(`--port "${text}" is not a port: give a number from 0 to 65535`);
}

/** The library speaks of its option; here it is a flag. */
function portTaken(error: unknown, input: CommandInput): CliError | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'port-in-use')
    return undefined;
  return new CliError(
    `port ${String(input.options.port)} is taken by another program: stop it, choose another with -p, or leave -p out for a free one`,
    { cause: error },
  );
}
