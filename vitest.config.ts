import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const base: { compilerOptions: { paths: Record<string, [string]> } } = JSON.parse(
  readFileSync(`${root}tsconfig.base.json`, 'utf8'),
);

// Tests run on the sources, so that a failing line is a line of src and no build can be stale.
const alias = Object.entries(base.compilerOptions.paths).map(([find, [path]]) => ({
  find: new RegExp(`^${find}$`),
  replacement: `${root}${path.slice(2)}`,
}));

const project = (name: string, folder: string) => ({
  resolve: { alias },
  test: {
    name,
    root: `${root}${folder}`,
    include: ['test/**/*.test.ts', 'test/**/*.test.mjs'],
    setupFiles: [`${root}tools/vitest/to-throw-with-code.ts`],
    testTimeout: 30_000,
  },
});

export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      // Floors: what the tests reach, rounded down. They only ever rise.
      thresholds: {
        lines: 98,
        statements: 97,
        functions: 96,
        branches: 93,
        'packages/sigv4-proxy/src/sigv4/**': { branches: 93 },
        'packages/join-iam/src/server/**': { branches: 95 },
        'packages/rbac/src/access/**': { branches: 100 },
      },
    },
    projects: [
      ...['config', 'rbac', 'join-iam', 'federation', 'sigv4-proxy'].map((name) =>
        project(name, `packages/${name}`),
      ),
      ...[
        'aws-stand-in',
        'sign-in',
        'portal',
        'gateway',
        'demo',
        'cli',
        'browser',
        'interop',
        'deploy-test',
      ].map((name) => project(name, `examples/${name}`)),
      project('tools', 'tools'),
    ],
  },
});
