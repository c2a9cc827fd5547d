import { ConfigError } from './errors.js';
import type { appShape } from './resources/app.js';
import type { appServerShape } from './resources/app-server.js';
import type { integrationShape } from './resources/integration.js';
import { findKind } from './resources/registry.js';
import type { roleShape } from './resources/role.js';
import type { tokenShape } from './resources/token.js';
import type { userShape } from './resources/user.js';
import type { Resource } from './types/resource.js';

type ViewOf<S extends { view(value: never): unknown }> = NonNullable<ReturnType<S['view']>>;

/** The normalised view of each kind. */
export interface NormalizedViews {
  readonly role: ViewOf<typeof roleShape>;
  readonly user: ViewOf<typeof userShape>;
  readonly token: ViewOf<typeof tokenShape>;
  readonly app: ViewOf<typeof appShape>;
  readonly app_server: ViewOf<typeof appServerShape>;
  readonly integration: ViewOf<typeof integrationShape>;
}

/** The normalised view of one kind: defaults filled, durations in seconds, single texts as lists, times in UTC. */
export type Normalized<K extends keyof NormalizedViews> = NormalizedViews[K];

/**
 * Gives the normalised view of a document: defaults filled, durations in seconds, single texts as lists,
 * times in UTC. The document itself stays as it is.
 *
 * @param document - as a loader of this package returned it, or a value of the same form
 * @throws {@link ConfigError} `invalid-argument` for a value of no known kind
 */
export function normalize<D extends Resource>(
  document: D,
): D['kind'] extends keyof NormalizedViews ? Normalized<D['kind']> : never {
  const view = findKind(document.kind)?.shape.view(document);
  if (view !== undefined) return view as never; // The shape of the kind makes the view of that kind.
  throw new ConfigError({
    code: 'invalid-argument',
    message: 'The value is no resource of a known kind: load documents with loadResources.',
  });
}
