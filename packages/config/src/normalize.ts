import { ConfigError } from './errors.js';
import { originOf } from './load/origin.js';
import type { accessListShape } from './resources/access-list.js';
import type { accessRequestShape } from './resources/access-request.js';
import type { appShape } from './resources/app.js';
import type { appServerShape } from './resources/app-server.js';
import type { githubShape, oidcShape, samlShape } from './resources/connectors.js';
import { helmShape } from './resources/helm.js';
import type { integrationShape } from './resources/integration.js';
import type { lockShape } from './resources/lock.js';
import { findKind } from './resources/registry.js';
import type { roleShape } from './resources/role.js';
import { serviceShape } from './resources/service.js';
import type { tokenShape } from './resources/token.js';
import type { userShape } from './resources/user.js';
import type { Resource } from './types/resource.js';
import type { HelmValues, ServiceConfig } from './types/service.js';

type ViewOf<S extends { view(value: never): unknown }> = NonNullable<ReturnType<S['view']>>;

/** The normalised view of each kind. */
export interface NormalizedViews {
  readonly role: ViewOf<typeof roleShape>;
  readonly user: ViewOf<typeof userShape>;
  readonly token: ViewOf<typeof tokenShape>;
  readonly app: ViewOf<typeof appShape>;
  readonly app_server: ViewOf<typeof appServerShape>;
  readonly integration: ViewOf<typeof integrationShape>;
  readonly github: ViewOf<typeof githubShape>;
  readonly saml: ViewOf<typeof samlShape>;
  readonly oidc: ViewOf<typeof oidcShape>;
  readonly lock: ViewOf<typeof lockShape>;
  readonly access_request: ViewOf<typeof accessRequestShape>;
  readonly access_list: ViewOf<typeof accessListShape>;
}

/** The normalised view of a service file. */
export type NormalizedServiceConfig = ViewOf<typeof serviceShape>;

/** The normalised view of chart values. */
export type NormalizedHelmValues = ViewOf<typeof helmShape>;

/** The normalised view of one kind: defaults filled, durations in seconds, single texts as lists, times in UTC. */
export type Normalized<K extends keyof NormalizedViews> = NormalizedViews[K];

/** The normalised view of a document. */
export type NormalizedDocument<D> = D extends { readonly kind: keyof NormalizedViews }
  ? NormalizedViews[D['kind']]
  : D extends ServiceConfig
    ? NormalizedServiceConfig
    : NormalizedHelmValues;

/**
 * Gives the normalised view of a document: defaults filled, durations in seconds, single texts as lists,
 * times in UTC. The document itself stays as it is.
 *
 * A service file or chart values made by hand are told apart by their keys: `version`, `teleport` and `…_service`
 * are those of a service file.
 *
 * @param document - as a loader of this package returned it, or a value of the same form
 * @throws {@link ConfigError} `invalid-argument` for a value of no known kind
 * @example
 * ```ts
 * const view = normalize({ kind: 'role', version: 'v7', metadata: { name: 'dev' } });
 * view.spec.options.max_session_ttl; // 108000
 * ```
 */
export function normalize<D extends Resource | ServiceConfig | HelmValues>(
  document: D,
): NormalizedDocument<D> {
  return viewOf(document) as NormalizedDocument<D>; // Each shape makes the view of its own documents.
}

function viewOf(document: Resource | ServiceConfig | HelmValues): unknown {
  if (typeof document === 'object' && document !== null) {
    if ('kind' in document) {
      const view = findKind(String(document.kind))?.shape.view(document);
      if (view !== undefined) return view;
    } else if (isServiceConfig(document)) {
      return serviceShape.view(document);
    } else {
      return helmShape.view(document);
    }
  }
  throw new ConfigError({
    code: 'invalid-argument',
    message:
      'The value is no document of a known kind: load documents with the loaders of this package.',
  });
}

function isServiceConfig(document: ServiceConfig | HelmValues): document is ServiceConfig {
  const family = originOf(document)?.family;
  if (family !== undefined) return family === 'service';
  return Object.keys(document).some((key) => /^(?:version|teleport|.*_service)$/.test(key));
}
