// Type-checks every `ts` fence of the READMEs and every @example of the sources, and runs the fences marked `ts run`.
// A fence without imports gets those of the package's own exports it mentions, so that examples stay short.
// The main verbs of every subpath must have an example, and no @example may escape for want of a fence.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import ts from 'typescript';
import { filesBelow, packages, report, root, short } from './lib.mjs';
import { bareExamplesOf, exampleFencesOf, fencesOf } from './markdown.mjs';
import { withImports } from './with-imports.mjs';

/** The functions that a reader looks up first. */
const mainVerb = /^(create|verify|parse|resolve|format)[A-Z]/;

const faults = [];
const written = [];
const folders = new Set();

/** What the subpaths export: where from, whether it is there at run time, and whether its doc comment has an example. */
function exportsOf(subpaths) {
  const program = ts.createProgram(
    subpaths.map(({ source }) => source),
    {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      skipLibCheck: true,
      types: [],
    },
  );
  const checker = program.getTypeChecker();
  const found = new Map();
  for (const { source, specifier } of subpaths) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(source));
    for (const symbol of module ? checker.getExportsOfModule(module) : []) {
      if (found.has(symbol.name)) continue;
      const target =
        symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      found.set(symbol.name, {
        specifier,
        isType: !(target.flags & ts.SymbolFlags.Value),
        needsExample: (target.flags & ts.SymbolFlags.Function) !== 0 && mainVerb.test(symbol.name),
        hasExample: target
          .getJsDocTags(checker)
          .some(
            ({ name, text }) =>
              name === 'example' &&
              fencesOf(ts.displayPartsToString(text)).some(({ language }) => language === 'ts'),
          ),
        file: target.declarations?.[0]?.getSourceFile().fileName,
      });
    }
  }
  return found;
}

function add(folder, place, { line, flag, code }, names) {
  if (flag !== '' && flag !== 'run') {
    faults.push(`${short(place)}:${line} is marked "ts ${flag}"; there is only "ts run"`);
    return;
  }
  const docs = `${folder}/.docs`;
  folders.add(docs);
  mkdirSync(docs, { recursive: true });
  const id = `${short(place).replace(/[^A-Za-z0-9]+/g, '-')}-${line}`;
  const file = `${docs}/${id}.ts`;
  writeFileSync(file, `${withImports(code, names)}\nexport {};\n`);
  written.push({ file, runs: flag === 'run', folder, from: `${short(place)}:${line}` });
}

const typescript = ({ language }) => language === 'ts';

for (const { folder, subpaths } of packages()) {
  const names = exportsOf(subpaths);
  for (const [name, { needsExample, hasExample, file }] of names) {
    if (needsExample && !hasExample) {
      faults.push(`${short(file)}: the doc comment of ${name} has no @example with a ts fence`);
    }
  }
  const readme = `${folder}/README.md`;
  if (existsSync(readme)) {
    for (const fence of fencesOf(readFileSync(readme, 'utf8')).filter(typescript)) {
      add(folder, readme, fence, names);
    }
  }
  for (const file of filesBelow(`${folder}/src`, '.ts')) {
    for (const line of bareExamplesOf(readFileSync(file, 'utf8'))) {
      faults.push(`${short(file)}:${line} has an @example without a ts fence`);
    }
    for (const fence of exampleFencesOf(readFileSync(file, 'utf8')).filter(typescript)) {
      add(folder, file, fence, names);
    }
  }
}
const documents = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md'].map((name) => `${root}${name}`),
  ...filesBelow(`${root}examples`, 'README.md').filter((file) => !file.includes('/node_modules/')),
];
for (const file of documents) {
  for (const fence of fencesOf(readFileSync(file, 'utf8')).filter(typescript)) {
    add(`${root}examples/gateway`, file, fence, new Map());
  }
}

const config = `${root}tsconfig.docs-examples.json`;
try {
  writeFileSync(
    config,
    JSON.stringify({
      extends: './tsconfig.base.json',
      files: written.map(({ file }) => file),
    }),
  );
  const checked = spawnSync(`${root}node_modules/.bin/tsc`, ['-p', config, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (checked.status !== 0) {
    const before = faults.length;
    for (const message of checked.stdout.split('\n').filter((text) => /error TS/.test(text))) {
      const example = written.find(({ file }) => message.startsWith(`${short(file)}(`));
      faults.push(
        example ? `${example.from} ${message.slice(short(example.file).length)}` : message,
      );
    }
    if (faults.length === before) faults.push(`tsc failed: ${checked.stdout}${checked.stderr}`);
  }
  for (const { file, folder, from, runs } of written) {
    if (!runs) continue;
    const target = file.replace(/\.ts$/, '.mjs');
    writeFileSync(
      target,
      transformSync(readFileSync(file, 'utf8'), { loader: 'ts', format: 'esm' }).code,
    );
    // The program runs on the build, the way a reader's would, and gets no environment of ours to lean on.
    const { status, stderr } = spawnSync(process.execPath, [target], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
      timeout: 60_000,
    });
    if (status !== 0) faults.push(`${from} fails when it is run\n${stderr}`);
  }
} finally {
  rmSync(config, { force: true });
  for (const docs of folders) rmSync(docs, { recursive: true, force: true });
}

const running = written.filter(({ runs }) => runs).length;
report('examples', faults, `${written.length} examples type-check, ${running} of them run`);
