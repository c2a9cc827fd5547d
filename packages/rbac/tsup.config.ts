import { readFile } from 'node:fs/promises';
import { library } from '../../tools/tsup-config.js';

const core = new URL('./src/core/index.ts', import.meta.url).pathname;

/** What is imported on demand. */
const ON_DEMAND = /\/src\/languages\/(?:load-needed|sources\/\w+)\.ts$/;

export default library(
  {
    index: 'src/index.ts',
    'core/index': 'src/core/index.ts',
  },
  {
    esbuildPlugins: [
      {
        // The bundler makes a file of each set of modules that the same entry points reach. What the languages share with the core
        // would so come in a dozen small files; when every language reaches all of the core, the core is one.
        name: 'core-in-one-file',
        setup({ onLoad }) {
          onLoad({ filter: ON_DEMAND }, async ({ path }) => ({
            contents: `${await readFile(path, 'utf8')}\nimport ${JSON.stringify(core)};\n`,
            loader: 'ts',
          }));
        },
      },
    ],
  },
);
