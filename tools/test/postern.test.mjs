import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Starts the real program, the way `pnpm postern` does, and gives its first line. */
async function start(env) {
  const child = spawn(
    process.execPath,
    [
      'tools/postern.mjs',
      ...['proxy', 'aws', '--config', 'examples/gateway/resources', '--user', 'alice'],
      ...['--app', 'awsconsole-test', '--aws-role', 'role_for_alice', '--format', 'json'],
    ],
    { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = new Promise((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  const [line] = await Promise.race([
    new Promise((resolve) => createInterface(child.stdout).once('line', (text) => resolve([text]))),
    exited.then((how) => Promise.reject(new Error(`ended early: ${JSON.stringify(how)}`))),
  ]);
  return { child, exited, ...JSON.parse(line) };
}

const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'not-a-real-one' };

describe('pnpm postern', () => {
  it.each(['SIGTERM', 'SIGINT'])(
    'ends cleanly on %s and takes its files along',
    async (signal) => {
      const { child, exited, url, caBundle } = await start(keys);
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(existsSync(caBundle)).toBe(true);
      child.kill(signal);
      expect(await exited).toEqual({ code: 0, signal: null });
      expect(existsSync(caBundle)).toBe(false);
    },
    180_000,
  );
});
