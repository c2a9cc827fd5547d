import { compileMapping } from '../connectors/map-attributes.js';
import type { Toolkit } from '../languages/toolkit.js';
import type { CompiledConditions } from '../role/compiled-role.js';
import type { Finding } from './lint-roles.js';

/** Patterns of `claims_to_roles` that do not compile, so that the mapping is skipped. */
export function lintClaims(
  side: 'allow' | 'deny',
  { request, review }: CompiledConditions,
  kit: Toolkit,
): readonly Finding[] {
  const lists = [
    ['request', request.claims],
    ['review_requests', review.claims],
  ] as const;
  return lists.flatMap(([field, claims]) => {
    return claims.flatMap((mapping, index): readonly Finding[] => {
      if (compileMapping(mapping, kit) !== undefined) return [];
      const message = `The pattern ${JSON.stringify(mapping.value)} does not compile, so the mapping is skipped.`;
      const pointer = `/spec/${side}/${field}/claims_to_roles/${index}/value`;
      return [{ code: 'invalid-pattern', severity: 'error', message, pointer }];
    });
  });
}
