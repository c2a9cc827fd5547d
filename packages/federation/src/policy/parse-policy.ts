import { FederationError } from '../errors.js';
import { inOrder } from './statement.js';
import type { PolicyDocument, PolicyStatement } from './types.js';

/** Limits of {@link parsePolicy}. */
export interface ParsePolicyOptions {
  /** Longest text, in characters; IAM stores at most 10240, three times as much when encoded. Default 65536. */
  readonly maxLength?: number | undefined;
}

/**
 * Reads a policy document. The IAM API hands documents out percent-encoded; a text is decoded only when it begins with
 * an encoded brace, so that `+` and `%` in plain JSON stay what they are. A single statement becomes a list of one;
 * everything else stays as it is written.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @throws {@link FederationError} `invalid-policy`, with the place of the fault
 *
 * @example
 * ```ts
 * const { Statement } = parsePolicy(
 *   '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}',
 * );
 * Statement.length; // 1
 * ```
 */
export function parsePolicy(text: string, options: ParsePolicyOptions = {}): PolicyDocument {
  if (typeof text !== 'string' || text.length > (options.maxLength ?? 65_536)) {
    throw invalid('the text is too long or no text');
  }
  const document = readDocument(readJson(text.trim()));
  if (document.Statement.length === 0) throw invalid('Statement must not be empty');
  return document;
}

/**
 * Checks a value that should be a policy document, such as one a caller read himself: a single statement becomes a
 * list of one. An empty list passes: nothing is granted yet.
 *
 * @throws FederationError `invalid-policy`, with the place of the fault
 */
export function readDocument(value: unknown): PolicyDocument {
  if (!isRecord(value)) throw invalid('an object is expected');
  const { Version, Id, Statement } = value;
  for (const [name, member] of Object.entries({ Version, Id })) {
    if (member !== undefined && typeof member !== 'string') throw invalid(`${name} must be a text`);
  }
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  statements.forEach(checkStatement);
  // The cast follows the check of every member that the type names.
  return { ...value, Statement: statements } as unknown as PolicyDocument;
}

/**
 * Writes a policy document as JSON, its members in the usual order.
 *
 * @param options - indent: blanks per level; 0 for one line. Default 2.
 *
 * @example
 * ```ts
 * const { document } = permissionAssumeRoles({
 *   resources: ['arn:aws:iam::111122223333:role/reader'],
 * });
 * const json = formatPolicy(document, { indent: 0 });
 * ```
 */
export function formatPolicy(
  document: PolicyDocument,
  options: { readonly indent?: number | undefined } = {},
): string {
  const { Version, Id, Statement } = document;
  return JSON.stringify(
    { Version, Id, Statement: Statement.map(inOrder) },
    null,
    options.indent ?? 2,
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(/^%7B/i.test(text) ? decodeURIComponent(text) : text);
  } catch {
    // The messages of both parsers quote the text, which says little and may be long.
    throw invalid('it is no JSON');
  }
}

const MEMBERS: readonly (keyof PolicyStatement)[] = [
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
];

function checkStatement(value: unknown, index: number): asserts value is PolicyStatement {
  const place = `Statement[${index}]`;
  if (!isRecord(value)) throw invalid(`${place} must be an object`);
  if (value.Effect !== 'Allow' && value.Effect !== 'Deny') {
    throw invalid(`${place}.Effect must be Allow or Deny`);
  }
  if (value.Sid !== undefined && typeof value.Sid !== 'string') {
    throw invalid(`${place}.Sid must be a text`);
  }
  for (const name of MEMBERS) {
    if (value[name] !== undefined && !isTexts(value[name])) {
      throw invalid(`${place}.${name} must be a text or a list of texts that is not empty`);
    }
  }
  for (const name of ['Principal', 'NotPrincipal']) {
    const member = value[name];
    const isMap = isRecord(member) && Object.values(member).every(isTexts);
    if (member !== undefined && typeof member !== 'string' && !isMap) {
      throw invalid(`${place}.${name} must be a text or map types to texts`);
    }
  }
  checkCondition(value.Condition, `${place}.Condition`);
}

function checkCondition(condition: unknown, place: string): void {
  if (condition === undefined) return;
  const operators = isRecord(condition) ? Object.values(condition) : [undefined];
  const values = operators.flatMap((keys) => (isRecord(keys) ? Object.values(keys) : [undefined]));
  const isValue = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  const isList = (value: unknown) =>
    Array.isArray(value) ? value.length > 0 && value.every(isValue) : isValue(value);
  if (!values.every(isList)) {
    throw invalid(`${place} must map operators to keys to values, and no list may be empty`);
  }
}

function isTexts(value: unknown): boolean {
  const isText = (item: unknown) => typeof item === 'string';
  return Array.isArray(value) ? value.length > 0 && value.every(isText) : isText(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(what: string): FederationError {
  return new FederationError({
    code: 'invalid-policy',
    message: `This is no IAM policy document: ${what}.`,
  });
}
