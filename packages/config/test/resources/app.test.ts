import { normalize } from '@postern/config';
import { describe, expect, it } from 'vitest';
import { faultsOf, loadText } from '../support/load.js';

const app = (spec: string, name = 'aws') =>
  `kind: app\nversion: v3\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;

function specOf(spec: string) {
  const { resources, diagnostics } = loadText(app(spec));
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const [resource] = resources;
  if (resource?.kind !== 'app') throw new Error('no app');
  return normalize(resource).spec;
}

describe('app', () => {
  it.each([
    ['cloud: AWS', { uri: 'cloud://AWS', cloud: 'AWS' }],
    ['uri: "https://console.amazonaws.cn"', { uri: 'https://console.amazonaws.cn', cloud: 'AWS' }],
    ['uri: "https://eu-west-1.console.aws.amazon.com/x"', { cloud: 'AWS' }],
    ['uri: "https://example.com"', { cloud: '' }],
    ['uri: "https://console.aws.amazon.com.evil.example"', { cloud: '' }],
    ['cloud: GCP', { uri: 'cloud://GCP', cloud: 'GCP' }],
  ])('%s: address and cloud decide about each other', (spec, view) => {
    expect(specOf(spec)).toMatchObject(view);
  });

  it('fills the other defaults', () => {
    expect(specOf('cloud: AWS, rewrite: {headers: ["A: b", {name: C, value: d}]}')).toEqual({
      uri: 'cloud://AWS',
      cloud: 'AWS',
      public_addr: '',
      integration: '',
      insecure_skip_verify: false,
      debug: false,
      use_any_proxy_public_addr: false,
      rewrite: { redirect: [], headers: ['A: b', 'C: d'] },
    });
  });

  it.each([
    ['', ['4:7 missing-field spec.uri']],
    ['cloud: ""', ['4:8 missing-field spec.uri']],
    ['uri: ""', ['4:13 missing-field spec.uri']],
    ['uri: not an address', ['4:13 invalid-value spec.uri']],
    ['cloud: Gcp', ['4:15 invalid-value spec.cloud → GCP']],
    ['uri: "https://console.aws.amazon.com.evil.example"', ['4:13 console-lookalike spec.uri']],
    ['uri: "https://console.aws.amazon.com@evil.example"', ['4:13 console-lookalike spec.uri']],
    ['uri: "http://console.aws.amazon.com"', ['4:13 console-lookalike spec.uri']],
    ['cloud: AWS, public_addr: "a.example:443"', ['4:33 invalid-value spec.public_addr']],
    ['cloud: AWS, public_addr: 10.0.0.1', ['4:33 invalid-value spec.public_addr']],
    ['cloud: AWS, public_addr: "::1"', ['4:33 invalid-value spec.public_addr']],
    [
      'cloud: AWS, public_addr: kube-teleport-proxy-alpn.example.com',
      ['4:33 invalid-value spec.public_addr'],
    ],
    ['cloud: AWS, public_addr: "https://a"', ['4:33 invalid-value spec.public_addr']],
    ['cloud: AWS, aws: {external_id: "a b"}', ['4:39 invalid-value spec.aws.external_id']],
    ['cloud: AWS, aws: {external_id: x}', ['4:39 invalid-value spec.aws.external_id']],
    ['cloud: AWS, aws: {region: us-eest-1}', ['4:34 unknown-region spec.aws.region → us-east-1']],
    [
      'cloud: AWS, rewrite: {headers: ["X-Teleport-Foo: bar"]}',
      ['4:40 invalid-value spec.rewrite.headers[0]'],
    ],
    [
      'cloud: AWS, rewrite: {headers: [{name: teleport-jwt-assertion, value: x}]}',
      ['4:47 invalid-value spec.rewrite.headers[0].name'],
    ],
    ['cloud: AWS, rewrite: {headers: [nocolon]}', ['4:40 invalid-value spec.rewrite.headers[0]']],
    [
      'cloud: AWS, rewrite: {jwt_claims: role}',
      ['4:42 invalid-value spec.rewrite.jwt_claims → roles'],
    ],
    ['cloud: AWS, commands: [{name: x}]', ['4:32 missing-field spec.commands[0].command']],
    ['cloud: AWS, insecure_skip_verify: maybe', ['4:42 invalid-bool spec.insecure_skip_verify']],
  ])('reports the faults of {%s}', (spec, faults) => {
    expect(faultsOf(app(spec))).toEqual(faults);
  });

  it.each([
    ['AWS_Console', 'aws-console'],
    ['-x', 'x'],
    ['1app', 'app'],
    ['a.b', 'a-b'],
  ])('refuses the name %s and offers %s', (name, hint) => {
    expect(faultsOf(app('cloud: AWS', name))).toEqual([
      `3:18 invalid-value metadata.name → ${hint}`,
    ]);
  });
});

describe('app_server', () => {
  it('needs a host and a whole app', () => {
    const text =
      'kind: app_server\nmetadata: {name: a}\nspec: {app: {metadata: {name: A}, spec: {}}}\n';
    expect(faultsOf(text)).toEqual([
      '3:8 missing-field spec.host_id',
      '3:31 invalid-value spec.app.metadata.name → a',
      '3:41 missing-field spec.app.spec.uri',
    ]);
  });
});

describe('integration', () => {
  it('fills the defaults of the synchronisation', () => {
    const text =
      'kind: integration\nsub_kind: aws-ra\nmetadata: {name: i}\nspec: {aws_ra: {trust_anchor_arn: "arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/a", profile_sync_config: {role_name_filters: "a-*"}}}\n';
    const [resource] = loadText(text).resources;
    if (resource?.kind !== 'integration') throw new Error('no integration');
    expect(normalize(resource)).toMatchObject({
      version: 'v1',
      spec: { aws_ra: { profile_sync_config: { enabled: false, role_name_filters: ['a-*'] } } },
    });
  });

  const integration = (subKind: string, spec: string) =>
    `kind: integration\nversion: v1\n${subKind}metadata: {name: i}\nspec: {${spec}}\n`;

  it.each([
    [
      'sub_kind: aws-oid\n',
      'aws_oidc: {role_arn: x}',
      ['3:11 invalid-value sub_kind → aws-oidc', '5:29 malformed-arn spec.aws_oidc.role_arn'],
    ],
    [
      '',
      'aws_oidc: {role_arn: "arn:aws:iam::111122223333:role/r"}',
      ['1:1 missing-field sub_kind'],
    ],
    [
      'sub_kind: aws-oidc\n',
      'aws_ra: {trust_anchor_arn: x}',
      [
        '5:8 field-not-allowed spec.aws_ra → aws_oidc',
        '5:8 missing-field spec.aws_oidc',
        '5:35 malformed-arn spec.aws_ra.trust_anchor_arn',
      ],
    ],
    ['sub_kind: aws-oidc\n', '', ['5:7 missing-field spec.aws_oidc']],
    [
      'sub_kind: aws-oidc\n',
      'aws_oidc: {role_arn: "arn:aws:iam:111122223333:role/r", audience: x, issuer_s3_uri: "s3://b"}',
      [
        '5:29 malformed-arn spec.aws_oidc.role_arn → arn:aws:iam::111122223333:role/r',
        '5:74 invalid-value spec.aws_oidc.audience',
        '5:77 deprecated-field spec.aws_oidc.issuer_s3_uri',
        '5:92 invalid-value spec.aws_oidc.issuer_s3_uri',
      ],
    ],
    [
      'sub_kind: azure-oidc\n',
      'azure_oidc: {tenant_id: t}',
      ['5:21 missing-field spec.azure_oidc.client_id'],
    ],
    ['sub_kind: github\n', 'github: {organization: o}', []],
    [
      'sub_kind: aws-ra\n',
      'aws_ra: {trust_anchor_arn: "arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/a", profile_sync_config: {enabled: yes}}',
      [
        '5:120 missing-field spec.aws_ra.profile_sync_config.profile_arn',
        '5:120 missing-field spec.aws_ra.profile_sync_config.role_arn',
      ],
    ],
    [
      'sub_kind: aws-ra\n',
      'aws_ra: {trust_anchor_arn: "arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/a", profile_sync_config: {enabled: no, role_name_filters: "a-*"}}',
      [],
    ],
    [
      'sub_kind: aws-oidc\n',
      'aws_oidc: {role_arn: "arn:aws:iam::111122223333:role/r", audience: "", issuer_s3_uri: "s3://bucket/prefix"}',
      ['5:79 deprecated-field spec.aws_oidc.issuer_s3_uri'],
    ],
  ])('%s{%s}', (subKind, spec, faults) => {
    expect(faultsOf(integration(subKind, spec))).toEqual(faults);
  });
});
