import { list, textList } from '../shape/lists.js';
import { type MapCheck, map } from '../shape/map.js';
import { kept, time } from '../shape/scalars.js';
import { required, withDefault } from '../shape/shape.js';
import { oneOf, text } from '../shape/text.js';
import type { AccessRequest, AccessRequestSpec, ResourceId } from '../types/identity.js';
import { kindShape, metadataShape, versionShape } from './envelope.js';

/** An access_request document. */
export const accessRequestShape = map<AccessRequest>()({
  kind: kindShape('access_request'),
  version: versionShape(['v3'], 'v3'),
  sub_kind: text(),
  metadata: required(metadataShape()),
  spec: required(
    map<AccessRequestSpec>()(
      {
        user: required(text()),
        roles: withDefault(textList({ asSet: true }), []),
        requested_resource_ids: withDefault(
          list(
            map<ResourceId>()({
              cluster: text(),
              kind: required(text()),
              name: required(text()),
              sub_resource: text(),
            }),
          ),
          [],
        ),
        state: withDefault(oneOf(['PENDING', 'APPROVED', 'DENIED', 'PROMOTED']), 'PENDING'),
        request_reason: withDefault(text(), ''),
        resolve_reason: withDefault(text(), ''),
        expires: time(),
        max_duration: kept(),
        suggested_reviewers: withDefault(textList(), []),
        created: time(),
      },
      { check: checkRequest },
    ),
  ),
});

function checkRequest({ value, has, atKey, missing }: MapCheck<AccessRequestSpec>): void {
  const isEmpty = (list: string | readonly unknown[] | undefined) => (list ?? []).length === 0;
  const hasResources = has('requested_resource_ids') && !isEmpty(value.requested_resource_ids);
  if (isEmpty(value.roles) && !hasResources) {
    missing('roles', 'A request needs roles or requested_resource_ids.');
  }
  const isPending = has('state') ? value.state === 'PENDING' : true;
  if (isPending && value.resolve_reason) {
    const message = 'A request that is still pending has no reason of its decision.';
    atKey('resolve_reason', 'field-not-allowed', message);
  }
}
