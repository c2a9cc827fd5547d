import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { library } from '../../tools/tsup-config.js';

const sources = new URL('./src', import.meta.url).pathname;
const proxy = join(sources, 'proxy.ts');

/** The files that are imported on demand. */
function onDemand(): ReadonlySet<string> {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(sources, file));
  const found = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bimport\('(\.[^']+)\.js'\)/g)].map(([, path]) =>
      resolve(dirname(file), `${path}.ts`),
    ),
  );
  return new Set(found.filter((file) => !file.includes('/data/')));
}

/** Makes `export { a } from 'b'` an import and a constant. */
function withOwnNames(text: string): string {
  return text.replace(/^export \{([^}]+)\} from ('[^']+');$/gm, (_all, list: string, from) => {
    const names = list.split(',').flatMap((name) => name.trim() || []);
    const imported = names.map((name) => `${name} as ${name}_`);
    const constants = names.map((name) => `export const ${name} = ${name}_;`);
    return `import { ${imported.join(', ')} } from ${from};\n${constants.join('\n')}`;
  });
}

export default library(
  {
    index: 'src/index.ts',
    toolkit: 'src/toolkit.ts',
    'sigv4/index': 'src/sigv4/index.ts',
    'presign/index': 'src/presign/index.ts',
    'sigv4a/index': 'src/sigv4a/index.ts',
    'verify/index': 'src/verify/index.ts',
    'node/index': 'src/node/index.ts',
    'web/index': 'src/web/index.ts',
    'local-ca/index': 'src/local-ca/index.ts',
    'environment/index': 'src/environment/index.ts',
    'session-store/index': 'src/session-store/index.ts',
  },
  {
    esbuildPlugins: [
      {
        // The bundler makes a file of each set of modules that the same entry points reach. What is imported on demand would so
        // share files with what every proxy runs, and that would come in two dozen pieces; when all that comes on demand reaches
        // the whole proxy, the proxy is one, and nothing of the rest is in it.
        name: 'proxy-in-one-file',
        setup({ onLoad }) {
          const late = onDemand();
          onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
            if (!late.has(path)) return undefined;
            const text = await readFile(path, 'utf8');
            return { contents: `${text}\nimport ${JSON.stringify(proxy)};\n`, loader: 'ts' };
          });
        },
      },
      {
        // A bundler that follows what is exported in passing takes along what the proxy loads on demand, wanted or not. So the
        // index leads to a file for all that is not the proxy, and that file has names of its own.
        name: 'toolkit-of-its-own',
        setup({ onResolve, onLoad, initialOptions }) {
          const extension = initialOptions.outExtension?.['.js'] ?? '.js';
          onResolve({ filter: /^\.\/toolkit\.js$/ }, () => ({
            path: `./toolkit${extension}`,
            external: true,
          }));
          onLoad({ filter: /\/src\/toolkit\.ts$/ }, async ({ path }) => ({
            contents: withOwnNames(await readFile(path, 'utf8')),
            loader: 'ts',
          }));
        },
      },
    ],
  },
);
