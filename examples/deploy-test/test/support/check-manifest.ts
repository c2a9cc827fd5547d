import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { Manifest } from './manifest.js';

/** Where a kind is declared among the types that are made from the OpenAPI description of Kubernetes. */
function moduleOf(apiVersion: string): string {
  const [group = '', version] = apiVersion.includes('/')
    ? apiVersion.split('/')
    : ['core', apiVersion];
  return `kubernetes-types/${group.split('.')[0]}/${version}`;
}

const folder = dirname(createRequire(import.meta.url).resolve('kubernetes-types/package.json'));

/**
 * Checks manifests against the API of Kubernetes: each is written down as a literal of its kind, so that fields which do not
 * exist, fields which are missing, and values of a wrong type are faults of the compiler.
 *
 * @returns the faults
 */
export function checkManifests(manifests: readonly Manifest[]): readonly string[] {
  // Beside the package, so that its name leads there.
  const file = join(folder, '../../.manifests.ts');
  const source = manifests
    .map(
      (manifest, index) =>
        `import type { ${manifest.kind} as Kind${index} } from '${moduleOf(manifest.apiVersion)}';\nexport const m${index}: Kind${index} = ${JSON.stringify(manifest, null, 1)};`,
    )
    .join('\n');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === file || fileExists(path);
  host.getSourceFile = (path, language, ...more) =>
    path === file
      ? ts.createSourceFile(path, source, language)
      : getSourceFile(path, language, ...more);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
