import { map } from '../shape/map.js';
import { kept, time } from '../shape/scalars.js';
import { required, type Shape, withDefault } from '../shape/shape.js';
import { text } from '../shape/text.js';
import type { Lock, LockSpec, LockTarget } from '../types/identity.js';
import { kindShape, metadataShape, versionShape } from './envelope.js';

const targetFields = map<LockTarget>()(
  {
    user: text(),
    role: text(),
    login: text(),
    mfa_device: text(),
    windows_desktop: text(),
    access_request: text(),
    device: text(),
    server_id: text(),
    bot_instance_id: text(),
    join_token: text(),
  },
  {
    aliases: {
      node: {
        field: 'server_id',
        code: 'deprecated-field',
        message: 'node is the old name of server_id.',
      },
    },
  },
);

type TargetView = ReturnType<typeof targetFields.view>;

/** A target that names something: a lock on nothing would look like protection. */
const targetShape: Shape<LockTarget, TargetView> = {
  ...targetFields,
  read(node, place, context) {
    const value = targetFields.read(node, place, context);
    const hasTarget = Object.values(value ?? {}).some((target) => target !== '');
    const isFaulty = node.type === 'map' && node.entries.some((entry) => !isBlank(entry.value));
    if (value && !hasTarget && !isFaulty) {
      const message = 'A lock needs a target: a user, a role, or another of the target fields.';
      context.report({ code: 'invalid-value', message, at: node, place });
    }
    return value;
  },
};

function isBlank(value: { readonly type: string; readonly text?: string }): boolean {
  return value.type === 'scalar' && value.text === '';
}

/** A lock document. */
export const lockShape = map<Lock>()({
  kind: kindShape('lock'),
  version: versionShape(['v2'], 'v2'),
  sub_kind: text(),
  metadata: required(metadataShape()),
  spec: required(
    map<LockSpec>()({
      target: required(targetShape),
      message: withDefault(text(), ''),
      expires: time(),
      created_at: kept(),
      created_by: kept(),
    }),
  ),
});
