import { checkSet, formatDiagnostics, loadResources } from '@postern/config';
import { describe, expect, it } from 'vitest';
import { brief } from './support/load.js';

const ROLE = (name: string, arns: string) =>
  `kind: role\nversion: v7\nmetadata: {name: ${name}}\nspec: {allow: {aws_role_arns: [${arns}]}}\n`;
const APP = (name: string, account: string, integration = '') =>
  `kind: app\nmetadata: {name: ${name}${account && `, labels: {aws_account_id: ${account}}`}}\nspec: {cloud: AWS${integration && `, integration: ${integration}`}}\n`;
const USER = 'kind: user\nmetadata: {name: u}\nspec: {roles: [r, missing]}\n';
const ARN = (account: string) => `arn:aws:iam::${account}:role/x`;

function check(...texts: readonly string[]) {
  const { resources, diagnostics } = loadResources([{ text: texts.join('---\n') }]);
  expect(diagnostics).toEqual([]);
  return checkSet(resources);
}

describe('checkSet', () => {
  it('finds the roles of users, whatever the order, and blames the missing one', () => {
    const found = check(USER, ROLE('r', ''));
    expect(brief(found)).toEqual(['3:19 unknown-role spec.roles[1]']);
    expect(found[0]?.severity).toBe('warning');
    const { resources } = loadResources([{ text: USER.replace('[r, missing]', 'missing') }]);
    expect(brief(checkSet(resources))).toEqual(['3:15 unknown-role spec.roles']);
    expect(checkSet(resources, { knownRoles: ['missing'] })).toEqual([]);
  });

  it('finds the integration of an app', () => {
    const integration = (subKind: string, spec: string) =>
      `kind: integration\nsub_kind: ${subKind}\nmetadata: {name: i}\nspec: {${spec}}\n`;
    const aws = integration('aws-oidc', `aws_oidc: {role_arn: "${ARN('111122223333')}"}`);
    const github = integration('github', 'github: {organization: o}');
    expect(check(APP('a', '', 'i'), aws)).toEqual([]);
    expect(brief(check(APP('a', '', 'j'), aws))).toEqual([
      '3:33 unknown-integration spec.integration',
    ]);
    expect(check(APP('a', '', 'i'), github)).toMatchObject([
      { severity: 'error', code: 'unknown-integration' },
    ]);
    const nested = `kind: app_server\nmetadata: {name: s}\nspec: {host_id: h, app: {metadata: {name: a}, spec: {cloud: AWS, integration: j}}}\n`;
    expect(brief(check(nested))).toEqual(['3:79 unknown-integration spec.app.spec.integration']);
  });

  it('tells which app no role can use, and which AWS role no app offers', () => {
    const found = check(APP('a', '111122223333'), ROLE('r', ARN('444455556666')));
    expect(brief(found)).toEqual([
      '2:46 app-without-role metadata.labels.aws_account_id',
      '8:32 role-without-app spec.allow.aws_role_arns[0]',
    ]);
    expect(found.every(({ severity }) => severity === 'info')).toBe(true);
  });

  it('says nothing where templates or apps for every account could fit', () => {
    expect(check(APP('a', '111122223333'), ROLE('r', "'{{external.arns}}'"))).toEqual([]);
    expect(check(APP('a', ''), ROLE('r', ARN('444455556666')))).toEqual([]);
    expect(check(ROLE('r', ARN('444455556666')))).toEqual([]);
    expect(check(APP('a', '111122223333'), ROLE('r', ARN('111122223333')))).toEqual([]);
  });

  it('gives diagnostics that can be shown with their line', () => {
    const source = { filename: 'u.yaml', text: USER };
    expect(formatDiagnostics(checkSet(loadResources([source]).resources), [source])).toContain(
      'u.yaml:3:16 unknown-role',
    );
  });

  it('takes documents that were made by hand', () => {
    const user = { kind: 'user', metadata: { name: 'u' }, spec: { roles: 'missing' } } as const;
    expect(checkSet([user])).toMatchObject([
      { code: 'unknown-role', pointer: '/spec/roles', start: { line: 1 } },
    ]);
  });
});
