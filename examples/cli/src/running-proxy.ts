import type { ProxyEnvironment } from '@postern/sigv4-proxy/environment';
import { CliError, usageError } from './cli-error.js';
import type { CommandInput } from './command.js';
import { isLocalMode, textOption } from './options.js';

/** A proxy for one identity, and what a program must find in its environment to use it. */
export interface RunningProxy {
  readonly url: string;
  readonly caBundle: string;
  readonly environment: ProxyEnvironment;
  /** Settles when the identity is over, with the reason; undefined when the signal came first. */
  ended(): Promise<string | undefined>;
  /** Looks now: why the identity is over, or undefined while it is not. */
  whyEnded(): Promise<string | undefined>;
  close(): Promise<void>;
}

/**
 * Starts the proxy: a whole gateway in this process in local mode, else a relay to the running one.
 *
 * @param listens whether programs outside this process need a port on this machine
 */
export async function startProxy(input: CommandInput, listens: boolean): Promise<RunningProxy> {
  // Either of them brings in much that the other does not need.
  if (isLocalMode(input)) {
    const { startLocalProxy } = await import('./local-proxy.js');
    return startLocalProxy(input);
  }
  const { startGatewayProxy } = await import('./session/gateway-proxy.js');
  return startGatewayProxy(input, listens);
}

/** `--port`, where 0 and nothing mean a free one. */
export function portOption(input: CommandInput): number {
  const text = textOption(input, 'port');
  if (text === undefined) return 0;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw usageError(`--port "${text}" is not a port: give a number from 0 to 65535`);
}

/** The libraries speak of their options; here it is a flag. */
export function portTaken(error: unknown, input: CommandInput): CliError | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code !== 'port-in-use' && error.code !== 'EADDRINUSE') return undefined;
  return new CliError(
    `port ${String(input.options.port)} is taken by another program: stop it, choose another with -p, or leave -p out for a free one`,
    { cause: error },
  );
}

/** Resolves when the command is told to stop. */
export function stopped(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
