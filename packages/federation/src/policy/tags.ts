import { FederationError } from '../errors.js';
import { checkTagText } from '../sts/check-parameters.js';

/** A tag of an IAM resource, as the IAM API writes it. */
export interface ResourceTag {
  readonly Key: string;
  readonly Value: string;
}

/** Key of the tag that marks both ownership (value: name of the integration) and target roles (value: `true`). */
export const INTEGRATION_TAG = 'teleport.dev/integration';
/** Value of {@link INTEGRATION_TAG} on a target role. */
export const TARGET_ROLE_VALUE = 'true';
const CLUSTER_TAG = 'teleport.dev/cluster';
const ORIGIN_TAG = 'teleport.dev/origin';

/**
 * The ownership tags of resources that an integration creates, sorted by key.
 *
 * @throws {@link FederationError} `invalid-tag` for an empty name or one that IAM refuses; also for the integration
 *   name `true`, which would make every owned role a target role
 */
export function tagsIntegration(q: {
  /** Name of the cluster. */
  readonly cluster: string;
  /** Name of the integration. */
  readonly integration: string;
}): readonly ResourceTag[] {
  if (q.integration === TARGET_ROLE_VALUE || q.integration === '' || q.cluster === '') {
    throw new FederationError({
      code: 'invalid-tag',
      message: 'Cluster and integration need a name, and the integration may not be named "true".',
    });
  }
  return tagList([
    { Key: CLUSTER_TAG, Value: q.cluster },
    { Key: ORIGIN_TAG, Value: 'integration_awsoidc' },
    { Key: INTEGRATION_TAG, Value: q.integration },
  ]);
}

/**
 * The tag that lets an integration assume a target role, together with the tags the role has already.
 *
 * @param q - existing tags of the role. Default: none.
 * @throws {@link FederationError} `invalid-tag` when the role already carries the tag as ownership mark: one key
 *   cannot hold both values, so a role that the integration owns cannot be a target of it
 */
export function tagsTargetRole(
  q: { readonly existing?: readonly ResourceTag[] | undefined } = {},
): readonly ResourceTag[] {
  const existing = q.existing ?? [];
  const clash = existing.find(({ Key }) => Key.toLowerCase() === INTEGRATION_TAG);
  if (clash && (clash.Key !== INTEGRATION_TAG || clash.Value !== TARGET_ROLE_VALUE)) {
    throw new FederationError({
      code: 'invalid-tag',
      message: `The role carries the tag ${INTEGRATION_TAG} as ownership mark, and a target role needs the value "true" there: use another role as target.`,
    });
  }
  const others = existing.filter((tag) => tag !== clash);
  return tagList([...others, { Key: INTEGRATION_TAG, Value: TARGET_ROLE_VALUE }]);
}

function tagList(tags: readonly ResourceTag[]): readonly ResourceTag[] {
  for (const { Key, Value } of tags) checkTagText(Key, Value);
  return [...tags].sort((a, b) => (a.Key < b.Key ? -1 : 1));
}
