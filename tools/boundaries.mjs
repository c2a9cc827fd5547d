// What may import what. Two views: the sources (forbidden words, cycles, siblings), and the bundle of each subpath
// (which packages and built-ins really come along when a user imports it, and how large it is).
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, resolve } from 'node:path';
import { bundle } from './bundle.mjs';
import { filesBelow, packages, report, short } from './lib.mjs';
import { cyclesOf, findingsOf, importsOf } from './scan-source.mjs';

const KiB = 1024;
const loader = ['yaml', 'ajv', 'minimatch'];
const anyNode = { node: true };
const noNode = { node: false };

/**
 * Subpath → what its bundle may hold.
 *   only      every package that may come along (others of ours always may, but for their loader)
 *   without   packages that must not; the rest may
 *   lazy      packages that may come along by a dynamic import only
 *   node      true, false, or the built-ins that may be used; false also means that it bundles for a browser
 *   minified  largest size in bytes, minified, of all that is loaded at once
 *   gzip      the same, of our own code only, compressed
 *   named     export → rules of the same kind for an application that imports this one alone; its size is told at every run
 */
const rules = {
  '@postern/config': {
    only: ['yaml', 'ajv', 'fast-uri', 'fast-deep-equal', 'json-schema-traverse'],
    ...noNode,
  },
  '@postern/config/aws': { only: [], ...noNode, minified: 40 * KiB },
  '@postern/config/endpoints': { only: [], ...noNode },
  '@postern/config/wildcard': { only: [], ...noNode, minified: 2 * KiB },
  '@postern/config/duration': { only: [], ...noNode, minified: 4 * KiB },
  '@postern/config/node': {
    only: ['minimatch', '@isaacs/nonrecursive-glob-match', 'brace-expansion', 'balanced-match'],
    ...anyNode,
  },
  '@postern/rbac': { only: ['re2js', 'email-addresses'], ...noNode, gzip: 34 * KiB },
  '@postern/rbac/core': {
    only: ['re2js', 'email-addresses'],
    lazy: ['re2js', 'email-addresses'],
    ...noNode,
    gzip: 8 * KiB,
  },
  '@postern/join-iam': { without: [...loader, '@aws-sdk/*'], ...anyNode },
  '@postern/join-iam/client': { without: [...loader, '@aws-sdk/*'], ...anyNode },
  '@postern/join-iam/server': {
    without: [...loader, '@aws-sdk/*', '@smithy/signature-v4'],
    ...anyNode,
  },
  '@postern/federation': { without: loader, ...anyNode },
  '@postern/federation/oidc': { without: [...loader, '@aws-sdk/*'], ...anyNode },
  '@postern/federation/policy': { without: [...loader, '@aws-sdk/*', 'jose'], ...anyNode },
  '@postern/sigv4-proxy': {
    without: [...loader, '@aws-sdk/*', '@peculiar/x509'],
    lazy: ['undici', '@smithy/*'],
    ...anyNode,
    gzip: 72 * KiB,
    named: {
      createSigV4Proxy: { lazy: ['undici', '@smithy/*'], gzip: 25 * KiB },
    },
  },
  '@postern/sigv4-proxy/sigv4': {
    only: [],
    node: ['node:crypto'],
    gzip: 5 * KiB,
  },
  '@postern/sigv4-proxy/presign': { only: [], node: ['node:crypto'], gzip: 5 * KiB },
  '@postern/sigv4-proxy/sigv4a': { only: [], node: ['node:crypto'], gzip: 1.5 * KiB },
  '@postern/sigv4-proxy/verify': { only: [], node: ['node:crypto'], gzip: 11 * KiB },
  '@postern/sigv4-proxy/node': { without: [...loader, '@aws-sdk/*', '@peculiar/x509'], ...anyNode },
  '@postern/sigv4-proxy/web': { without: [...loader, '@aws-sdk/*', '@peculiar/x509'], ...anyNode },
  '@postern/sigv4-proxy/local-ca': { without: [...loader, '@aws-sdk/*', 'undici'], ...anyNode },
  '@postern/sigv4-proxy/environment': { only: [], ...noNode, minified: 16 * KiB },
  '@postern/sigv4-proxy/session-store': { only: ['lru-cache'], ...noNode, minified: 32 * KiB },
};

/** Folder of a package → built-ins that its sources may not name, whatever the bundle of a subpath says. */
const forbiddenBuiltins = { federation: ['node:http', 'node:https'] };

const faults = [];
const all = packages();
const verbose = process.argv.includes('--verbose');

for (const { name, folder, manifest } of all) {
  const graph = new Map();
  for (const file of filesBelow(`${folder}/src`, '.ts')) {
    const text = readFileSync(file, 'utf8');
    const defaults = file.endsWith('/defaults.ts');
    for (const { line, what } of findingsOf(text, { defaults })) {
      faults.push(`${short(file)}:${line} ${what}`);
    }
    const lines = text.split('\n').length - 1;
    if (lines > 250 && !file.includes('/data/')) {
      faults.push(`${short(file)} has ${lines} lines; split it by verb (250 at most)`);
    }
    const imports = importsOf(text);
    for (const { specifier, typeOnly } of imports) {
      const fault = faultOfImport({ name, manifest, specifier, typeOnly });
      if (fault) faults.push(`${short(file)} imports ${specifier}; ${fault}`);
    }
    graph.set(
      file,
      imports
        .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
        .map(({ specifier }) => resolve(dirname(file), specifier).replace(/\.js$/, '.ts')),
    );
  }
  for (const cycle of cyclesOf(graph)) {
    faults.push(`import cycle: ${cycle.map(short).join(' → ')}`);
  }
}

/** Why a package may not import this, or undefined when it may. */
function faultOfImport({ name, manifest, specifier, typeOnly }) {
  if (specifier.startsWith('.')) return undefined;
  if (isBuiltin(specifier)) {
    if (!specifier.startsWith('node:')) return 'write "node:" before built-ins';
    const forbidden = forbiddenBuiltins[name]?.includes(specifier) && !typeOnly;
    return forbidden ? 'this package sends through what it is given' : undefined;
  }
  const sibling = /^@postern\/([^/]+)/.exec(specifier)?.[1];
  if (sibling && sibling !== name && sibling !== 'config') {
    return 'siblings never import each other';
  }
  if (specifier === '@postern/config' && !typeOnly && name !== 'config') {
    return 'that is the loader; only its types, or a subpath';
  }
  if (sibling === name) return 'inside a package, import the file';
  const owner = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  return Object.hasOwn(declared, owner) ? undefined : 'package.json does not name it';
}

function checkLoadedAtOnce(what, found, { lazy = [], ...limits }) {
  for (const name of found.packagesAtOnce) {
    if (lazy.some((pattern) => fits(name, pattern))) faults.push(`${what} loads ${name} at once`);
  }
  for (const measure of ['minified', 'gzip']) {
    if (limits[measure] !== undefined && found[measure] > limits[measure]) {
      faults.push(`${what} is ${found[measure]} bytes ${measure}; ${limits[measure]} at most`);
    }
  }
}

const fits = (name, pattern) =>
  pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

for (const { folder, subpaths } of all) {
  for (const { specifier, target } of subpaths) {
    const rule = rules[specifier];
    if (!rule) {
      faults.push(`tools/boundaries.mjs has no rule for ${specifier}`);
      continue;
    }
    const found = await bundle(`${folder}/${target.import.default}`, {
      browser: rule.node === false,
    });
    for (const name of found.packages) {
      const allowed = rule.only
        ? rule.only.some((ok) => fits(name, ok))
        : !rule.without.some((no) => fits(name, no));
      if (!allowed) faults.push(`${specifier} brings ${name} along`);
    }
    checkLoadedAtOnce(specifier, found, rule);
    for (const { path, importer } of found.builtins) {
      const allowed = Array.isArray(rule.node) ? rule.node.includes(path) : rule.node;
      if (!allowed) faults.push(`${specifier} needs ${path} (${importer})`);
    }
    for (const [name, limits] of Object.entries(rule.named ?? {})) {
      const alone = await bundle(`${folder}/${target.import.default}`, { names: [name] });
      checkLoadedAtOnce(`${specifier} { ${name} }`, alone, limits);
      console.log(
        `boundaries: ${specifier} { ${name} } is ${alone.gzip} bytes gzip, all of ${specifier} ${found.gzip}`,
      );
    }
    if (verbose) {
      console.log(
        `${specifier}: ${found.minified} bytes minified, own code ${found.gzip} bytes gzip; ${found.packages.join(' ') || 'no package'}`,
      );
    }
  }
}
for (const specifier of Object.keys(rules)) {
  const exported = all.some(({ subpaths }) => subpaths.some((one) => one.specifier === specifier));
  if (!exported)
    faults.push(`tools/boundaries.mjs has a rule for ${specifier}, which nothing exports`);
}

report('boundaries', faults, 'imports, bundles and sources keep their bounds');
