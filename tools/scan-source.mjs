// Reads one TypeScript source for what the boundaries ask about. Works on the syntax tree, so that a word in a comment, in a string
// or in a host name is no finding.
import ts from 'typescript';

/** Globals that are clock, randomness, environment or network: arguments in this house, never found words. */
const globals = {
  'process.env': 'process.env',
  'Date.now': 'Date.now',
  'Math.random': 'Math.random',
  'performance.now': 'performance.now',
  'crypto.getRandomValues': 'crypto.getRandomValues',
  'crypto.randomUUID': 'crypto.randomUUID',
};

/**
 * What a module imports and re-exports.
 *
 * @param {string} text a TypeScript source
 * @returns {{ specifier: string, typeOnly: boolean, dynamic: boolean }[]} in the order of the text
 */
export function importsOf(text) {
  const found = [];
  const visit = (node) => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      const { text: specifier } = node.moduleSpecifier;
      found.push({ specifier, typeOnly: isTypeOnly(node), dynamic: false });
    }
    if (ts.isCallExpression(node) && isLoader(node.expression)) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteralLike(argument)) {
        found.push({ specifier: argument.text, typeOnly: false, dynamic: true });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(text));
  return found;
}

/**
 * What the house forbids in the sources of a package.
 *
 * @param {string} text a TypeScript source
 * @param {{ defaults?: boolean }} [options] `defaults`: the file is the one place for defaults, where clock, randomness and network
 *   may be named
 * @returns {{ line: number, what: string }[]}
 */
export function findingsOf(text, { defaults = false } = {}) {
  const source = parse(text);
  const found = [];
  const add = (node, what) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    found.push({ line: line + 1, what });
  };
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement) && !hasDeclare(statement)) {
      if (!(statement.declarationList.flags & ts.NodeFlags.Const)) {
        add(
          statement,
          'has a variable for the whole module; keep state in objects the caller owns',
        );
      }
      for (const { initializer, type } of statement.declarationList.declarations) {
        if (
          isEmptyCollection(initializer) &&
          !/^Readonly|^readonly /.test(type?.getText(source) ?? '')
        ) {
          add(
            statement,
            'has a collection for the whole module; keep state in objects the caller owns',
          );
        }
      }
    }
    if (ts.isExportDeclaration(statement) && !statement.exportClause) {
      add(statement, 'exports *; name each export');
    }
    if (ts.isExportAssignment(statement)) add(statement, 'has a default export; name it');
  }
  const visit = (node) => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const word = globals[`${node.expression.text}.${node.name.text}`];
      const allowed = defaults && word !== 'process.env';
      if (word && !allowed) add(node, `uses ${word}; take it as an argument`);
      if (node.expression.text === 'console') add(node, 'uses console; take a logger');
    }
    if (ts.isIdentifier(node) && node.text === 'globalThis') {
      add(node, 'uses globalThis; take an argument');
    }
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
      if (node.expression.text === 'Date' && !node.arguments?.length && !defaults) {
        add(node, 'reads the clock; take it as an argument');
      }
      if (node.expression.text === 'RegExp')
        add(node, 'builds a RegExp; matching must stay linear');
    }
    if (
      ts.isCallExpression(node) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === 'fetch' &&
      !defaults &&
      !declares(source, 'fetch')
    ) {
      add(node, 'uses the global fetch; take it as an argument');
    }
    if (ts.isAsExpression(node) && !isConst(node) && !isExplained(source, node)) {
      add(node, 'asserts a type without a comment that says what was checked');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * The import cycles of a graph.
 *
 * @param {Map<string, string[]>} graph file → files it imports
 * @returns {string[][]} each cycle once, beginning and ending with the same file
 */
export function cyclesOf(graph) {
  const cycles = [];
  const state = new Map();
  const visit = (file, trail) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(file)), file]);
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}

function parse(text) {
  return ts.createSourceFile('scanned.ts', text, ts.ScriptTarget.ES2022, true);
}

/** `import type`, and also a list in which every name is a type: neither is there at run time. */
function isTypeOnly(node) {
  if (ts.isExportDeclaration(node)) {
    if (node.isTypeOnly) return true;
    const { exportClause } = node;
    return (
      !!exportClause &&
      ts.isNamedExports(exportClause) &&
      exportClause.elements.length > 0 &&
      exportClause.elements.every((element) => element.isTypeOnly)
    );
  }
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings } = clause;
  return (
    !name &&
    !!namedBindings &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.length > 0 &&
    namedBindings.elements.every((element) => element.isTypeOnly)
  );
}

const isLoader = (node) =>
  node.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(node) && node.text === 'require');

const hasDeclare = (statement) =>
  statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false;

const isEmptyCollection = (node) =>
  !!node &&
  ts.isNewExpression(node) &&
  ts.isIdentifier(node.expression) &&
  ['Map', 'Set', 'WeakMap', 'WeakSet'].includes(node.expression.text) &&
  !node.arguments?.length;

const isConst = (node) => ts.isTypeReferenceNode(node.type) && node.type.getText() === 'const';

/** A comment in the line of the assertion, or in the line above the assertion or above its statement. */
function isExplained(source, node) {
  const lines = source.text.split('\n');
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line;
  let statement = node;
  while (statement.parent && !ts.isStatement(statement)) statement = statement.parent;
  const places = [
    lineOf(node.end),
    lineOf(node.getStart(source)) - 1,
    lineOf(statement.getStart(source)) - 1,
  ];
  return places.some((line) => /\/\/|\*\/\s*$/.test(lines[line] ?? ''));
}

/** Whether the file itself gives the name to something: a parameter, a member taken out of options. */
function declares(source, name) {
  let found = false;
  const visit = (node) => {
    if (
      (ts.isParameter(node) ||
        ts.isBindingElement(node) ||
        ts.isVariableDeclaration(node) ||
        ts.isImportSpecifier(node)) &&
      ts.isIdentifier(node.name) &&
      node.name.text === name
    ) {
      found = true;
    }
    if (!found) ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
