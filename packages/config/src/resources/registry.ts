import type { Shape } from '../shape/shape.js';
import { nearestName } from '../text/nearest-name.js';
import { accessListShape } from './access-list.js';
import { accessRequestShape } from './access-request.js';
import { appShape } from './app.js';
import { appServerShape } from './app-server.js';
import { githubShape, oidcShape, samlShape } from './connectors.js';
import { integrationShape } from './integration.js';
import { lockShape } from './lock.js';
import { ROLE_VERSIONS, roleShape } from './role.js';
import { tokenShape } from './token.js';
import { userShape } from './user.js';

/** One kind of resource. */
export interface KindEntry {
  readonly shape: Shape<unknown, unknown>;
  /** Oldest first. */
  readonly versions: readonly string[];
  /** Undefined: the version must be written. */
  readonly defaultVersion: string | undefined;
}

/** What each kind is read with. */
const KINDS: Readonly<Record<string, KindEntry>> = {
  role: entry(roleShape, ROLE_VERSIONS, undefined),
  user: entry(userShape, ['v2']),
  token: entry(tokenShape, ['v2']),
  app: entry(appShape, ['v3']),
  app_server: entry(appServerShape, ['v3']),
  integration: entry(integrationShape, ['v1']),
  github: entry(githubShape, ['v3']),
  saml: entry(samlShape, ['v2']),
  oidc: entry(oidcShape, ['v2', 'v3']),
  lock: entry(lockShape, ['v2']),
  access_request: entry(accessRequestShape, ['v3']),
  access_list: entry(accessListShape, ['v1']),
};

/** The kind of that exact name. */
export function findKind(kind: string): KindEntry | undefined {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
}

/** The kind that was probably meant. */
export function nearestKind(kind: string, more: readonly string[] = []): string | undefined {
  return nearestName(kind, [...Object.keys(KINDS), ...more]);
}

function entry<T, V>(
  shape: Shape<T, V>,
  versions: readonly string[],
  defaultVersion: string | undefined = versions.at(-1),
): KindEntry {
  // Raw values come from `read` of the same shape only, so the types inside do not matter here.
  return { shape: shape as Shape<unknown, unknown>, versions, defaultVersion };
}

/** The names of all kinds. */
export function kindNames(): readonly string[] {
  return Object.keys(KINDS);
}
