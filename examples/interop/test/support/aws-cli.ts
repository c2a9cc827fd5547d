import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createEnvironment } from '@postern/sigv4-proxy/environment';
import { describe, it } from 'vitest';
import { REGION } from './accounts.js';
import { type Login, MODES, type Mode, type World } from './world.js';

/** An AWS CLI that was found. */
export interface AwsCli {
  readonly path: string;
  readonly version: readonly [major: number, minor: number, patch: number];
  /** Knows AWS_ENDPOINT_URL and protects uploads with a trailing checksum without being asked. */
  readonly modern: boolean;
}

/** How a run ended. */
export interface CliResult {
  readonly code: number;
  readonly stdout: Buffer;
  /** What it printed, as text. */
  readonly out: string;
  readonly err: string;
  /** What it printed, as JSON. */
  json(): Record<string, unknown>;
}

/** Session credentials that replace those of the login. */
export interface SessionKeys {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
}

/** Runs the AWS CLI with arguments, never through a shell. */
export type RunAws = (
  login: Login,
  args: readonly string[],
  more?: { readonly keys?: SessionKeys; readonly region?: string },
) => Promise<CliResult>;

const REASON =
  'no AWS CLI was found: install one (`pip install awscli`, or `apt-get install awscli`), or name one in POSTERN_INTEROP_AWS';

const cli = await findAwsCli();

/**
 * Describes what the AWS CLI does, once for each mode. Without an AWS CLI the one test fails in CI, and is left out with the
 * reason elsewhere.
 */
export function describeAwsCli(
  name: string,
  world: World,
  body: (aws: { readonly run: RunAws; readonly mode: Mode; readonly modern: boolean }) => void,
): void {
  if (!cli) {
    describe(name, () => {
      it('needs the AWS CLI', ({ skip }) => {
        if (process.env.CI) throw new Error(REASON);
        process.stderr.write(`interop: ${REASON}\n`);
        skip(REASON);
      });
    });
    return;
  }
  describe.each(MODES)(`${name} with aws-cli ${cli.version.join('.')}, %s`, (mode) => {
    body({ mode, modern: cli.modern, run: createRun(cli, world, mode) });
  });
}

function createRun(aws: AwsCli, world: World, mode: Mode): RunAws {
  const { proxyUrl = '', endpointUrl = '' } = world.listeners;
  const home = join(world.folder, 'home');
  mkdirSync(home, { recursive: true });
  return (login, args, { keys, region = REGION } = {}) => {
    const credentials = keys
      ? {
          accessKeyId: keys.AccessKeyId,
          secretAccessKey: keys.SecretAccessKey,
          sessionToken: keys.SessionToken,
        }
      : login;
    const common = { credentials, region, caBundle: world.caBundle };
    const { set } = createEnvironment(
      mode === 'connect' ? { mode, proxyUrl, ...common } : { mode, endpointUrl, ...common },
    );
    // Nothing of the developer's own settings: only where programs are, and that text is UTF-8.
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      LC_ALL: 'C.UTF-8',
      AWS_PAGER: '',
      AWS_CLI_AUTO_PROMPT: 'off',
      ...Object.fromEntries(set),
    };
    const named = mode === 'endpoint-url' && !aws.modern ? ['--endpoint-url', endpointUrl] : [];
    return execute(aws.path, [...named, ...args], { env, cwd: world.folder });
  };
}

function execute(
  path: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd?: string },
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => stdout.push(piece));
    child.stderr.on('data', (piece: Buffer) => stderr.push(piece));
    child.once('error', reject);
    child.once('close', (code) => {
      const whole = Buffer.concat(stdout);
      const out = whole.toString();
      const err = Buffer.concat(stderr).toString();
      resolve({ code: code ?? -1, stdout: whole, out, err, json: () => parse(out, err) });
    });
  });
}

function parse(out: string, err: string): Record<string, unknown> {
  try {
    return JSON.parse(out);
  } catch (cause) {
    throw new Error(`the AWS CLI printed no JSON: ${out}${err}`, { cause });
  }
}

/** The one that is named, else the most recent of those on the PATH. */
async function findAwsCli(): Promise<AwsCli | undefined> {
  const named = process.env.POSTERN_INTEROP_AWS;
  const candidates = named
    ? [named]
    : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'aws'));
  const files = new Map(
    candidates.filter((path) => existsSync(path)).map((path) => [realpathSync(path), path]),
  );
  const found: AwsCli[] = [];
  for (const path of files.values()) {
    const { out, err } = await execute(path, ['--version'], { env: { PATH: process.env.PATH } });
    // Early ones print their version on standard error.
    const [, ...parts] = /^aws-cli\/(\d+)\.(\d+)\.(\d+)/.exec(out || err) ?? [];
    const [major = 0, minor = 0, patch = 0] = parts.map(Number);
    // Checksums by default came to both lines in January 2025, a year and a half after AWS_ENDPOINT_URL.
    const modern = major === 1 ? minor >= 37 : major > 2 || minor >= 23;
    if (parts.length === 3) found.push({ path, version: [major, minor, patch], modern });
  }
  return found.sort((a, b) => Number(b.modern) - Number(a.modern) || compare(b, a))[0];
}

function compare(a: AwsCli, b: AwsCli): number {
  const different = a.version.findIndex((part, index) => part !== b.version[index]);
  return different < 0 ? 0 : (a.version[different] ?? 0) - (b.version[different] ?? 0);
}
