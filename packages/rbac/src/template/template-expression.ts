import { RbacError } from '../errors.js';
import { dottedName, type Expression } from '../expression/ast.js';
import { emailLocal, lazyRegexp, regexpReplace } from '../expression/list-functions.js';
import { compileReplacement } from '../expression/replacement.js';
import type { Limits } from '../limits.js';
import type { Traits } from '../resource-types.js';

/** Why a template gives no value, apart from not parsing. */
export interface MissingValue {
  readonly reason: 'missing-trait' | 'unsupported-internal';
  /** Name of the trait. */
  readonly trait: string;
}

/** The values of a template expression, or what is missing. May throw an EvaluationFailure. */
export type ListSource = (traits: Traits) => readonly string[] | MissingValue;

/** What a template refers to; lint and strict mode look at it. */
export interface TemplateFacts {
  /** Variables in the order written. */
  readonly variables: readonly { readonly namespace: string; readonly name: string }[];
  /** Patterns of `regexp.replace`. */
  readonly patterns: readonly string[];
}

/** The names that `{{internal.…}}` may read. */
export const INTERNAL_TRAITS: ReadonlySet<string> = new Set([
  'logins',
  'windows_logins',
  'kubernetes_groups',
  'kubernetes_users',
  'db_names',
  'db_users',
  'db_roles',
  'aws_role_arns',
  'azure_identities',
  'gcp_service_accounts',
  'jwt',
  'github_orgs',
]);

/**
 * Checks a parsed expression against the template language (`namespace.name`, a string, `email.local`,
 * `regexp.replace`) and makes it a function of the traits.
 *
 * @throws RbacError `invalid-template` with the span inside the expression
 */
export function compileTemplateExpression(
  expression: Expression,
  limits: Limits,
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
    if (namespace === 'internal' && !INTERNAL_TRAITS.has(name)) {
      const missing: MissingValue = { reason: 'unsupported-internal', trait: name };
      return () => missing;
    }
    const missing: MissingValue = { reason: 'missing-trait', trait: name };
    return (traits) => (Object.hasOwn(traits, name) ? (traits[name] ?? missing) : missing);
  };

  const compileCall = (node: Expression & { kind: 'call' }): ListSource => {
    const name = dottedName(node.callee)?.join('.');
    const [first, second, third] = node.args;
    if (name === 'email.local' && first !== undefined && node.args.length === 1) {
      return mapped(compile(first), (values) => emailLocal(values, limits));
    }
    if (name === 'regexp.replace' && first !== undefined && node.args.length === 3) {
      if (second?.kind !== 'string' || third?.kind !== 'string') {
        throw refuse(node, 'The pattern and the replacement of regexp.replace must be strings');
      }
      const source = compile(first);
      const regexp = lazyRegexp(limits);
      const replacement = compileReplacement(third.value);
      patterns.push(second.value);
      return mapped(source, (values) => regexpReplace(values, regexp(second.value), replacement));
    }
    throw refuse(
      node,
      'The functions are email.local(list) and regexp.replace(list, "re", "text")',
    );
  };

  return { source: compile(expression), facts: { variables, patterns } };
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
