import { AwsFault } from '../errors/aws-fault.js';
import { parseQuery } from '../http/query.js';
import { header, type WireRequest } from '../http/wire-request.js';

/** Parameters of a query-protocol call; every name occurs once. */
export type Parameters = ReadonlyMap<string, string>;

/**
 * Query and form body together.
 *
 * @throws {AwsFault} when a name is given twice: which one counts would be a guess
 */
export function readParameters(request: WireRequest, body: Buffer): Parameters {
  const form = header(request, 'content-type')?.startsWith('application/x-www-form-urlencoded');
  const pairs = [...parseQuery(request.query)].filter(([name]) => !name.startsWith('X-Amz-'));
  if (request.method === 'POST' && form) pairs.push(...parseQuery(body.toString('utf8')));
  const parameters = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (parameters.has(name)) {
      throw new AwsFault('MalformedQueryString', 400, `The parameter ${name} appears twice.`);
    }
    parameters.set(name, value);
  }
  return parameters;
}

/** Members of a list such as `Tags.member.1.Key`, in order; stops at the first gap. */
export function readList(parameters: Parameters, name: string): readonly Parameters[] {
  const items: Parameters[] = [];
  for (let index = 1; index <= 1000; index += 1) {
    const prefix = `${name}.member.${index}`;
    const item = new Map<string, string>();
    for (const [key, value] of parameters) {
      if (key === prefix) item.set('', value);
      else if (key.startsWith(`${prefix}.`)) item.set(key.slice(prefix.length + 1), value);
    }
    if (item.size === 0) break;
    items.push(item);
  }
  return items;
}

/** The sentence in which AWS reports one broken constraint. */
export function validationFault(name: string, value: string, constraint: string): AwsFault {
  return new AwsFault(
    'ValidationError',
    400,
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ${constraint}`,
  );
}

/** How a text parameter is checked. */
export interface TextRule {
  readonly min: number;
  readonly max: number;
  readonly pattern?: RegExp | undefined;
}

/**
 * A checked text parameter, or undefined when it is absent.
 *
 * @throws {AwsFault} ValidationError
 */
export function optionalText(
  parameters: Parameters,
  name: string,
  rule: TextRule,
): string | undefined {
  const value = parameters.get(name);
  if (value === undefined) return undefined;
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  if (value.length < rule.min) {
    throw validationFault(
      member,
      value,
      `Member must have length greater than or equal to ${rule.min}`,
    );
  }
  if (value.length > rule.max) {
    throw validationFault(
      member,
      value,
      `Member must have length less than or equal to ${rule.max}`,
    );
  }
  if (rule.pattern && !rule.pattern.test(value)) {
    const constraint = `Member must satisfy regular expression pattern: ${rule.pattern.source}`;
    throw validationFault(member, value, constraint);
  }
  return value;
}

/**
 * A checked text parameter that must be there.
 *
 * @throws {AwsFault} ValidationError
 */
export function requiredText(parameters: Parameters, name: string, rule: TextRule): string {
  const value = optionalText(parameters, name, rule);
  if (value !== undefined) return value;
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  throw new AwsFault(
    'ValidationError',
    400,
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}
