// Bundles one entry point the way an application would, and tells what came along.
import { builtinModules } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const own = /^@postern\//;

/**
 * @param {string} entry a built file
 * @param {{ browser?: boolean, names?: readonly string[] }} [options] `browser`: take what packages offer to browsers, where
 *   there is no built-in of Node; `names`: the exports that the application imports, all of them unless given
 * @returns {Promise<{ packages: string[], packagesAtOnce: string[], builtins: { path: string, importer: string }[],
 *   minified: number, gzip: number }>} `packagesAtOnce`, `minified`: without what only a dynamic import loads;
 *   `gzip`: the code of this repository alone
 */
export async function bundle(entry, { browser = false, names } = {}) {
  const whole = await run(entry, browser, [], names);
  const packages = namesIn(Object.keys(whole.metafile.inputs)).filter((name) => !own.test(name));
  const atOnce = outputsAtOnce(whole.metafile, entry);
  const inputsAtOnce = atOnce.flatMap((path) => Object.keys(whole.metafile.outputs[path].inputs));
  const alone = await run(entry, browser, packages, names);
  const textOf = ({ outputFiles }, paths) =>
    outputFiles.filter(({ path }) =>
      paths.some((end) => path.endsWith(`/${end.split('/').at(-1)}`)),
    );
  const sum = (files, measure) => files.reduce((total, file) => total + measure(file), 0);
  return {
    packages,
    packagesAtOnce: namesIn(inputsAtOnce).filter((name) => !own.test(name)),
    builtins: whole.builtins,
    minified: sum(textOf(whole, atOnce), ({ contents }) => contents.length),
    gzip: sum(
      textOf(alone, outputsAtOnce(alone.metafile, entry)),
      ({ contents }) => gzipSync(contents).length,
    ),
  };
}

async function run(entry, browser, leftOut, names) {
  const builtins = new Map();
  const { metafile, outputFiles } = await build({
    ...(names === undefined ? { entryPoints: [entry] } : { stdin: importing(names, entry) }),
    bundle: true,
    splitting: true,
    write: false,
    outdir: 'bundled',
    metafile: true,
    minify: true,
    format: 'esm',
    platform: browser ? 'browser' : 'node',
    external: leftOut.flatMap((name) => [name, `${name}/*`]),
    logLevel: 'silent',
    plugins: [
      {
        name: 'built-ins',
        setup({ onResolve }) {
          onResolve({ filter: /^(?:node:|[a-z])/ }, ({ path, importer }) => {
            if (!path.startsWith('node:') && !builtinModules.includes(path)) return undefined;
            builtins.set(path, importer);
            return { path, external: true };
          });
        },
      },
    ],
  });
  return {
    metafile,
    outputFiles,
    builtins: [...builtins].map(([path, importer]) => ({
      path,
      importer: importer.replace(/^.*\/(node_modules|packages)\//, ''),
    })),
  };
}

/** An application that imports these names and nothing else. */
function importing(names, entry) {
  const folder = dirname(resolve(entry));
  const path = `./${relative(folder, resolve(entry))}`;
  return {
    contents: `export { ${names.join(', ')} } from ${JSON.stringify(path)};`,
    resolveDir: folder,
  };
}

/** The outputs that are loaded together with the entry: those that no dynamic import stands before. */
function outputsAtOnce({ outputs }, entry) {
  const found = new Set();
  const visit = (path) => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: next, kind, external } of outputs[path].imports) {
      if (!external && kind !== 'dynamic-import') visit(next);
    }
  };
  // What a dynamic import loads is an entry point of its own, so being one is not enough.
  const isEntry = ({ entryPoint }) =>
    entryPoint === '<stdin>' || (entryPoint && resolve(entryPoint) === resolve(entry));
  visit(Object.keys(outputs).find((path) => isEntry(outputs[path])));
  return [...found];
}

function namesIn(paths) {
  const names = paths.map((path) =>
    [...path.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)].map((match) => match[1]).at(-1),
  );
  return [...new Set(names.filter(Boolean))].sort();
}
