import { traits } from '../shape/labels.js';
import { textList } from '../shape/lists.js';
import { map } from '../shape/map.js';
import { kept, time } from '../shape/scalars.js';
import { filled, orEmpty, required, withDefault } from '../shape/shape.js';
import { text } from '../shape/text.js';
import type { User, UserSpec } from '../types/identity.js';
import { checkRoleArn } from './aws-texts.js';
import { kindShape, metadataShape, versionShape } from './envelope.js';

/** A user document. */
export const userShape = map<User>()({
  kind: kindShape('user'),
  version: versionShape(['v2'], 'v2'),
  sub_kind: text(),
  metadata: required(metadataShape()),
  spec: filled(
    map<UserSpec>()({
      roles: withDefault(textList(), []),
      traits: orEmpty(
        traits((name, value) => (name === 'aws_role_arns' ? checkRoleArn(value) : undefined)),
      ),
      expires: time(),
      created_by: kept(),
      status: kept(),
    }),
  ),
});
