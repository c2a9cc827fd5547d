import { FederationError } from '../errors.js';
import { scopeKey, wholeKey } from './compare.js';
import { collapse, inOrder, listOf } from './statement.js';
import type { PolicyDocument, PolicyStatement } from './types.js';

/**
 * Adds a statement unless the document grants it already. Its resources join an existing statement only where effect,
 * actions, principal and condition are all equal; otherwise it is appended. So a grant never ends up under the condition
 * of another one, and an allow never in a deny.
 *
 * @returns the same document when nothing was missing, otherwise a new one
 * @throws {@link FederationError} `missing-resources` for an empty list of resources, `invalid-policy` for another
 *   empty list
 */
export function ensureStatement(
  document: PolicyDocument,
  statement: PolicyStatement,
): PolicyDocument {
  const add = checked(statement);
  const wanted = wholeKey(add);
  if (document.Statement.some((existing) => wholeKey(existing) === wanted)) return document;
  const sharing = document.Statement.filter((existing) => canShare(existing, add));
  const [target] = sharing;
  if (!target) return { ...document, Statement: [...document.Statement, inOrder(add)] };
  // Any of them may hold a part already, for example where another tool wrote one statement for each resource.
  const present = sharing.flatMap(({ Resource }) => listOf(Resource));
  const missing = listOf(add.Resource).filter(
    (resource) => !present.includes(resource) && !present.includes('*'),
  );
  if (missing.length === 0) return document;
  const Resource = collapse([...listOf(target.Resource), ...missing]);
  return replaceAt(document, document.Statement.indexOf(target), { ...target, Resource });
}

/**
 * Takes away what {@link ensureStatement} added: the resources from statements with the same effect, actions, principal
 * and condition, and a statement that has none left. A resource that only a wildcard covers stays covered.
 *
 * @returns the same document when nothing was found, a new one, or undefined when no statement is left (IAM has no empty
 *   documents: delete the policy then)
 */
export function removeStatement(
  document: PolicyDocument,
  statement: PolicyStatement,
): PolicyDocument | undefined {
  const remove = checked(statement);
  const wanted = wholeKey(remove);
  const gone = new Set(listOf(remove.Resource));
  let changed = false;
  const left = document.Statement.flatMap((existing) => {
    if (wholeKey(existing) === wanted) {
      changed = true;
      return [];
    }
    if (!canShare(existing, remove)) return [existing];
    const resources = listOf(existing.Resource);
    const kept = resources.filter((resource) => !gone.has(resource));
    if (kept.length === resources.length) return [existing];
    changed = true;
    return kept.length === 0 ? [] : [{ ...existing, Resource: collapse(kept) }];
  });
  if (!changed) return document;
  return left.length === 0 ? undefined : { ...document, Statement: left };
}

/** Statements with NotResource say something about all other resources; nothing may be merged into them. */
function canShare(a: PolicyStatement, b: PolicyStatement): boolean {
  const plain = (statement: PolicyStatement) =>
    statement.Resource !== undefined && statement.NotResource === undefined;
  return plain(a) && plain(b) && scopeKey(a) === scopeKey(b);
}

function checked(statement: PolicyStatement): PolicyStatement {
  for (const name of ['Action', 'NotAction', 'NotResource'] as const) {
    if (statement[name] === undefined || listOf(statement[name]).length > 0) continue;
    throw new FederationError({
      code: 'invalid-policy',
      message: `The statement has an empty list as ${name}, which IAM refuses.`,
    });
  }
  if (statement.Resource === undefined) return statement;
  const resources = listOf(statement.Resource);
  if (resources.length > 0) return { ...statement, Resource: collapse(resources) };
  throw new FederationError({
    code: 'missing-resources',
    message: 'The statement has an empty list of resources, which IAM refuses.',
  });
}

function replaceAt(
  document: PolicyDocument,
  index: number,
  statement: PolicyStatement,
): PolicyDocument {
  const Statement = document.Statement.map((old, at) => (at === index ? statement : old));
  return { ...document, Statement };
}
