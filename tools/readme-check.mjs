// A package README is read alone on npm: it must have its headings, and its table of error codes must be the union.
// Links of all Markdown files must lead somewhere.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';
import { filesBelow, packages, report, root, short } from './lib.mjs';
import { anchorsOf, fencesOf, linksOf, sectionOf, tableRowsOf } from './markdown.mjs';

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

for (const { folder, manifest } of packages()) {
  const file = `${folder}/README.md`;
  const fault = (text) => faults.push(`${short(file)} ${text}`);
  if (!existsSync(file)) {
    fault('is missing');
    continue;
  }
  const text = readFileSync(file, 'utf8');
  if (!new RegExp(`^# ${manifest.name}\n\n[^\n#\`|-]`).test(text)) {
    fault(`does not begin with "# ${manifest.name}" and a sentence about it`);
  }
  const lines = text.split('\n');
  const found = headings.map((heading) => lines.indexOf(`## ${heading}`));
  headings.forEach((heading, index) => {
    if (found[index] < 0) fault(`has no heading "## ${heading}"`);
    else if (sectionOf(text, heading)?.trim() === '') fault(`has nothing under "## ${heading}"`);
    else if (index > 0 && found[index] < found[index - 1]) {
      fault(`has "## ${heading}" before "## ${headings[index - 1]}"`);
    }
  });
  if (!sectionOf(text, 'Install')?.includes(`npm install ${manifest.name}`)) {
    fault(`does not say "npm install ${manifest.name}"`);
  }
  const example = fencesOf(sectionOf(text, 'Example') ?? '');
  if (!example.some(({ language, flag }) => language === 'ts' && flag === 'run')) {
    fault('has no example that is run ("```ts run" under "## Example")');
  }
  const listed = tableRowsOf(sectionOf(text, 'Error codes') ?? '')
    .map(([code, meaning]) => ({ code: /^`([a-z0-9-]+)`$/.exec(code)?.[1], meaning }))
    .filter(({ code }) => code !== undefined);
  const codes = errorCodes(`${folder}/src/errors.ts`);
  if (codes.length === 0) faults.push(`${short(folder)}/src/errors.ts exports no …ErrorCode union`);
  for (const code of codes) {
    const rows = listed.filter((row) => row.code === code);
    if (rows.length === 0) fault(`does not list error code ${code}`);
    if (rows.length > 1) fault(`lists error code ${code} more than once`);
    if (rows.some(({ meaning }) => !meaning)) fault(`does not say what error code ${code} means`);
  }
  for (const { code } of listed) {
    if (!codes.includes(code)) fault(`lists ${code}, which no error carries`);
  }
}

const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'].map((name) => `${root}${name}`),
  ...['packages', 'examples', 'bench'].flatMap((group) =>
    filesBelow(`${root}${group}`, 'README.md').filter((file) => !file.includes('/node_modules/')),
  ),
];
for (const file of documents) {
  if (!existsSync(file)) {
    faults.push(`${short(file)} is missing`);
    continue;
  }
  for (const link of linksOf(readFileSync(file, 'utf8'))) {
    const [path, anchor] = link.split('#');
    const target = path === '' ? file : resolve(dirname(file), path);
    if (!existsSync(target)) faults.push(`${short(file)} links ${link}, which is not there`);
    else if (
      anchor &&
      target.endsWith('.md') &&
      !anchorsOf(readFileSync(target, 'utf8')).includes(anchor)
    ) {
      faults.push(`${short(file)} links ${link}; that document has no such heading`);
    }
  }
}

report('readme', faults, 'headings, error codes and links are complete');
