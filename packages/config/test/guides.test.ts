import { readdirSync, readFileSync } from 'node:fs';
import { loadHelmValues, loadResources, loadServiceConfig } from '@postern/config';
import { describe, expect, it } from 'vitest';
import { brief } from './support/load.js';

const folder = new URL('guides/', import.meta.url);
const files = readdirSync(folder).sort();

/** What the guides themselves get wrong, or leave to fill in. All other files load without a word. */
const WARNINGS: Readonly<Record<string, readonly string[]>> = {
  '1.resources.aws-ro-access.yaml': ['10:9 malformed-arn spec.allow.aws_role_arns[0]'],
  '1.service.multiple-accounts.yaml': [
    '7:25 account-id-format app_service.apps[0].labels.aws_account_id',
    '12:25 account-id-format app_service.apps[1].labels.aws_account_id',
    '17:25 account-id-format app_service.apps[2].labels.aws_account_id',
  ],
  '2.resources.app-access.yaml': ['9:25 account-id-format spec.app.metadata.labels.aws_account_id'],
  '2.resources.aws-access.yaml': [
    '7:23 account-id-format spec.allow.app_labels.aws_account_id',
    '9:9 malformed-arn spec.allow.aws_role_arns[0]',
  ],
  '4.resources.aws-dynamodb-access.yaml': ['10:9 malformed-arn spec.allow.aws_role_arns[0]'],
  '4.resources.email-template.yaml': [
    '9:21 malformed-arn spec.allow.aws_role_arns[0] → arn:aws:iam::123456789000:role/{{email.local(external.email)}}',
  ],
  '4.resources.users.yaml': [
    '8:21 malformed-arn spec.traits.aws_role_arns[0] → arn:aws:iam::123456789000:role/role_for_alice',
    '17:21 malformed-arn spec.traits.aws_role_arns[0] → arn:aws:iam::123456789000:role/role_for_bob',
  ],
  '5.resources.awsoidc-integration.yaml': ['8:15 malformed-arn spec.aws_oidc.role_arn'],
};

function load(file: string, strict: boolean) {
  const source = { filename: file, text: readFileSync(new URL(file, folder), 'utf8') };
  switch (file.split('.')[1]) {
    case 'service':
      return loadServiceConfig(source, { strict });
    case 'helm':
      return loadHelmValues(source, { strict });
    default:
      return loadResources([source], { strict });
  }
}

describe('documents of the set-up guides', () => {
  it.each(files)('%s loads with no error and the warnings it deserves', (file) => {
    const { diagnostics } = load(file, false);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(brief(diagnostics)).toEqual(WARNINGS[file] ?? []);
  });

  it.each(Object.keys(WARNINGS))('%s is refused in strict mode, at the same places', (file) => {
    const { diagnostics } = load(file, true);
    expect(diagnostics.every(({ severity }) => severity === 'error')).toBe(true);
    expect(brief(diagnostics)).toEqual(WARNINGS[file]);
  });

  it('gives every document of the guides', () => {
    const loaded = files
      .filter((file) => file.includes('.resources.'))
      .map((file) => load(file, false))
      .flatMap((result) => ('resources' in result ? result.resources : []));
    expect(loaded.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
      'role/aws-ro-access',
      'app_server/integration-name',
      'role/aws_access_aws-iam-target-role',
      'token/iam-token',
      'role/aws-dynamodb-access',
      'role/aws-dynamodb-access',
      'role/aws-dynamodb-access',
      'user/alice',
      'user/bob',
      'integration/my-integration',
      'role/example',
    ]);
  });
});
