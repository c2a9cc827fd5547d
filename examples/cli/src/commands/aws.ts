import { spawn } from 'node:child_process';
import { CliError } from '../cli-error.js';
import type { Command } from '../command.js';
import { startLocalProxy } from '../local-proxy.js';
import { proxyOptions } from './proxy-aws.js';

/** `postern aws …`: the AWS CLI, through the proxy, with nothing to set. */
export const aws: Command = {
  name: 'aws',
  summary: 'run the AWS CLI through the proxy',
  operands: 'ARGUMENT…',
  options: proxyOptions,
  passThrough: true,
  examples: [
    'postern aws --config ./resources --user alice --app awsconsole-test --aws-role role_for_alice s3 ls',
  ],
  async run(input) {
    if (input.words.length === 0) {
      throw new CliError(
        'which AWS command? Write it after the options, as in "postern aws s3 ls".',
      );
    }
    const proxy = await startLocalProxy(input);
    try {
      const env: Record<string, string | undefined> = { ...input.env };
      for (const name of proxy.environment.unset) delete env[name];
      return await run(
        input.words,
        { ...env, ...Object.fromEntries(proxy.environment.set) },
        input,
      );
    } finally {
      await proxy.close();
    }
  },
};

function run(
  words: readonly string[],
  env: Record<string, string | undefined>,
  { signal }: { readonly signal: AbortSignal },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('aws', [...words], { env, stdio: 'inherit' });
    const stop = () => child.kill('SIGTERM');
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    child.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'ENOENT'
          ? new CliError('the AWS CLI is not installed: there is no "aws" on the PATH', { cause })
          : cause,
      );
    });
    child.once('exit', (code, killedBy) => resolve(code ?? (killedBy ? 130 : 1)));
  });
}
