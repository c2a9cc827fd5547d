import { spawn } from 'node:child_process';
import { CliError, usageError } from '../cli-error.js';
import type { Command } from '../command.js';
import { startProxy } from '../running-proxy.js';
import { proxyOptions } from './proxy-aws.js';

/** `postern aws …`: the AWS CLI, through the gateway, with nothing to set. */
export const aws: Command = {
  name: 'aws',
  group: 'Use AWS',
  summary: 'run the AWS CLI in an open app',
  operands: 'ARGUMENT…',
  options: proxyOptions,
  passThrough: true,
  examples: [
    'postern aws s3 ls',
    'postern aws --app awsconsole-test --aws-role role_for_alice dynamodb list-tables',
    'postern aws --config ./resources --user alice --app awsconsole-test --aws-role role_for_alice s3 ls',
  ],
  async run(input) {
    if (input.words.length === 0) {
      throw usageError('which AWS command? Write it after the options, as in "postern aws s3 ls".');
    }
    const proxy = await startProxy(input, false);
    try {
      const env: Record<string, string | undefined> = { ...input.env };
      for (const name of proxy.environment.unset) delete env[name];
      const code = await run(
        input.words,
        { ...env, ...Object.fromEntries(proxy.environment.set) },
        input,
      );
      // AWS's own words about a session that was locked would lead nobody to the cause.
      const reason = code === 0 || input.signal.aborted ? undefined : await proxy.whyEnded();
      if (reason !== undefined) input.err(`postern: ${reason}\n`);
      return code;
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
