#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createAwsStandIn } from './create-aws-stand-in.js';
import { DEMO_ACCOUNTS } from './demo-seed.js';
import { StandInError } from './errors/stand-in-error.js';
import type { AccountSeed } from './types.js';

const USAGE = `Usage: aws-stand-in [--port N] [--seed FILE.json] [--tls-key FILE --tls-cert FILE]

Serves AWS on loopback for tests and demonstrations. Prints one JSON line once it listens:
  {"url","port","users":[{"arn","accessKeyId","secretAccessKey"}]}
The seed is {"accounts":[…]} as createAwsStandIn takes it. SIGTERM and SIGINT end the program.
`;

/** A mistake of the caller, told in one sentence. */
class UsageError extends Error {}

async function main(args: readonly string[]): Promise<void> {
  const { values } = readArguments(args);
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const port = Number(values.port ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`--port ${values.port} is not a port: give 0 to 65535.`);
  }
  if ((values['tls-key'] === undefined) !== (values['tls-cert'] === undefined)) {
    throw new UsageError('--tls-key and --tls-cert belong together: give both or none.');
  }
  const accounts = values.seed === undefined ? DEMO_ACCOUNTS : readSeed(values.seed);
  const tls =
    values['tls-key'] !== undefined && values['tls-cert'] !== undefined
      ? { key: readText(values['tls-key']), cert: readText(values['tls-cert']) }
      : undefined;
  const standIn = await createAwsStandIn({ accounts, tls });
  try {
    await standIn.listen({ port });
  } catch (error) {
    throw new UsageError(
      `Cannot listen on port ${port}: ${messageOf(error)}. Give another --port.`,
    );
  }
  const users = accounts.flatMap((account) =>
    (account.users ?? []).map(({ name, path = '/' }) => {
      const arn = `arn:${account.partition ?? 'aws'}:iam::${account.id}:user${path}${name}`;
      return { arn, ...standIn.credentialsFor(arn) };
    }),
  );
  process.stdout.write(`${JSON.stringify({ url: standIn.url, port: standIn.port, users })}\n`);
  const stop = () => void standIn.close();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        seed: { type: 'string' },
        'tls-key': { type: 'string' },
        'tls-cert': { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(`${messageOf(error)} See --help.`);
  }
}

function readSeed(file: string): readonly AccountSeed[] {
  let value: unknown;
  try {
    value = JSON.parse(readText(file));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file} is not JSON: ${messageOf(error)}`);
  }
  if (typeof value === 'object' && value !== null && 'accounts' in value) {
    const { accounts } = value;
    // The seed's own checks, in createAwsStandIn, look at every field that matters.
    if (Array.isArray(accounts)) return accounts;
  }
  throw new UsageError(`${file} must hold an object with a list "accounts".`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof StandInError)) throw error;
  process.stderr.write(`aws-stand-in: ${error.message}\n`);
  process.exitCode = 1;
}
