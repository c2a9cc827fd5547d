import type { ResourceKind } from './types/resource.js';

// A record, because the compiler then misses a kind that is left out.
const KINDS: Readonly<Record<ResourceKind, true>> = {
  role: true,
  user: true,
  token: true,
  app: true,
  app_server: true,
  integration: true,
  github: true,
  saml: true,
  oidc: true,
  lock: true,
  access_request: true,
  access_list: true,
};

/** The kinds of resources this package knows, for lists and for `schemaFor`. */
export const resourceKinds: readonly ResourceKind[] = Object.freeze(
  // The keys are exactly the kinds, by the type above.
  Object.keys(KINDS) as ResourceKind[],
);
