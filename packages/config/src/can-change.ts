import type { Resource } from './types/resource.js';

/** Whether one document may take the place of another. */
export type ChangeDecision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** `other-resource`: kind or name differ. `sub-kind`: the sub-kind of an integration is for ever. */
      readonly reason: 'other-resource' | 'sub-kind';
      /** One sentence for people. */
      readonly message: string;
    };

/**
 * Tells whether a resource that exists may be replaced by a new document.
 *
 * @param before - the resource as it is
 * @param after - the document that is to take its place
 */
export function canChange(before: Resource, after: Resource): ChangeDecision {
  if (before.kind !== after.kind || before.metadata.name !== after.metadata.name) {
    const message = 'The documents are two resources: kind and name must be the same.';
    return { allowed: false, reason: 'other-resource', message };
  }
  if (before.kind === 'integration' && before.sub_kind !== after.sub_kind) {
    const message = `The sub_kind of an integration cannot change: it is ${before.sub_kind}. Create another integration.`;
    return { allowed: false, reason: 'sub-kind', message };
  }
  return { allowed: true };
}
