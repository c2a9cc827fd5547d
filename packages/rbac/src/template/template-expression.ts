import { RbacError } from '../errors.js';
import { dottedName, type Expression } from '../expression/ast.js';
import { emailLocal, lazyRegexp, regexpReplace } from '../expression/list-functions.js';
import { parseExpression } from '../expression/parser.js';
import { compileReplacement } from '../expression/replacement.js';
import type { Toolkit } from '../languages/toolkit.js';
import { type ListSource, readTrait, type TemplateFacts } from './trait-source.js';

/**
 * Parses the expression of a template, checks it against the template language (`namespace.name`, a string, `email.local`,
 * `regexp.replace`) and makes it a function of the traits.
 *
 * @throws RbacError `invalid-template`, `invalid-expression` with the span inside the expression, `too-long`
 */
export function compileTemplateLanguage(
  text: string,
  kit: Toolkit,
): { readonly source: ListSource; readonly facts: TemplateFacts } {
  const variables: { namespace: string; name: string }[] = [];
  const patterns: string[] = [];

  const compile = (node: Expression): ListSource => {
    switch (node.kind) {
      case 'group':
        return compile(node.inner);
      case 'string': {
        const values = [node.value];
        return () => values;
      }
      case 'member':
      case 'index':
        return compileVariable(node);
      case 'call':
        return compileCall(node);
      default:
        throw refuse(
          node,
          'Only a variable, a string, email.local or regexp.replace can stand here',
        );
    }
  };

  const compileVariable = (node: Expression & { kind: 'member' | 'index' }): ListSource => {
    const namespace = node.object.kind === 'identifier' ? node.object.name : undefined;
    const index =
      node.kind === 'index' && node.index.kind === 'string' ? node.index.value : undefined;
    const name = node.kind === 'member' ? node.name : index;
    if (namespace === undefined || name === undefined) {
      throw refuse(node, 'A variable is written external.name or external["name"]');
    }
    variables.push({ namespace, name });
    return readTrait(namespace, name);
  };

  const compileCall = (node: Expression & { kind: 'call' }): ListSource => {
    const name = dottedName(node.callee)?.join('.');
    const [first, second, third] = node.args;
    if (name === 'email.local' && first !== undefined && node.args.length === 1) {
      return mapped(compile(first), emailLocal(kit));
    }
    if (name === 'regexp.replace' && first !== undefined && node.args.length === 3) {
      if (second?.kind !== 'string' || third?.kind !== 'string') {
        throw refuse(node, 'The pattern and the replacement of regexp.replace must be strings');
      }
      const source = compile(first);
      const regexp = lazyRegexp(kit);
      const replacement = compileReplacement(third.value);
      patterns.push(second.value);
      return mapped(source, (values) => regexpReplace(values, regexp(second.value), replacement));
    }
    throw refuse(
      node,
      'The functions are email.local(list) and regexp.replace(list, "re", "text")',
    );
  };

  return { source: compile(parseExpression(text, kit)), facts: { variables, patterns } };
}

function mapped(
  source: ListSource,
  map: (values: readonly string[]) => readonly string[],
): ListSource {
  return (traits) => {
    const values = source(traits);
    return 'reason' in values ? values : map(values);
  };
}

function refuse(node: Expression, message: string): RbacError {
  return new RbacError('invalid-template', `${message}.`, { span: node.span });
}
