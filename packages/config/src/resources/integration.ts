import { textList } from '../shape/lists.js';
import { type MapCheck, map } from '../shape/map.js';
import { bool } from '../shape/scalars.js';
import { required, withDefault } from '../shape/shape.js';
import { oneOf, type TextFault, text } from '../shape/text.js';
import type {
  AwsOidcIntegration,
  AwsRaIntegration,
  AzureOidcIntegration,
  GithubIntegration,
  Integration,
  IntegrationSpec,
  IntegrationSubKind,
  ProfileSyncConfig,
} from '../types/app.js';
import { checkArn, checkRoleArn } from './aws-texts.js';
import { kindShape, metadataShape, versionShape } from './envelope.js';

const BLOCKS = {
  'aws-oidc': 'aws_oidc',
  'aws-ra': 'aws_ra',
  'azure-oidc': 'azure_oidc',
  github: 'github',
} as const satisfies Record<IntegrationSubKind, keyof IntegrationSpec>;

const syncShape = map<ProfileSyncConfig>()(
  {
    enabled: withDefault(bool(), false),
    profile_arn: text({ check: checkArn('rolesanywhere') }),
    role_arn: text({ check: checkRoleArn }),
    profile_accepts_role_session_name: withDefault(bool(), false),
    role_name_filters: withDefault(textList(), []),
  },
  {
    check({ value, missing }) {
      if (value.enabled !== true) return;
      const message = 'The field is needed when the synchronisation is on.';
      if (!value.profile_arn) missing('profile_arn', message);
      if (!value.role_arn) missing('role_arn', message);
    },
  },
);

const awsOidcShape = map<AwsOidcIntegration>()(
  {
    role_arn: required(text({ check: checkRoleArn })),
    issuer_s3_uri: text({ check: checkS3Uri }),
    audience: oneOf(['', 'aws-identity-center']),
  },
  {
    check({ value, atKey }) {
      if (!value.issuer_s3_uri) return;
      const message =
        'Issuers on S3 are deprecated: the public address of the cluster is the issuer.';
      atKey('issuer_s3_uri', 'deprecated-field', message);
    },
  },
);

/** An integration document. */
export const integrationShape = map<Integration>()(
  {
    kind: kindShape('integration'),
    version: versionShape(['v1'], 'v1'),
    sub_kind: required(oneOf(['aws-oidc', 'aws-ra', 'azure-oidc', 'github'])),
    metadata: required(metadataShape()),
    spec: required(
      map<IntegrationSpec>()({
        aws_oidc: awsOidcShape,
        aws_ra: map<AwsRaIntegration>()({
          trust_anchor_arn: required(text({ check: checkArn('rolesanywhere') })),
          profile_sync_config: syncShape,
        }),
        azure_oidc: map<AzureOidcIntegration>()({
          tenant_id: required(text()),
          client_id: required(text()),
        }),
        github: map<GithubIntegration>()({ organization: required(text()) }),
      }),
    ),
  },
  { check: checkBlocks },
);

/** The sub-kind and the block must agree: a block of another sub-kind would be ignored. */
function checkBlocks({ value, node, place, context }: MapCheck<Integration>): void {
  const subKind = value.sub_kind;
  const spec = node.entries.find((entry) => entry.key === 'spec')?.value;
  if (subKind === undefined || spec?.type !== 'map') return;
  const wanted = BLOCKS[subKind];
  const at = (key: string) => ({ parent: { parent: place, key: 'spec' }, key });
  for (const entry of spec.entries) {
    if (entry.key === wanted || !Object.values<string>(BLOCKS).includes(entry.key)) continue;
    const message = `An integration with sub_kind ${subKind} has no such block.`;
    context.report({
      code: 'field-not-allowed',
      message,
      hint: wanted,
      at: entry,
      place: at(entry.key),
    });
  }
  const block = spec.entries.find((entry) => entry.key === wanted);
  const isEmpty = block?.value.type === 'scalar' && block.value.isNull;
  if (block && !isEmpty) return;
  const message = `An integration with sub_kind ${subKind} needs the block ${wanted}.`;
  context.report({
    code: 'missing-field',
    message,
    at: block?.value ?? spec.entries[0] ?? spec,
    place: at(wanted),
  });
}

function checkS3Uri(uri: string): TextFault | undefined {
  if (uri === '' || /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[^\s]*)?$/.test(uri))
    return undefined;
  return { code: 'invalid-value', message: 'An issuer on S3 is written s3://bucket/prefix.' };
}
