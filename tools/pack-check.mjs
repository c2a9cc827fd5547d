// Checks what a user would install: the packed tarballs, not the working tree.
// publint and attw look at the metadata; then every subpath is imported and required from the unpacked files.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { packages, pnpm, report, root } from './lib.mjs';

const require = createRequire(import.meta.url);
const folder = mkdtempSync(`${tmpdir()}/postern-pack-`);
const faults = [];

function tool(name, args) {
  const { status, stdout, stderr } = spawnSync(`${root}node_modules/.bin/${name}`, args, {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) faults.push(`${name} ${args[0]}\n${stdout}${stderr}`);
}

for (const { name, folder: source, manifest, subpaths } of packages()) {
  const packed = `${folder}/${name}`;
  mkdirSync(packed);
  if (pnpm(['--silent', 'pack', '--pack-destination', packed], { cwd: source, stdio: 'ignore' })) {
    faults.push(`${manifest.name} does not pack`);
    continue;
  }
  const [file] = readdirSync(packed);
  const tarball = `${packed}/${file}`;
  tool('publint', [tarball, '--strict']);
  tool('attw', [tarball, '--profile', 'node16']);

  // Unpacked inside the package's folder, the files find the dependencies that are installed there.
  const unpacked = `${source}/.packed`;
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked);
  try {
    spawnSync('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
    const shipped = JSON.parse(readFileSync(`${unpacked}/package.json`, 'utf8'));
    for (const [dependency, range] of Object.entries(shipped.dependencies ?? {})) {
      if (/^(workspace|catalog|link|file):/.test(range)) {
        faults.push(`${manifest.name} would ship "${dependency}": "${range}"`);
      }
    }
    for (const unwanted of ['test', 'tsup.config.ts', 'node_modules']) {
      if (readdirSync(unpacked).includes(unwanted))
        faults.push(`${manifest.name} ships ${unwanted}`);
    }
    for (const { specifier, target } of subpaths) {
      try {
        const esm = await import(pathToFileURL(`${unpacked}/${target.import.default}`).href);
        const cjs = require(`${unpacked}/${target.require.default}`);
        const [one, other] = [esm, cjs].map((api) => Object.keys(api).sort().join(' '));
        if (one !== other) faults.push(`${specifier}: import and require export different names`);
        if (one === '') faults.push(`${specifier} exports nothing`);
      } catch (error) {
        faults.push(`${specifier} does not load: ${error.message}`);
      }
    }
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}
rmSync(folder, { recursive: true, force: true });
report('pack', faults, 'every tarball is sound; every subpath imports and requires');
