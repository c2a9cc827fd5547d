import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AwsStandIn, createAwsStandIn, GUIDE_ACCOUNTS } from '@postern/aws-stand-in';
import { afterAll } from 'vitest';

export const root = fileURLToPath(new URL('../../../..', import.meta.url));
export const deploy = join(root, 'examples/gateway/deploy');
export const resources = join(root, 'examples/gateway/resources');
export const PASSWORD = 'correct horse battery staple';

/** A folder that is gone after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-deploy-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 120_000);
  return folder;
}

/** A tool of the system is missing: CI must have it; elsewhere the test is left out, with the reason. */
export function skipUnlessCi(skip: (reason: string) => void, reason: string): void {
  if (process.env.CI) throw new Error(reason);
  process.stderr.write(`deploy-test: ${reason}\n`);
  skip(reason);
}

/** Ports that are free now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
  );
  return ports;
}

/** The strict imitation of AWS, and the environment in which a gateway has base credentials for it. */
export async function startAws(): Promise<{
  readonly aws: AwsStandIn;
  readonly env: Readonly<Record<string, string>>;
}> {
  const aws = await createAwsStandIn({ accounts: GUIDE_ACCOUNTS });
  await aws.listen();
  const keys = aws.credentialsFor('arn:aws:iam::123456789012:user/postern-gateway');
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
  return { aws, env };
}

/** The gateway as it is started from a clone; `pnpm test` has built it. */
export const gatewayProgram = join(root, 'examples/gateway/dist/main.js');

/** A file of local users, with the hash that the gateway itself makes. */
export async function writeUsers(folder: string): Promise<string> {
  const words = [process.execPath, gatewayProgram, '--hash-password'];
  const { out, err } = await run(words, { cwd: folder, input: PASSWORD });
  if (!out.startsWith('$scrypt$')) throw new Error(err);
  const path = join(folder, 'users.json');
  writeFileSync(path, JSON.stringify({ alice: out.trim() }), { mode: 0o600 });
  return path;
}

/** A program that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly output: { out: string; err: string };
  /** The first line of standard output; fails with what it said when it ends before. */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<number | null>;
}

const started = new Set<ChildProcess>();

/** Starts a program with nothing in its environment but a PATH and what is given. Whatever still runs after the tests is killed. */
export function start(
  [command = '', ...args]: readonly string[],
  o: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>> | undefined;
    readonly input?: string;
  },
): Running {
  const child = spawn(command, args, {
    cwd: o.cwd,
    env: { PATH: process.env.PATH ?? '', HOME: o.cwd, ...o.env },
    stdio: 'pipe',
  });
  started.add(child);
  // Who reads nothing may be gone before all is written.
  child.stdin.on('error', () => {});
  child.stdin.end(o.input ?? '');
  const output = { out: '', err: '' };
  child.stderr.on('data', (text) => {
    output.err += text;
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      started.delete(child);
      resolve(code);
    });
    child.once('error', (error) => {
      output.err += error.message;
      resolve(-1);
    });
  });
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text) => {
      output.out += text;
      const [line = '', ...rest] = output.out.split('\n');
      if (rest.length > 0) resolve(line);
    });
    ended.then((code) => reject(new Error(`${command} ended with ${code}: ${output.err}`)));
  });
  // Only who asks for it hears of it.
  firstLine.catch(() => {});
  return { child, output, firstLine, ended };
}

/** For programs that just run and end. */
export async function run(
  words: readonly string[],
  o: Parameters<typeof start>[1],
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const { ended, output } = start(words, o);
  const code = await ended;
  return { code, ...output };
}

process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});
