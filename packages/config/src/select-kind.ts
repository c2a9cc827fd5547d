import type { Resource, ResourceKind } from './types/resource.js';

/**
 * Picks the documents of one kind, with their type.
 *
 * @param resources - as `loadResources` returned them
 * @param kind - the kind, such as `role`
 */
export function selectKind<K extends ResourceKind>(
  resources: readonly Resource[],
  kind: K,
): readonly Extract<Resource, { readonly kind: K }>[] {
  return resources.filter(
    (resource): resource is Extract<Resource, { readonly kind: K }> => resource.kind === kind,
  );
}
