import { normalize } from '@postern/config';
import { describe, expect, it } from 'vitest';
import { faultsOf, loadText } from '../support/load.js';

describe('user', () => {
  it('gives roles and traits as lists', () => {
    const text =
      'kind: user\nmetadata: {name: a}\nspec: {roles: x, expires: "2030-01-01T02:00:00.500+02:00", traits: {logins: root, empty: , aws_role_arns: [a]}}\n';
    const { resources, diagnostics } = loadText(text);
    expect(diagnostics.map(({ code }) => code)).toEqual(['malformed-arn']);
    const [user] = resources;
    if (user?.kind !== 'user') throw new Error('no user');
    expect(normalize(user)).toEqual({
      kind: 'user',
      version: 'v2',
      metadata: { name: 'a', labels: {} },
      spec: {
        roles: ['x'],
        traits: { logins: ['root'], empty: [], aws_role_arns: ['a'] },
        expires: '2030-01-01T00:00:00.5Z',
      },
    });
  });
});

describe('lock', () => {
  const lock = (spec: string) => `kind: lock\nmetadata: {name: l}\nspec: {${spec}}\n`;

  it('reads the old name of server_id with a warning', () => {
    expect(faultsOf(lock('target: {node: n}'))).toEqual([
      '3:17 deprecated-field spec.target.node → server_id',
    ]);
    expect(loadText(lock('target: {node: n}')).resources).toMatchObject([
      { spec: { target: { server_id: 'n' } } },
    ]);
  });

  it.each([
    ['target: {user: ""}', ['3:16 invalid-value spec.target']],
    ['target: {usr: x}', ['3:17 unknown-field spec.target.usr → user']],
    ['', ['3:7 missing-field spec.target']],
    ['target: {user: [x]}', ['3:23 type-mismatch spec.target.user']],
    ['target: {user: x}, expires: tomorrow', ['3:36 invalid-value spec.expires']],
    ['target: {user: x}, expires: 2030-02-30T00:00:00Z', ['3:36 invalid-value spec.expires']],
    ['target: {user: x}, expires: 2030-02-28T24:00:00Z', ['3:36 invalid-value spec.expires']],
    ['target: {user: x}, expires: 2030-02-28', ['3:36 invalid-value spec.expires']],
  ])('reports the faults of {%s}', (spec, faults) => {
    expect(faultsOf(lock(spec))).toEqual(faults);
  });
});

describe('access_request', () => {
  const request = (spec: string) =>
    `kind: access_request\nmetadata: {name: r}\nspec: {user: u, ${spec}}\n`;

  it('sorts roles and leaves repetitions out', () => {
    const [resource] = loadText(request('roles: [b, a, b]')).resources;
    if (resource?.kind !== 'access_request') throw new Error('no request');
    expect(normalize(resource).spec).toMatchObject({ roles: ['a', 'b'], state: 'PENDING' });
    expect(resource.spec.roles).toEqual(['b', 'a', 'b']);
  });

  it.each([
    ['state: PENDING', ['3:8 missing-field spec.roles']],
    ['roles: []', ['3:24 missing-field spec.roles']],
    ['requested_resource_ids: [{kind: app, name: a}]', []],
    [
      'requested_resource_ids: [{kind: app}]',
      ['3:43 missing-field spec.requested_resource_ids[0].name'],
    ],
    ['roles: a, state: approved', ['3:34 invalid-value spec.state → APPROVED']],
    ['roles: a, resolve_reason: x', ['3:27 field-not-allowed spec.resolve_reason']],
    ['roles: a, state: DENIED, resolve_reason: x', []],
  ])('reports the faults of {%s}', (spec, faults) => {
    expect(faultsOf(request(spec))).toEqual(faults);
  });
});

describe('access_list', () => {
  it('fills its defaults', () => {
    const text =
      'kind: access_list\nmetadata: {name: l}\nspec: {title: T, members: [{name: a}], grants: {roles: r}}\n';
    const [list] = loadText(text).resources;
    if (list?.kind !== 'access_list') throw new Error('no list');
    const none = { roles: [], traits: {} };
    expect(normalize(list).spec).toEqual({
      title: 'T',
      description: '',
      owners: [],
      members: [{ name: 'a', membership_kind: 'user' }],
      grants: { roles: ['r'], traits: {} },
      membership_requires: none,
      ownership_requires: none,
      owner_grants: none,
      audit: {
        recurrence: { frequency: 6, day_of_month: '1' },
        notifications: { start: 1_209_600 },
      },
    });
  });

  it.each([
    ['members: []', ['3:8 missing-field spec.title']],
    [
      'title: T, audit: {recurrence: {frequency: 2}}',
      ['3:50 invalid-value spec.audit.recurrence.frequency'],
    ],
    [
      'title: T, owners: [{name: o, membership_kind: group}]',
      ['3:54 invalid-value spec.owners[0].membership_kind'],
    ],
  ])('reports the faults of {%s}', (spec, faults) => {
    expect(faultsOf(`kind: access_list\nmetadata: {name: l}\nspec: {${spec}}\n`)).toEqual(faults);
  });
});
