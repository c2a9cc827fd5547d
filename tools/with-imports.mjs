/**
 * Gives an example the imports it does not spell out. An example that imports anything spells out everything.
 *
 * @param {string} code
 * @param {ReadonlyMap<string, { specifier: string, isType: boolean }>} names what the package exports
 */
export function withImports(code, names) {
  if (/^\s*import\s/m.test(code)) return code;
  const words = new Set(code.match(/[A-Za-z_$][\w$]*/g));
  const declared = new Set(
    [
      ...code.matchAll(
        /\b(?:const|let|function|type|interface|class)\s+(?:\{([^}]*)\}|([A-Za-z_$][\w$]*))/g,
      ),
    ].flatMap(([, list, name]) =>
      name ? [name] : (list.match(/[A-Za-z_$][\w$]*(?=\s*(?:,|$))/g) ?? []),
    ),
  );
  const lines = [...names]
    .filter(([name]) => words.has(name) && !declared.has(name))
    .map(
      ([name, { specifier, isType }]) =>
        `import ${isType ? 'type ' : ''}{ ${name} } from '${specifier}';`,
    );
  return [...lines, code].join('\n');
}
