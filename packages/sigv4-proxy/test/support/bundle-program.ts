import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache/test-programs/', import.meta.url));

/**
 * Makes a program of its own out of the sources, for tests that need several processes.
 *
 * @param entry its TypeScript file
 * @returns the file to fork
 */
export async function bundleProgram(entry: URL, name: string): Promise<string> {
  mkdirSync(cache, { recursive: true });
  const outfile = join(cache, `${name}-${process.pid}.mjs`);
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    tsconfig: join(root, 'tsconfig.base.json'),
    external: ['undici', 'lru-cache', '@smithy/*', '@peculiar/x509', 'reflect-metadata', 'esbuild'],
    sourcemap: 'inline',
    logLevel: 'silent',
  });
  return outfile;
}
