// Checks what a user would install: the packed tarballs, not the working tree.
// publint and attw look at the metadata; then the unpacked files are type-checked, imported and required, and the two copies of the
// error class must recognise each other.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { dualLoadFaults } from './dual-load.mjs';
import { filesBelow, packages, pnpm, report, root, short } from './lib.mjs';

const require = createRequire(import.meta.url);
const temporary = mkdtempSync(`${tmpdir()}/postern-pack-`);
const faults = [];

/** One error of each package, made by its own class, as a caller of either copy might see it. */
const sampleErrors = {
  config: ({ ConfigError }) => new ConfigError({ code: 'invalid-arn', message: 'sample' }),
  rbac: ({ RbacError }) => new RbacError('invalid-template', 'sample'),
  'join-iam': ({ JoinIamError }) => new JoinIamError('request-malformed', { message: 'sample' }),
  federation: ({ FederationError }) =>
    new FederationError({ code: 'invalid-argument', message: 'sample' }),
  'sigv4-proxy': ({ SigV4ProxyError }) => new SigV4ProxyError('signature-mismatch', 'sample'),
};

function tool(name, args) {
  const { status, stdout, stderr } = spawnSync(`${root}node_modules/.bin/${name}`, args, {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) faults.push(`${name} ${args[0]}\n${stdout}${stderr}`);
}

/** What is wrong with the metadata and the list of files. */
function checkFiles(unpacked, manifest) {
  const shipped = JSON.parse(readFileSync(`${unpacked}/package.json`, 'utf8'));
  const ranges = { ...shipped.dependencies, ...shipped.peerDependencies };
  for (const [dependency, range] of Object.entries(ranges)) {
    if (/^(workspace|catalog|link|file):/.test(range)) {
      faults.push(`${manifest.name} would ship "${dependency}": "${range}"`);
    }
  }
  const files = readdirSync(unpacked);
  for (const unwanted of ['test', 'tools', 'tsup.config.ts', 'tsconfig.json', 'node_modules']) {
    if (files.includes(unwanted)) faults.push(`${manifest.name} ships ${unwanted}`);
  }
  for (const wanted of ['README.md', 'LICENSE', 'dist', 'src']) {
    if (!files.includes(wanted)) faults.push(`${manifest.name} does not ship ${wanted}`);
  }
}

/** The declarations as a strict user without skipLibCheck reads them. Faults of other people's declarations are not ours. */
function checkDeclarations(unpacked, manifest) {
  const program = ts.createProgram(
    [...filesBelow(unpacked, '.d.ts'), ...filesBelow(unpacked, '.d.cts')],
    {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: ['node'],
      typeRoots: [`${root}node_modules/@types`],
    },
  );
  for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
    if (!file?.fileName.startsWith(unpacked)) continue;
    const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
    const place = `${file.fileName.slice(unpacked.length + 1)}:${line + 1}`;
    faults.push(`${manifest.name} ${place} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  }
}

/** Loads each subpath both ways. Gives the copies by subpath. */
async function load(unpacked, subpaths) {
  const copies = [];
  for (const { specifier, target } of subpaths) {
    try {
      const esm = await import(pathToFileURL(`${unpacked}/${target.import.default}`).href);
      const cjs = require(`${unpacked}/${target.require.default}`);
      const [one, other] = [esm, cjs].map((api) => Object.keys(api).sort().join(' '));
      if (one !== other) faults.push(`${specifier}: import and require export different names`);
      if (one === '') faults.push(`${specifier} exports nothing`);
      copies.push({ specifier, esm, cjs });
    } catch (error) {
      faults.push(`${specifier} does not load: ${error.message}`);
    }
  }
  return copies;
}

/** A version that no changelog and no changeset explains would reach users unannounced. */
function isAnnounced({ folder, manifest }) {
  const changelog = `${folder}/CHANGELOG.md`;
  if (
    existsSync(changelog) &&
    readFileSync(changelog, 'utf8').includes(`\n## ${manifest.version}\n`)
  ) {
    return true;
  }
  return filesBelow(`${root}.changeset`, '.md').some((file) =>
    new RegExp(`^['"]?${manifest.name}['"]?: (?:patch|minor|major)$`, 'm').test(
      readFileSync(file, 'utf8'),
    ),
  );
}

const loaded = [];
for (const one of packages()) {
  const { name, folder: source, manifest, subpaths } = one;
  if (!isAnnounced(one)) {
    faults.push(`${manifest.name} ${manifest.version} is in no changelog and no changeset`);
  }
  const packed = `${temporary}/${name}`;
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
    const { status } = spawnSync('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
    if (status !== 0) {
      faults.push(`${short(source)}: tar cannot unpack ${file}`);
      continue;
    }
    checkFiles(unpacked, manifest);
    checkDeclarations(unpacked, manifest);
    for (const copies of await load(unpacked, subpaths)) {
      loaded.push({ ...copies, sample: sampleErrors[name] });
    }
    if (!sampleErrors[name]) faults.push(`tools/pack-check.mjs has no sample error of ${name}`);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}
faults.push(...dualLoadFaults(loaded));
rmSync(temporary, { recursive: true, force: true });
report(
  'pack',
  faults,
  'every tarball is sound; every subpath imports and requires, and errors know their copies',
);
