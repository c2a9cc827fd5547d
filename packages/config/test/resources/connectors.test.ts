import { normalize } from '@postern/config';
import { describe, expect, it } from 'vitest';
import { faultsOf, loadText } from '../support/load.js';

const oidc = (spec: string, version = 'v3') =>
  `kind: oidc\nversion: ${version}\nmetadata: {name: o}\nspec: {client_id: c, client_secret: s, issuer_url: "https://i.example", redirect_url: "https://r.example", ${spec}}\n`;
const saml = (spec: string) =>
  `kind: saml\nversion: v2\nmetadata: {name: s}\nspec: {acs: "https://a.example", ${spec}}\n`;

describe('oidc connector', () => {
  it('reads the claim that guides call name, with a warning', () => {
    const text = oidc('claims_to_roles: [{name: groups, value: g, roles: r}]', 'v2');
    const { resources } = loadText(text);
    expect(resources).toMatchObject([
      { version: 'v2', spec: { claims_to_roles: [{ claim: 'groups', value: 'g', roles: 'r' }] } },
    ]);
    expect(faultsOf(text)).toEqual([
      expect.stringMatching(/^4:\d+ alias-field spec\.claims_to_roles\[0\]\.name → claim$/),
    ]);
    expect(faultsOf(oidc('claims_to_roles: [{name: a, claim: b, value: g, roles: r}]'))).toEqual([
      expect.stringContaining('field-not-allowed spec.claims_to_roles[0].name'),
    ]);
  });

  it('gives addresses and scopes as lists', () => {
    const [connector] = loadText(
      oidc('scope: openid, max_age: 60, claims_to_roles: [{claim: a, value: b, roles: [c]}]'),
    ).resources;
    if (connector?.kind !== 'oidc') throw new Error('no connector');
    expect(normalize(connector).spec).toMatchObject({
      redirect_url: ['https://r.example'],
      scope: ['openid'],
      max_age: 60,
    });
  });

  it.each([
    ['claims_to_roles: []', 'missing-field spec.claims_to_roles'],
    [
      'max_age: 1.5, claims_to_roles: [{claim: a, value: b, roles: c}]',
      'invalid-value spec.max_age',
    ],
    [
      'max_age: -1, claims_to_roles: [{claim: a, value: b, roles: c}]',
      'invalid-value spec.max_age',
    ],
    [
      'claims_to_roles: [{claim: a, value: b, roles: []}]',
      'missing-field spec.claims_to_roles[0].roles',
    ],
  ])('refuses {%s}', (spec, fault) => {
    expect(faultsOf(oidc(spec))).toEqual([expect.stringContaining(fault)]);
  });

  it('wants an https issuer and a literal secret', () => {
    const text = oidc('claims_to_roles: [{claim: a, value: b, roles: c}]')
      .replace('https://i', 'http://i')
      .replace('client_secret: s', 'client_secret: "file:///s"');
    expect(faultsOf(text)).toEqual([
      expect.stringContaining('invalid-value spec.client_secret'),
      expect.stringContaining('invalid-value spec.issuer_url'),
    ]);
  });

  it.each(['local', 'passwordless', 'headless'])('refuses the reserved name %s', (name) => {
    const text = oidc('claims_to_roles: [{claim: a, value: b, roles: c}]').replace(
      'name: o}',
      `name: ${name}}`,
    );
    expect(faultsOf(text)).toEqual(['3:18 invalid-value metadata.name']);
  });
});

describe('saml connector', () => {
  it.each([
    ['entity_descriptor: x', []],
    ['issuer: i, sso: "https://s.example"', []],
    ['display: x', ['4:8 missing-field spec.entity_descriptor']],
    ['entity_descriptor: ""', ['4:53 missing-field spec.entity_descriptor']],
    ['entity_descriptor_url: ""', ['4:57 missing-field spec.entity_descriptor_url']],
    ['issuer: i', ['4:8 missing-field spec.sso']],
    [
      'entity_descriptor: x, attributes_to_roles: [{name: a, value: b}]',
      ['4:79 missing-field spec.attributes_to_roles[0].roles'],
    ],
  ])('{%s}', (spec, faults) => {
    expect(faultsOf(saml(spec))).toEqual(faults);
  });

  it('lets the audience default to the consumer address, and keeps another one', () => {
    const [connector] = loadText(saml('entity_descriptor: x, audience: other')).resources;
    if (connector?.kind !== 'saml') throw new Error('no connector');
    expect(normalize(connector).spec).toMatchObject({
      audience: 'other',
      service_provider_issuer: 'https://a.example',
    });
  });
});

describe('github connector', () => {
  it('warns of teams_to_logins', () => {
    const text =
      'kind: github\nmetadata: {name: g}\nspec:\n  client_id: c\n  client_secret: s\n  redirect_url: https://r.example\n  teams_to_logins: []\n  teams_to_roles: [{team: t, roles: r}]\n';
    expect(faultsOf(text)).toEqual(['7:3 deprecated-field spec.teams_to_logins → teams_to_roles']);
  });
});
