import { type CredentialField, credentialField } from './credential-fields.js';

type JsonObject = { [name: string]: unknown };

/** The one object of a JSON document that holds credentials. */
export interface JsonCredentials {
  /** The member name of each field. */
  readonly names: ReadonlyMap<CredentialField, string>;
  /** The object itself, inside the document. */
  readonly holder: Readonly<JsonObject>;
  /** The document with other texts in place of the members. */
  readonly replace: (values: ReadonlyMap<CredentialField, string>) => string;
  readonly assumedRoleArn: string | undefined;
}

const MAX_DEPTH = 16;

/**
 * Finds the one object with key id and secret in a JSON answer.
 *
 * @returns undefined when the text is no JSON, too deep, or has none or several
 */
export function findJsonCredentials(text: string): JsonCredentials | undefined {
  const document = tryParse(text);
  const found: { holder: JsonObject; names: Map<CredentialField, string> }[] = [];
  let assumedRoleArn: string | undefined;
  const pending: { value: unknown; depth: number }[] = [{ value: document, depth: 0 }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (!isObject(item.value)) continue;
    if (item.depth > MAX_DEPTH) return undefined;
    const names = fieldNames(item.value);
    if (names === undefined) return undefined;
    if (names.has('accessKeyId')) found.push({ holder: item.value, names });
    for (const [name, value] of Object.entries(item.value)) {
      if (/^assumedRoleUser$/i.test(name) && isObject(value)) assumedRoleArn = arnOf(value);
      pending.push({ value, depth: item.depth + 1 });
    }
  }
  const [first, second] = found;
  if (first === undefined || second !== undefined) return undefined;
  return {
    ...first,
    assumedRoleArn,
    replace: (values) => {
      const replacement = withValues(first.holder, first.names, values);
      return JSON.stringify(substitute(document, first.holder, replacement));
    },
  };
}

/** Undefined when two members mean the same field: a client may read either. */
function fieldNames(value: JsonObject): Map<CredentialField, string> | undefined {
  const names = new Map<CredentialField, string>();
  for (const name of Object.keys(value)) {
    const field = credentialField(name);
    if (field === undefined) continue;
    if (names.has(field)) return undefined;
    names.set(field, name);
  }
  return names;
}

function withValues(
  holder: JsonObject,
  names: ReadonlyMap<CredentialField, string>,
  values: ReadonlyMap<CredentialField, string>,
): JsonObject {
  const copy = { ...holder };
  for (const [field, name] of names) {
    const value = values.get(field);
    if (value !== undefined) copy[name] = value;
  }
  return copy;
}

function substitute(value: unknown, target: JsonObject, replacement: JsonObject): unknown {
  if (value === target) return replacement;
  if (Array.isArray(value)) return value.map((item) => substitute(item, target, replacement));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, substitute(item, target, replacement)]),
  );
}

function arnOf(value: JsonObject): string | undefined {
  const arn = Object.entries(value).find(([name]) => name.toLowerCase() === 'arn')?.[1];
  return typeof arn === 'string' ? arn : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
