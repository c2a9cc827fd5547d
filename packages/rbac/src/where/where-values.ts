import { EvaluationFailure } from '../expression/list-functions.js';

/** A value of the `where` language. Types are looked at when a function runs, not before. */
export type WhereValue =
  | string
  | bigint
  | readonly string[]
  | ReadonlyMap<string, unknown>
  | undefined;

/** What a condition may look at. */
export interface WhereContext {
  /** The user document. */
  readonly user: unknown;
  /** The object the request is about; absent when there is none, its common fields are empty then. */
  readonly resource?: unknown;
  /** Answers `can_view()`. Default: calling it is an error. */
  readonly canView?: (() => boolean) | undefined;
}

/** Fields that every document has, with what they are when a document leaves them out. */
const COMMON: readonly (readonly [path: string, empty: '' | 'map'])[] = [
  ['kind', ''],
  ['sub_kind', ''],
  ['version', ''],
  ['metadata', 'map'],
  ['metadata.name', ''],
  ['metadata.namespace', ''],
  ['metadata.description', ''],
  ['metadata.labels', 'map'],
  ['metadata.expires', ''],
  ['metadata.revision', ''],
];

const USER: readonly (readonly [path: string, empty: '' | 'map' | 'list'])[] = [
  ['spec', 'map'],
  ['spec.roles', 'list'],
  ['spec.traits', 'map'],
  ['spec.expires', ''],
  ['spec.status', 'map'],
  ['spec.created_by', 'map'],
  ['spec.oidc_identities', 'list'],
  ['spec.saml_identities', 'list'],
  ['spec.github_identities', 'list'],
];

const EMPTY_FIELDS: ReadonlyMap<string, '' | 'map' | 'list'> = new Map([
  ...[...COMMON, ...USER].map(([path, empty]) => [`user.${path}`, empty] as const),
  ...COMMON.map(([path, empty]) => [`resource.${path}`, empty] as const),
]);

const EMPTY_MAP: ReadonlyMap<string, unknown> = new Map();
const EMPTY_LIST: readonly string[] = [];

/** Whether a path can be refused without an object at hand. */
export function isKnownPath(path: readonly string[]): boolean {
  const [root] = path;
  if (root === 'resource') return path.length > 1;
  if (root !== 'user') return false;
  const last = path.length - 1;
  return (
    EMPTY_FIELDS.has(path.join('.')) ||
    (path.length > 2 && EMPTY_FIELDS.get(path.slice(0, last).join('.')) === 'map')
  );
}

/** Reads a field of the user or of the object. Throws an EvaluationFailure for a path that neither has. */
export function readPath(context: WhereContext, path: readonly string[]): WhereValue {
  const [root, ...steps] = path;
  let node: unknown = root === 'user' ? context.user : context.resource;
  for (const step of steps) node = ownField(node, step);
  if (node !== undefined && node !== null) return toValue(node);
  const empty = EMPTY_FIELDS.get(path.join('.'));
  if (empty === 'map') return EMPTY_MAP;
  if (empty === 'list') return EMPTY_LIST;
  if (empty === '') return '';
  if (EMPTY_FIELDS.get(path.slice(0, -1).join('.')) === 'map' && path.length > 3) return undefined;
  throw new EvaluationFailure(`there is no field ${path.join('.')}`);
}

/** An entry of a map; an absent one is empty, which equals an empty text and is in no list. */
export function readEntry(map: WhereValue, key: WhereValue): WhereValue {
  if (!isMap(map) || typeof key !== 'string') {
    throw new EvaluationFailure('only a map can be read with […], by a text');
  }
  return toValue(map.get(key));
}

/** Whether two values are the same text or the same list; values of different types never are. */
export function sameValue(a: WhereValue, b: WhereValue): boolean {
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, at) => item === b[at]);
  if (a === undefined || b === undefined) return emptyText(a) && emptyText(b);
  return typeof a === typeof b && typeof a !== 'object' && a === b;
}

/** Whether the value is a list. */
export function isList(value: WhereValue): value is readonly string[] {
  return Array.isArray(value);
}

function isMap(value: WhereValue): value is ReadonlyMap<string, unknown> {
  return value instanceof Map;
}

function emptyText(value: WhereValue): boolean {
  return value === undefined || value === '';
}

function ownField(node: unknown, name: string): unknown {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return undefined;
  return Object.hasOwn(node, name) ? Reflect.get(node, name) : undefined;
}

function toValue(node: unknown): WhereValue {
  if (node === undefined || node === null || typeof node === 'string') return node ?? undefined;
  if (Array.isArray(node)) return node.filter((item) => typeof item === 'string');
  if (typeof node === 'object') return new Map(Object.entries(node));
  return String(node);
}
