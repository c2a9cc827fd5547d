import { defineConfig, type Options } from 'tsup';

/**
 * The one build recipe of the packages: ESM and CJS with declarations of their own for each subpath.
 * `--no-dts` on the command line leaves the declarations out; the demo and the tests need none.
 *
 * @param entry output name → source file
 */
export function library(entry: Record<string, string>, more: Options = {}) {
  return defineConfig((flags) => ({
    entry,
    format: ['esm', 'cjs'],
    target: 'node20',
    platform: 'node',
    // `paths` of the base configuration point at sources; a build must see what users see.
    dts:
      flags.dts === false
        ? false
        : { compilerOptions: { paths: {}, noEmit: false, stripInternal: true } },
    clean: true,
    sourcemap: true,
    splitting: true,
    treeshake: true,
    // `node:` stays in front of built-ins, for bundlers and runtimes that know them by that name only.
    removeNodeProtocol: false,
    silent: true,
    ...more,
  }));
}

/**
 * A private program: ESM only, no declarations.
 *
 * @param entry output name → source file
 */
export function program(entry: Record<string, string>) {
  return defineConfig({
    entry,
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    dts: false,
    clean: true,
    sourcemap: true,
    splitting: true,
    silent: true,
  });
}
