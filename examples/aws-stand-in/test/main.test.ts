import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

const here = fileURLToPath(new URL('..', import.meta.url));
// Below the package, so that the dependencies are found.
const program = join(here, 'node_modules', '.cache', 'main-test.mjs');

beforeAll(async () => {
  await build({
    entryPoints: [join(here, 'src/main.ts')],
    outfile: program,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
});

function run(...args: string[]) {
  const child = spawn(process.execPath, [program, ...args]);
  let out = '';
  let errors = '';
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.on('data', (text) => {
      out += text;
      if (out.includes('\n')) resolve(out);
    });
    child.on('close', () => resolve(out));
  });
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, firstLine, code, errors: () => errors };
}

describe('the program', () => {
  it('prints one JSON line when it listens and ends on SIGTERM', async () => {
    const { child, firstLine, code } = run('--port', '0');
    const line = JSON.parse(await firstLine);
    expect(line).toMatchObject({
      url: `http://127.0.0.1:${line.port}`,
      users: [
        { arn: 'arn:aws:iam::123456789012:user/gateway', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
      ],
    });
    expect((await fetch(line.url)).status).toBe(404);
    child.kill('SIGTERM');
    expect(await code).toBe(0);
  });

  it('says in one sentence what is wrong with its arguments', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
    const seed = join(folder, 'seed.json');
    writeFileSync(seed, '{"accounts":[{"id":"1"}]}');
    for (const [args, text] of [
      [['--port', 'x'], 'is not a port'],
      [['--seed', join(folder, 'missing.json')], 'Cannot read'],
      [['--seed', seed], 'is not 12 digits'],
      [['--tls-key', seed], 'belong together'],
      [['--unknown'], '--help'],
    ] as const) {
      const { code, errors } = run(...args);
      expect(await code).toBe(1);
      expect(errors()).toContain(text);
      expect(errors().trim().split('\n')).toHaveLength(1);
    }
  });
});
