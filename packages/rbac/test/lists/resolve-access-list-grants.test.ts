import { describe, expect, it } from 'vitest';
import { type AccessList, resolveAccessListGrants } from '../../src/index.js';
import { NOW } from '../support/make.js';

const list = (name: string, spec: AccessList['spec']): AccessList => ({ metadata: { name }, spec });
const dana = {
  metadata: { name: 'dana' },
  spec: { roles: ['employee'], traits: { team: ['core'] } },
};
const resolve = (
  lists: AccessList[],
  locks: Parameters<typeof resolveAccessListGrants>[1]['locks'] = [],
) => resolveAccessListGrants(lists, { user: dana, now: NOW, locks });
const inner = (name: string) => ({ name, membership_kind: 'list' }) as const;

describe('resolveAccessListGrants', () => {
  it('merges roles and traits of all lists, each value once', () => {
    const lists = [
      list('a', {
        members: [{ name: 'dana' }],
        grants: { roles: ['x', 'y'], traits: { team: 'edge' } },
      }),
      list('b', {
        members: [{ name: 'dana' }],
        grants: { roles: 'x', traits: { team: ['edge', 'data'] } },
      }),
      list('c', { members: [{ name: 'kim' }], grants: { roles: ['z'] } }),
    ];
    const { roles, traits, memberOf } = resolve(lists);
    expect([roles, { ...traits }, memberOf]).toEqual([
      ['x', 'y'],
      { team: ['edge', 'data'] },
      ['a', 'b'],
    ]);
  });

  it('lets members of inner lists in when they meet the requirements on the way', () => {
    const lists = [
      list('outer', {
        members: [inner('middle')],
        membership_requires: { traits: { team: ['core'] } },
      }),
      list('middle', { members: [inner('core')] }),
      list('core', { members: [{ name: 'dana' }], membership_requires: { roles: ['employee'] } }),
      list('strict', { members: [inner('core')], membership_requires: { roles: ['manager'] } }),
      list('above', { members: [inner('strict')] }),
    ];
    expect(resolve(lists).memberOf).toEqual(['outer', 'middle', 'core']);
  });

  it('ends in circles, finds what they lead to, and stops at ten levels', () => {
    const circle = [
      list('a', { members: [inner('b'), { name: 'dana' }] }),
      list('b', { members: [inner('a')] }),
      list('c', { members: [inner('d')] }),
      list('d', { members: [inner('c')] }),
    ];
    expect(resolve(circle).memberOf).toEqual(['a', 'b']);
    const chain = Array.from({ length: 13 }, (_, level) =>
      list(`l${level}`, { members: level === 0 ? [{ name: 'dana' }] : [inner(`l${level - 1}`)] }),
    );
    expect(resolve(chain).memberOf).toHaveLength(11);
  });

  it('ends a membership at its instant, or when the time cannot be read', () => {
    const until = (expires: string) =>
      resolve([list('a', { members: [{ name: 'dana', expires }] })]).memberOf;
    expect(until('2026-01-15T10:00:00.001Z')).toEqual(['a']);
    expect(until('2026-01-15T10:00:00Z')).toEqual([]);
    expect(until('soon')).toEqual([]);
    expect(until('2999')).toEqual([]);
    expect(until('2999-01-01T00:00:00')).toEqual([]);
    expect(until('2999-01-01T00:00:00+01:00')).toEqual(['a']);
  });

  it('gives owners their grants, and a locked user nothing', () => {
    const lists = [
      list('a', {
        owners: [{ name: 'dana' }],
        members: [{ name: 'dana' }],
        owner_grants: { roles: ['o'] },
        grants: { roles: ['m'] },
      }),
      list('b', {
        owners: [{ name: 'dana' }],
        ownership_requires: { roles: ['boss'] },
        owner_grants: { roles: ['no'] },
      }),
    ];
    expect(resolve(lists)).toMatchObject({ roles: ['m', 'o'], ownerOf: ['a'] });
    const locks = [{ metadata: { name: 'l' }, spec: { target: { user: 'dana' } } }];
    expect(resolve(lists, locks)).toEqual({ roles: [], traits: {}, memberOf: [], ownerOf: [] });
  });
});
