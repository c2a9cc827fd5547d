import { traits } from '../shape/labels.js';
import { list, textList } from '../shape/lists.js';
import { map } from '../shape/map.js';
import { duration, integer, time } from '../shape/scalars.js';
import { filled, orEmpty, required, withDefault } from '../shape/shape.js';
import { oneOf, text } from '../shape/text.js';
import type {
  AccessList,
  AccessListAudit,
  AccessListMember,
  AccessListNotifications,
  AccessListOwner,
  AccessListRecurrence,
  AccessListSpec,
  RolesAndTraits,
} from '../types/identity.js';
import { checkRoleArn } from './aws-texts.js';
import { kindShape, metadataShape, versionShape } from './envelope.js';

const FOURTEEN_DAYS = 1_209_600;

const rolesAndTraits = filled(
  map<RolesAndTraits>()({
    roles: withDefault(textList(), []),
    traits: orEmpty(
      traits((name, value) => (name === 'aws_role_arns' ? checkRoleArn(value) : undefined)),
    ),
  }),
);

const membershipKind = withDefault(oneOf(['user', 'list']), 'user');

const auditShape = filled(
  map<AccessListAudit>()({
    recurrence: filled(
      map<AccessListRecurrence>()({
        frequency: withDefault(integer(1, 12, [1, 3, 6, 12]), 6),
        day_of_month: withDefault(oneOf(['1', '15', 'last']), '1'),
      }),
    ),
    notifications: filled(
      map<AccessListNotifications>()({
        start: withDefault(duration({ insteadOfNone: FOURTEEN_DAYS }), FOURTEEN_DAYS),
      }),
    ),
  }),
);

/** An access_list document. */
export const accessListShape = map<AccessList>()({
  kind: kindShape('access_list'),
  version: versionShape(['v1'], 'v1'),
  sub_kind: text(),
  metadata: required(metadataShape()),
  spec: required(
    map<AccessListSpec>()({
      title: required(text()),
      description: withDefault(text(), ''),
      owners: withDefault(
        list(
          map<AccessListOwner>()({
            name: required(text()),
            description: text(),
            membership_kind: membershipKind,
          }),
        ),
        [],
      ),
      members: withDefault(
        list(
          map<AccessListMember>()({
            name: required(text()),
            expires: time(),
            membership_kind: membershipKind,
          }),
        ),
        [],
      ),
      membership_requires: rolesAndTraits,
      ownership_requires: rolesAndTraits,
      grants: rolesAndTraits,
      owner_grants: rolesAndTraits,
      audit: auditShape,
    }),
  ),
});
