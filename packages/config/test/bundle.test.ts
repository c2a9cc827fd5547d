import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

async function bundle(path: string) {
  const { metafile, outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../src/${path}`, import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
  });
  return { inputs: Object.keys(metafile.inputs), bytes: outputFiles[0]?.contents.length ?? 0 };
}

describe('subpaths without third parties', () => {
  it.each([
    ['aws/index.ts', 20],
    ['endpoints/index.ts', 30],
    ['wildcard/compile.ts', 2],
    ['duration/duration.ts', 4],
  ])('%s stays small (KiB: %d) and brings nothing else along', async (path, kibibytes) => {
    const { inputs, bytes } = await bundle(path);
    expect(inputs.filter((input) => input.includes('node_modules'))).toEqual([]);
    expect(inputs.filter((input) => /\/(?:load|shape|resources|schema)\//.test(input))).toEqual([]);
    expect(bytes).toBeLessThan(kibibytes * 1024);
  });

  it('leaves the endpoint table out where only ARNs are read', async () => {
    const { inputs } = await bundle('aws/index.ts');
    expect(inputs.filter((input) => input.includes('endpoint-table'))).toEqual([]);
  });
});
