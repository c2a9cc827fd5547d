import { describe, expect, it } from 'vitest';
import { withImports } from '../with-imports.mjs';

const names = new Map([
  ['parseA', { specifier: '@postern/a', isType: false }],
  ['Shape', { specifier: '@postern/a', isType: true }],
]);

describe('withImports', () => {
  it('imports what the example mentions, types as types', () => {
    const code = withImports("const shape: Shape = parseA('x');\n", names);
    expect(code).toBe(
      "import { parseA } from '@postern/a';\nimport type { Shape } from '@postern/a';\nconst shape: Shape = parseA('x');\n",
    );
  });

  it('leaves out what the example declares', () => {
    expect(withImports('const { parseA, b } = make();\nparseA();\n', names)).not.toContain(
      'import',
    );
    expect(withImports('interface Shape {}\n', names)).not.toContain('import');
  });

  it('adds nothing to an example with imports of its own', () => {
    const code = "import { parseA } from 'elsewhere';\nconst a: Shape = parseA();\n";
    expect(withImports(code, names)).toBe(code);
  });
});
