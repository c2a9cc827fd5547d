// Type-checks every `ts` fence of the READMEs and every @example of the sources, and runs the fences marked `ts run`.
// A fence without imports gets those of the package's own exports it mentions, so that examples stay short.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import ts from 'typescript';
import { filesBelow, packages, report, root, run, short } from './lib.mjs';

const faults = [];
const written = [];
const folders = new Set();

/** Name → specifier, for every name the package exports; the first subpath that has it wins. */
function exportsOf(subpaths) {
  const program = ts.createProgram(
    subpaths.map(({ source }) => source),
    {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      skipLibCheck: true,
      types: [],
    },
  );
  const checker = program.getTypeChecker();
  const names = new Map();
  for (const { source, specifier } of subpaths) {
    const symbol = checker.getSymbolAtLocation(program.getSourceFile(source));
    for (const { name } of symbol ? checker.getExportsOfModule(symbol) : []) {
      if (!names.has(name)) names.set(name, specifier);
    }
  }
  return names;
}

function withImports(code, names) {
  if (/^\s*import\s/m.test(code)) return code;
  const lines = [...names]
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(code))
    .filter(
      ([name]) =>
        !new RegExp(`\\b(?:const|let|function|type|interface|class)\\s+${name}\\b`).test(code),
    )
    .map(([name, specifier]) => `import { ${name} } from '${specifier}';`);
  return [...lines, code].join('\n');
}

/** ```ts fences of a Markdown text. */
function fences(text) {
  return [...text.matchAll(/^```ts([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    runs: match[1].trim() === 'run',
    code: match[2],
  }));
}

/** @example blocks of doc comments, as fences. */
function comments(text) {
  return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((comment) => {
    const plain = comment[0].replace(/^[ \t]*\*(?:\/| ?)/gm, '');
    const base = text.slice(0, comment.index).split('\n').length - 1;
    return fences(plain).map((fence) => ({ ...fence, line: fence.line + base }));
  });
}

function add(folder, place, { line, runs, code }, names) {
  const docs = `${folder}/.docs`;
  folders.add(docs);
  mkdirSync(docs, { recursive: true });
  const id = `${short(place).replace(/[^A-Za-z0-9]+/g, '-')}-${line}`;
  const file = `${docs}/${id}.ts`;
  writeFileSync(file, `${withImports(code, names)}\nexport {};\n`);
  written.push({ file, runs, folder, from: `${short(place)}:${line}` });
}

for (const { folder, subpaths } of packages()) {
  const names = exportsOf(subpaths);
  const readme = `${folder}/README.md`;
  if (existsSync(readme)) {
    for (const fence of fences(readFileSync(readme, 'utf8'))) add(folder, readme, fence, names);
  }
  for (const file of filesBelow(`${folder}/src`, '.ts')) {
    for (const fence of comments(readFileSync(file, 'utf8'))) add(folder, file, fence, names);
  }
}
for (const name of ['README.md', 'SECURITY.md', 'CONTRIBUTING.md']) {
  for (const fence of fences(readFileSync(`${root}${name}`, 'utf8'))) {
    add(`${root}examples/gateway`, `${root}${name}`, fence, new Map());
  }
}

const config = `${root}tsconfig.docs-examples.json`;
try {
  writeFileSync(
    config,
    JSON.stringify({
      extends: './tsconfig.base.json',
      compilerOptions: { lib: ['ES2023', 'DOM', 'DOM.Iterable'] },
      files: written.map(({ file }) => file),
    }),
  );
  const checked = spawnSync(`${root}node_modules/.bin/tsc`, ['-p', config, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (checked.status !== 0) {
    for (const message of checked.stdout.split('\n').filter((text) => /error TS/.test(text))) {
      const example = written.find(({ file }) => message.startsWith(short(file)));
      faults.push(
        example ? `${example.from} ${message.slice(short(example.file).length)}` : message,
      );
    }
    if (faults.length === 0) faults.push(`tsc failed: ${checked.stdout}${checked.stderr}`);
  }
  for (const { file, folder, from, runs } of written) {
    if (!runs || faults.length > 0) continue;
    const target = file.replace(/\.ts$/, '.mjs');
    writeFileSync(
      target,
      transformSync(readFileSync(file, 'utf8'), { loader: 'ts', format: 'esm' }).code,
    );
    if (
      run(process.execPath, [target], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }) !== 0
    ) {
      faults.push(`${from} fails when it is run`);
    }
  }
} finally {
  rmSync(config, { force: true });
  for (const docs of folders) rmSync(docs, { recursive: true, force: true });
}

const running = written.filter(({ runs }) => runs).length;
report('examples', faults, `${written.length} examples type-check, ${running} of them run`);
