// A package README is read alone on npm: it must have its headings, and its table of error codes must be the union.
import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { packages, report, root, short } from './lib.mjs';

const headings = [
  'Install',
  'Example',
  'Concepts',
  'Error codes',
  'Security',
  'What it does not do',
];
const faults = [];

/** String literals of the exported types of errors.ts whose name ends in ErrorCode. */
function errorCodes(file) {
  const program = ts.createProgram([file], { strict: true, skipLibCheck: true, types: [] });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const codes = [];
  for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source))) {
    if (!symbol.name.endsWith('ErrorCode')) continue;
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    for (const part of type.isUnion() ? type.types : [type]) {
      if (part.isStringLiteral()) codes.push(part.value);
    }
  }
  return codes;
}

function section(text, heading) {
  const start = text.search(new RegExp(`^## ${heading}$`, 'm'));
  if (start < 0) return undefined;
  const rest = text.slice(start + heading.length + 3);
  const end = rest.search(/^## /m);
  return end < 0 ? rest : rest.slice(0, end);
}

for (const { folder, manifest } of packages()) {
  const file = `${folder}/README.md`;
  if (!existsSync(file)) {
    faults.push(`${short(file)} is missing`);
    continue;
  }
  const text = readFileSync(file, 'utf8');
  if (!text.startsWith(`# ${manifest.name}\n`)) {
    faults.push(`${short(file)} does not begin with "# ${manifest.name}"`);
  }
  const found = headings.map((heading) => text.search(new RegExp(`^## ${heading}$`, 'm')));
  headings.forEach((heading, index) => {
    if (found[index] < 0) faults.push(`${short(file)} has no heading "## ${heading}"`);
    else if (index > 0 && found[index] < found[index - 1]) {
      faults.push(`${short(file)}: "## ${heading}" stands before "## ${headings[index - 1]}"`);
    }
  });
  const table = section(text, 'Error codes') ?? '';
  const listed = [...table.matchAll(/^\|\s*`([a-z0-9-]+)`/gm)].map((match) => match[1]);
  const codes = errorCodes(`${folder}/src/errors.ts`);
  if (codes.length === 0) faults.push(`${short(folder)}/src/errors.ts exports no …ErrorCode union`);
  for (const code of codes) {
    if (!listed.includes(code)) faults.push(`${short(file)} does not list error code ${code}`);
  }
  for (const code of listed) {
    if (!codes.includes(code)) faults.push(`${short(file)} lists ${code}, which no error carries`);
  }
}

for (const name of ['README.md', 'CONTRIBUTING.md', 'SECURITY.md']) {
  const folder = root;
  const text = readFileSync(`${folder}${name}`, 'utf8');
  for (const [, target] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)) {
    if (!existsSync(`${folder}${target}`))
      faults.push(`${name} links ${target}, which is not there`);
  }
}

report('readme', faults, 'headings, error codes and links are complete');
