import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const source = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
let folder = '';
let outputs: Metafile['outputs'] = {};

beforeAll(async () => {
  // Outside of the repository, so that no package can be resolved from there.
  folder = mkdtempSync(join(tmpdir(), 'rbac-core-'));
  const { metafile } = await build({
    entryPoints: [source('rbac/src/core/index.ts')],
    alias: {
      '@postern/config/aws': source('config/src/aws/index.ts'),
      '@postern/config/duration': source('config/src/duration/duration.ts'),
      '@postern/config/wildcard': source('config/src/wildcard/compile.ts'),
    },
    external: ['re2js', 'email-addresses'],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    outExtension: { '.js': '.mjs' },
    outdir: folder,
    metafile: true,
  });
  outputs = metafile.outputs;
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What is loaded together with a file, packages by name. */
function loadedWith(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const next of outputs[path]?.imports ?? []) {
    if (next.kind !== 'dynamic-import') loadedWith(next.path, found);
  }
  return found;
}

/** Decides in a process of its own, in which neither package exists. */
function run(label: string, arn: string): string {
  writeFileSync(
    join(folder, 'main.mjs'),
    `import { compileRole, createRoleSet, evaluateAwsAccess, loadLanguages } from './index.mjs';
    const roleArn = 'arn:aws:iam::111122223333:role/dana';
    const allow = { app_labels: { env: ${JSON.stringify(label)} }, aws_role_arns: [${JSON.stringify(arn)}] };
    const document = { version: 'v7', metadata: { name: 'dev' }, spec: { allow } };
    const user = { metadata: { name: 'dana' }, spec: { traits: { name: ['dana'], email: ['dana@example.com'] } } };
    const app = { metadata: { name: 'aws', labels: { env: 'dev' } }, spec: { uri: 'https://console.aws.amazon.com/' } };
    try {
      const languages = await loadLanguages([document], { users: [user] });
      const roles = createRoleSet([compileRole(document, { languages })], user, { languages });
      console.log(evaluateAwsAccess(roles, { app, roleArn, now: new Date(0) }).code);
    } catch (error) {
      console.log(error.code, /re2js|email-addresses/.exec(error.message)?.[0]);
    }`,
  );
  return execFileSync(process.execPath, [join(folder, 'main.mjs')], { encoding: 'utf8' }).trim();
}

describe('the modules of the core', () => {
  it('load no package, and each package has one file that loads it on demand', () => {
    const entry = Object.keys(outputs).find((path) => path.endsWith('/index.mjs')) ?? '';
    const atOnce = loadedWith(entry);
    const importers = (name: string) =>
      Object.entries(outputs).filter(([, { imports }]) =>
        imports.some(({ path }) => path === name),
      );
    for (const name of ['re2js', 'email-addresses']) {
      expect(atOnce.has(name)).toBe(false);
      expect(importers(name)).toHaveLength(1);
    }
  });

  it('decide about lists, globs and variables where the packages do not exist', () => {
    const exact = 'arn:aws:iam::111122223333:role/dana';
    expect(run('dev', exact)).toBe('granted');
    expect(run('d*', 'arn:aws:iam::111122223333:role/{{external.name}}')).toBe('granted');
    expect(run('prod', exact)).toBe('no-allow');
  });

  it('ask for a package when a text needs it, and not before', () => {
    expect(run('^dev$', 'arn:aws:iam::111122223333:role/dana')).toBe('ERR_MODULE_NOT_FOUND re2js');
    expect(run('dev', 'arn:aws:iam::111122223333:role/{{email.local(external.email)}}')).toBe(
      'ERR_MODULE_NOT_FOUND email-addresses',
    );
  });
});
