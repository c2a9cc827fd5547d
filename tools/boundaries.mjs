// What may import what. Two views: the sources (forbidden words, cycles, siblings), and the bundle of each subpath
// (which packages and built-ins really come along when a user imports it).
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, resolve } from 'node:path';
import { build } from 'esbuild';
import { filesBelow, packages, report, short } from './lib.mjs';

const faults = [];
const all = packages();

/** Subpath → packages that must not be in its bundle, and whether built-ins of Node may be. */
const rules = {
  // Both come with the Node build of yaml; our own sources import neither.
  '@postern/config': { without: ['minimatch'], node: ['process', 'buffer'] },
  '@postern/config/aws': { only: [], node: false, maxMinified: 40 * 1024 },
  '@postern/config/endpoints': { only: [], node: false },
  '@postern/config/wildcard': { only: [], node: false },
  '@postern/config/duration': { only: [], node: false },
  '@postern/config/node': { without: [], node: true },
  '@postern/rbac': { only: ['re2js', 'email-addresses'], node: false },
  '@postern/join-iam': { without: ['@aws-sdk/*', 'yaml', 'ajv'], node: true },
  '@postern/join-iam/client': { without: ['@aws-sdk/*', 'yaml', 'ajv'], node: true },
  '@postern/join-iam/server': { without: ['@aws-sdk/*', 'yaml', 'ajv'], node: true },
  '@postern/federation': { without: ['yaml', 'ajv'], node: true },
  '@postern/federation/oidc': { without: ['@aws-sdk/*', 'yaml', 'ajv'], node: true },
  '@postern/federation/policy': { without: ['@aws-sdk/*', 'jose', 'yaml', 'ajv'], node: true },
  '@postern/sigv4-proxy': { without: ['@peculiar/x509', 'yaml', 'ajv', '@aws-sdk/*'], node: true },
  '@postern/sigv4-proxy/sigv4': { only: [], node: ['node:crypto'] },
  '@postern/sigv4-proxy/node': { without: ['@peculiar/x509', 'yaml', 'ajv'], node: true },
  '@postern/sigv4-proxy/web': { without: ['@peculiar/x509', 'yaml', 'ajv'], node: true },
  '@postern/sigv4-proxy/local-ca': { without: ['yaml', 'ajv', '@aws-sdk/*'], node: true },
  '@postern/sigv4-proxy/environment': { only: [], node: false },
};

/** Clock, randomness, environment and network are arguments; these words have no place in a package's source. */
const forbidden = [
  [/\bprocess\.env\b/, 'process.env'],
  [/\bDate\.now\(/, 'Date.now()'],
  [/\bMath\.random\(/, 'Math.random()'],
  // A call, not the host name of a web console.
  [/\bconsole\.\w+\(/, 'console'],
  [/^(?:let|var)\s/m, 'a module-level variable'],
];
const clocks = /\bnew Date\(\)/;

function importsOf(text) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [
    ...code.matchAll(
      /^\s*(import|export)\b([^'";]*?)\bfrom\s+'([^']+)'|\bimport\('([^']+)'\)|^\s*import\s+'([^']+)'/gm,
    ),
  ].map((match) => ({
    typeOnly: /^\s*type\b/.test(match[2] ?? ''),
    specifier: match[3] ?? match[4] ?? match[5],
  }));
}

for (const { name, folder, manifest } of all) {
  const graph = new Map();
  for (const file of filesBelow(`${folder}/src`, '.ts')) {
    const text = readFileSync(file, 'utf8');
    const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
    for (const [pattern, word] of forbidden) {
      if (pattern.test(code)) faults.push(`${short(file)} uses ${word}; take it as an argument`);
    }
    if (clocks.test(code) && !file.endsWith('/defaults.ts')) {
      faults.push(`${short(file)} reads the clock; take it as an argument`);
    }
    const lines = text.split('\n').length - 1;
    if (lines > 250 && !/\/(data|generated)\//.test(file)) {
      faults.push(`${short(file)} has ${lines} lines; split it by verb (250 at most)`);
    }
    const edges = [];
    for (const { specifier, typeOnly } of importsOf(text)) {
      const sibling = /^@postern\/([^/]+)/.exec(specifier)?.[1];
      if (sibling && sibling !== name && sibling !== 'config') {
        faults.push(`${short(file)} imports ${specifier}; siblings never import each other`);
      }
      if (
        sibling === 'config' &&
        specifier === '@postern/config' &&
        !typeOnly &&
        name !== 'config'
      ) {
        faults.push(`${short(file)} imports the loader; only its types, or a subpath`);
      }
      if (!specifier.startsWith('.') && !isBuiltin(specifier)) {
        const owner = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
        const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
        if (!Object.hasOwn(declared, owner) && owner !== manifest.name) {
          faults.push(`${short(file)} imports ${owner}, which package.json does not name`);
        }
      }
      if (specifier.startsWith('.') && !typeOnly) {
        edges.push(resolve(dirname(file), specifier).replace(/\.js$/, '.ts'));
      }
    }
    graph.set(file, edges);
  }
  const state = new Map();
  const visit = (file, trail) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      const cycle = [...trail.slice(trail.indexOf(file)), file].map(short);
      faults.push(`import cycle: ${cycle.join(' → ')}`);
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file, []);
}

const packageOf = (path) =>
  [...path.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)].map((match) => match[1]).at(-1);
const fits = (name, pattern) =>
  pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

for (const { folder, subpaths } of all) {
  for (const { specifier, target } of subpaths) {
    const rule = rules[specifier];
    if (!rule) {
      faults.push(`tools/boundaries.mjs has no rule for ${specifier}`);
      continue;
    }
    const { metafile, outputFiles } = await build({
      entryPoints: [`${folder}/${target.import.default}`],
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'silent',
    });
    const found = new Set(Object.keys(metafile.inputs).map(packageOf).filter(Boolean));
    const builtins = new Set(
      Object.values(metafile.outputs).flatMap(({ imports }) =>
        imports.filter(({ external }) => external).map(({ path }) => path),
      ),
    );
    for (const name of found) {
      if (name.startsWith('@postern/')) continue;
      if (
        rule.only
          ? !rule.only.some((ok) => fits(name, ok))
          : rule.without.some((no) => fits(name, no))
      ) {
        faults.push(`${specifier} brings ${name} along`);
      }
    }
    for (const name of builtins) {
      const allowed = Array.isArray(rule.node) ? rule.node.includes(name) : rule.node;
      if (!allowed) faults.push(`${specifier} needs ${name}`);
    }
    const size = outputFiles.reduce((sum, { contents }) => sum + contents.length, 0);
    if (rule.maxMinified && size > rule.maxMinified) {
      faults.push(`${specifier} is ${size} bytes minified; ${rule.maxMinified} at most`);
    }
  }
}

report('boundaries', faults, 'imports, bundles and sources keep their bounds');
