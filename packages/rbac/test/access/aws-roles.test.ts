import { describe, expect, it } from 'vitest';
import {
  listAwsRoleArns,
  listAwsRoleArnsForTtl,
  listAwsRoleStatuses,
  selectAwsRole,
  sortAwsRoleChoices,
  toAwsRoleChoices,
} from '../../src/index.js';
import { app, arn, granting, role, roleSet, user } from '../support/make.js';

describe('listAwsRoleArns', () => {
  it('shows what needs MFA or a device, of the account of the app, sorted', () => {
    const roles = roleSet([
      granting('mfa', [arn('beta'), arn('team/Alpha'), arn('beta', '444455556666'), 'junk'], {
        require_session_mfa: true,
        device_trust_mode: 'required',
      }),
    ]);
    const names = (labels: Record<string, string>) =>
      listAwsRoleArns(roles, app(labels)).map(
        ({ display, accountId }) => `${display} ${accountId}`,
      );
    expect(names({ aws_account_id: '111122223333' })).toEqual([
      'Alpha 111122223333',
      'beta 111122223333',
    ]);
    expect(names({})).toEqual(['Alpha 111122223333', 'beta 111122223333', 'beta 444455556666']);
    expect(names({ aws_account_id: '777788889999' })).toEqual([]);
  });

  it('shows what one role spells out and a wildcard of another grants', () => {
    const roles = roleSet(
      [
        role('wild', { allow: { app_labels: { env: 'dev' }, aws_role_arns: [arn('dev-*')] } }),
        role('exact', { allow: { app_labels: { env: 'x' }, aws_role_arns: [arn('dev-a')] } }),
      ],
      user(),
      { extensions: { arnPatterns: true } },
    );
    const shown = (labels: Record<string, string>) =>
      listAwsRoleArns(roles, app(labels)).map(({ display }) => display);
    expect(shown({ env: 'dev' })).toEqual(['dev-a']);
    expect(shown({ env: 'prod' })).toEqual([]);
  });

  it('leaves out what a wildcard denies, also without an app', () => {
    const roles = roleSet(
      [
        granting('r', [arn('dev-a'), arn('ops')]),
        role('no', { deny: { aws_role_arns: [arn('dev-*')] } }),
      ],
      user(),
      { extensions: { arnPatterns: true } },
    );
    expect(listAwsRoleArnsForTtl(roles, { requestedMs: 1 })).toEqual({ arns: [arn('ops')] });
  });

  it('shows every account for an app without labels', () => {
    const roles = roleSet([granting('r', [arn('A'), arn('B', '444455556666')])]);
    const bare = { metadata: { name: 'bare' }, spec: { cloud: 'AWS' } } as const;
    expect(listAwsRoleArns(roles, bare).map(({ display }) => display)).toEqual(['A', 'B']);
  });

  it('keeps equal names in the order of the roles, also of one that cannot be evaluated', () => {
    const other = arn('Dev', '444455556666');
    const broken = role('broken', {
      allow: { app_labels: { env: '^($' }, aws_role_arns: [other] },
    });
    const shown = (roles: Parameters<typeof roleSet>[0]) =>
      listAwsRoleStatuses(roleSet(roles), app({ env: 'dev' })).map(
        ({ accountId, status }) => `${accountId} ${status}`,
      );
    const good = granting('good', [arn('Dev')]);
    expect(shown([broken, good])).toEqual(['444455556666 denied', '111122223333 denied']);
    expect(shown([good, broken])).toEqual(['111122223333 usable', '444455556666 denied']);
  });

  it('takes the account from static labels only', () => {
    const roles = roleSet([granting('r', [arn('A')])]);
    const target = { ...app({}), dynamicLabels: { aws_account_id: '444455556666' } };
    expect(listAwsRoleArns(roles, target)).toHaveLength(1);
  });

  it('gives the same frozen list again, and a new one after a change', () => {
    const roles = roleSet([
      role('r', { allow: { app_labels: { env: 'dev' }, aws_role_arns: [arn('A')] } }),
    ]);
    const labels = { env: 'dev' };
    const target = app(labels);
    const list = listAwsRoleArns(roles, target);
    expect(listAwsRoleArns(roles, target)).toBe(list);
    expect(Object.isFrozen(list)).toBe(true);
    labels.env = 'prod';
    expect(listAwsRoleArns(roles, target)).toEqual([]);
  });

  it('has nothing for an app that is no AWS app', () => {
    const grafana = { metadata: { name: 'g' }, spec: { uri: 'https://grafana.example.com' } };
    expect(listAwsRoleArns(roleSet([granting('r', [arn('A')])]), grafana)).toEqual([]);
  });
});

describe('selectAwsRole', () => {
  const choices = toAwsRoleChoices([arn('b'), arn('x/b'), arn('c')]);

  it('explains why nothing was chosen', () => {
    expect(selectAwsRole(choices)).toMatchObject({ error: 'required', candidates: choices });
    expect(selectAwsRole([])).toMatchObject({
      error: 'required',
      message: 'No AWS role can be used with this app.',
    });
    expect(selectAwsRole(choices, 'B')).toMatchObject({ error: 'not-found' });
    expect(selectAwsRole(choices, 'b')).toMatchObject({
      error: 'ambiguous',
      candidates: [{ name: 'b' }, { name: 'x/b' }],
    });
    expect(selectAwsRole(choices, arn('zz'))).toMatchObject({ error: 'not-found' });
  });

  it('chooses by every form of the name', () => {
    for (const [asked, name] of [
      ['c', 'c'],
      ['x/b', 'x/b'],
      [arn('b'), 'b'],
    ] as const) {
      expect(selectAwsRole(choices, asked)).toMatchObject({ choice: { name } });
    }
  });
});

describe('sortAwsRoleChoices', () => {
  it('keeps the order of equal names and changes no argument', () => {
    const choices = Object.freeze([...toAwsRoleChoices([arn('b'), arn('x/B'), arn('a')])]);
    expect(sortAwsRoleChoices(choices).map(({ name }) => name)).toEqual(['a', 'b', 'x/B']);
  });
});
