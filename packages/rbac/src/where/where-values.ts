import { EvaluationFailure } from '../expression/evaluation-failure.js';

/** A value of the `where` language. Types are looked at when a function runs, not before. */
export type WhereValue =
  | string
  | bigint
  | readonly string[]
  | ReadonlyMap<string, unknown>
  | undefined;

/** Which objects a condition is about: the rules of roles, or the review of an access request. */
export type WhereScope = 'rule' | 'review';

/** What a condition may look at; each scope uses its own part. */
export interface WhereContext {
  /** The user document; scope `rule`. */
  readonly user?: unknown;
  /** The object the request is about; absent when there is none, its common fields are empty then. Scope `rule`. */
  readonly resource?: unknown;
  /** Roles and traits of the reviewer; scope `review`. */
  readonly reviewer?: unknown;
  /** The review itself; scope `review`. */
  readonly review?: unknown;
  /** The access request; scope `review`. */
  readonly request?: unknown;
  /** Answers `can_view()`. Default: calling it is an error. */
  readonly canView?: (() => boolean) | undefined;
}

type Empty = 'text' | 'map' | 'list';

/** Fields that every document has, with what they are when a document leaves them out. */
const COMMON: Readonly<Record<string, Empty>> = {
  kind: 'text',
  sub_kind: 'text',
  version: 'text',
  metadata: 'map',
  'metadata.name': 'text',
  'metadata.namespace': 'text',
  'metadata.description': 'text',
  'metadata.labels': 'map',
  'metadata.expires': 'text',
  'metadata.revision': 'text',
};

const FIELDS: Readonly<Record<string, Readonly<Record<string, Empty>>>> = {
  user: {
    ...COMMON,
    spec: 'map',
    'spec.roles': 'list',
    'spec.traits': 'map',
    'spec.expires': 'text',
    'spec.status': 'map',
    'spec.created_by': 'map',
    'spec.oidc_identities': 'list',
    'spec.saml_identities': 'list',
    'spec.github_identities': 'list',
  },
  resource: COMMON,
  reviewer: { roles: 'list', traits: 'map' },
  review: { reason: 'text', annotations: 'map' },
  request: { roles: 'list', reason: 'text', system_annotations: 'map' },
};

const ROOTS: Readonly<Record<WhereScope, readonly string[]>> = {
  rule: ['user', 'resource'],
  review: ['reviewer', 'review', 'request'],
};

const EMPTY_FIELDS: ReadonlyMap<string, Empty> = new Map(
  Object.entries(FIELDS).flatMap(([root, fields]) => {
    return Object.entries(fields).map(([path, empty]) => [`${root}.${path}`, empty] as const);
  }),
);

/** Maps whose keys are fixed fields rather than names somebody chose. */
const RECORDS: ReadonlySet<string> = new Set(['user.metadata', 'user.spec', 'resource.metadata']);

const EMPTY_MAP: ReadonlyMap<string, unknown> = new Map();
const EMPTY_LIST: readonly string[] = [];

/** Whether a path may exist. Of the object every path may, because its kind is not known yet. */
export function isKnownPath(path: readonly string[], scope: WhereScope): boolean {
  const [root = ''] = path;
  if (path.length < 2 || !ROOTS[scope].includes(root)) return false;
  return root === 'resource' || EMPTY_FIELDS.has(path.join('.')) || isMapEntry(path);
}

function isMapEntry(path: readonly string[]): boolean {
  const parent = path.slice(0, -1).join('.');
  return path.length > 2 && EMPTY_FIELDS.get(parent) === 'map' && !RECORDS.has(parent);
}

/** Reads a field. Throws an EvaluationFailure for a path that the object does not have. */
export function readPath(context: WhereContext, path: readonly string[]): WhereValue {
  const node = path.reduce<unknown>(ownField, context);
  if (node !== undefined && node !== null) return toValue(node);
  switch (EMPTY_FIELDS.get(path.join('.'))) {
    case 'map':
      return EMPTY_MAP;
    case 'list':
      return EMPTY_LIST;
    case 'text':
      return '';
    default:
      // An absent label or trait is empty; an unknown field of the head is a mistake.
      if (isMapEntry(path)) return undefined;
      throw new EvaluationFailure(`there is no field ${path.join('.')}`);
  }
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
