import { describe, expect, it } from 'vitest';
import { parseToken } from '../../src/index.js';
import { errorsOf, withRule } from '../support/findings.js';
import { GUIDE_TOKEN } from '../support/fixtures.js';

const ACCOUNT = '111111111111';

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('parseToken', () => {
  it('makes a frozen token of the guide', () => {
    const document = {
      ...GUIDE_TOKEN,
      metadata: {
        name: 'iam-token',
        description: 'nodes',
        labels: { team: 'a', ['__proto__']: 'x' },
        expires: '2030-01-31T01:00:00+01:00',
        namespace: 'default',
        revision: 'r1',
        id: '7',
      },
    };
    const { token } = parseToken(document);
    expect(token).toMatchObject({
      name: 'iam-token',
      description: 'nodes',
      expires: new Date('2030-01-31T00:00:00Z'),
      roles: ['Node'],
      allow: GUIDE_TOKEN.spec.allow,
    });
    expect(Object.isFrozen(token?.allow[0])).toBe(true);
    expect(Object.getPrototypeOf(token?.labels)).toBeNull();
  });

  it('reports everything at once, in the order of the document', () => {
    expect(
      errorsOf({
        kind: 'role',
        version: 2,
        metadata: { labels: { a: 1 }, expires: '2030-02-31T00:00:00Z' },
        spec: {
          roles: ['node', 'Node', 'Node', 1, null],
          allow: [{}, { aws_account: 1 }, 'x', { aws_arm: 'y' }],
          surprise: true,
        },
        status: {},
      }),
    ).toEqual([
      'kind unsupported-value',
      'version not-a-string',
      'metadata.name required',
      'metadata.labels.a not-a-string',
      'metadata.expires unsupported-value',
      'spec.roles[0] unknown-role',
      'spec.roles[2] duplicate-role',
      'spec.roles[3] not-a-string',
      'spec.roles[4] required',
      'spec.join_method required',
      'spec.allow[0] empty-rule',
      'spec.allow[1].aws_account not-a-string',
      'spec.allow[2] not-a-mapping',
      'spec.allow[3].aws_arm unknown-field',
      'spec.surprise unknown-field',
      'status unknown-field',
    ]);
  });

  it('gives JSON pointers that the loader can turn into lines', () => {
    const { errors } = parseToken(withRule({ 'a/b~c': 1, aws_account: ACCOUNT }));
    expect(errors).toMatchObject([
      { path: 'spec.allow[0].a/b~c', pointer: '/spec/allow/0/a~1b~0c' },
    ]);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a list', []],
    ['a function', () => ({})],
    [
      'something that throws when it is read',
      {
        get spec() {
          throw new Error('secret');
        },
      },
    ],
    ['a revoked proxy', revoked()],
  ])('finds that %s is not a mapping', (_, value) => {
    expect(errorsOf(value)).toEqual([' not-a-mapping']);
  });

  it('uses what it has checked, also when reading it again would give something else', () => {
    let reads = 0;
    const rule = {
      get aws_account() {
        reads += 1;
        return reads === 1 ? ACCOUNT : '999999999999';
      },
    };
    expect(parseToken(withRule(rule)).token?.allow).toEqual([{ aws_account: ACCOUNT }]);
  });

  it.each(['a\u202eb', 'a\u200bb', 'a\u2028b', 'a\nb', ''])('refuses the name %j', (name) => {
    expect(errorsOf({ ...GUIDE_TOKEN, metadata: { name } })).toEqual([
      'metadata.name invalid-name',
    ]);
  });

  it('takes no number for an id', () => {
    expect(errorsOf({ ...GUIDE_TOKEN, metadata: { name: 'a', id: 5, revision: 5 } })).toEqual([
      'metadata.id not-a-string',
      'metadata.revision not-a-string',
    ]);
  });

  it('finds what is missing altogether', () => {
    expect(errorsOf({})).toEqual([
      'kind required',
      'version required',
      'metadata required',
      'spec required',
    ]);
  });

  it('does not take members from a prototype', () => {
    expect(errorsOf(Object.create(GUIDE_TOKEN))).toHaveLength(4);
  });

  it('wants a bot name exactly with the role Bot', () => {
    const bot = (more: object) => ({ ...GUIDE_TOKEN, spec: { ...GUIDE_TOKEN.spec, ...more } });
    expect(errorsOf(bot({ roles: ['Bot'], bot_name: 'x' }))).toEqual([]);
    expect(errorsOf(bot({ roles: ['Bot'], bot_name: '' }))).toEqual(['spec.bot_name empty']);
    expect(errorsOf(bot({ bot_name: 'x' }))).toEqual(['spec.bot_name unsupported-value']);
  });

  it('takes more roles on request', () => {
    const spec = { ...GUIDE_TOKEN.spec, roles: ['Okta'] };
    expect(errorsOf({ ...GUIDE_TOKEN, spec })).toEqual(['spec.roles[0] unknown-role']);
    expect(errorsOf({ ...GUIDE_TOKEN, spec }, { extraRoles: ['Okta'] })).toEqual([]);
  });

  it.each(['', 'x'.repeat(257), 'a\u2028b', 'a\u0085b'])('refuses the name %j', (name) => {
    expect(errorsOf({ ...GUIDE_TOKEN, metadata: { name } })).toEqual([
      'metadata.name invalid-name',
    ]);
  });

  it('refuses conditions of other methods wherever they stand, also empty ones', () => {
    const spec = { ...GUIDE_TOKEN.spec, aws_iid_ttl: null };
    expect(errorsOf({ ...GUIDE_TOKEN, spec })).toEqual(['spec.aws_iid_ttl unsupported-for-method']);
    expect(errorsOf(withRule({ aws_account: ACCOUNT, aws_role: null, aws_regions: [] }))).toEqual([
      'spec.allow[0].aws_role unsupported-for-method',
      'spec.allow[0].aws_regions unsupported-for-method',
    ]);
  });

  it('refuses a condition that is written but empty, which must not count as absent', () => {
    expect(errorsOf(withRule({ aws_account: ACCOUNT, aws_arn: null }))).toEqual([
      'spec.allow[0].aws_arn required',
    ]);
    expect(errorsOf(withRule({ aws_account: undefined }))).toEqual([
      'spec.allow[0].aws_account required',
    ]);
  });
});

describe('parseToken on metadata and spec', () => {
  const metadata = (more: object) => ({
    ...GUIDE_TOKEN,
    metadata: { name: 'iam-token', ...more },
  });

  it.each([
    ['2030-01-31T00:00:00.5Z', '2030-01-31T00:00:00.500Z'],
    ['2030-01-31t00:00:00z', '2030-01-31T00:00:00.000Z'],
    ['2030-01-31T00:00:00-02:30', '2030-01-31T02:30:00.000Z'],
  ])('reads the expiry %s', (expires, iso) => {
    expect(parseToken(metadata({ expires })).token?.expires?.toISOString()).toBe(iso);
  });

  it('copies an expiry that is a Date already', () => {
    const expires = new Date('2030-01-31T00:00:00Z');
    const { token } = parseToken(metadata({ expires }));
    expires.setTime(0);
    expect(token?.expires).toEqual(new Date('2030-01-31T00:00:00Z'));
  });

  it.each([
    '2030-01-31',
    '2030-01-31 00:00:00Z',
    '2030-01-31T24:00:00Z',
    '2030-01-31T00:00:60Z',
    '2030-01-31T00:00:00+24:00',
    '2030-01-31T00:00:00+00:60',
    new Date(Number.NaN),
  ])('refuses the expiry %s', (expires) => {
    expect(errorsOf(metadata({ expires }))).toEqual(['metadata.expires unsupported-value']);
  });

  it.each<[object, string[]]>([
    [{ namespace: 'other' }, ['metadata.namespace unsupported-value']],
    [{ namespace: 1 }, ['metadata.namespace not-a-string']],
    [{ id: true }, ['metadata.id not-a-string']],
    [{ labels: [] }, ['metadata.labels not-a-mapping']],
    [{ description: null }, []],
  ])('metadata %j: %j', (more, errors) => {
    expect(errorsOf(metadata(more))).toEqual(errors);
  });

  it('keeps apart what is no mapping at all', () => {
    expect(errorsOf({ ...GUIDE_TOKEN, metadata: [], spec: 'x' })).toEqual([
      'metadata not-a-mapping',
      'spec not-a-mapping',
    ]);
    const suggested = (suggested_labels: unknown) => ({
      ...GUIDE_TOKEN,
      spec: { ...GUIDE_TOKEN.spec, suggested_labels },
    });
    expect(errorsOf(suggested({ a: ['b'] }))).toEqual([]);
    expect(errorsOf(suggested('x'))).toEqual(['spec.suggested_labels not-a-mapping']);
    expect(errorsOf({ ...GUIDE_TOKEN, spec: { ...GUIDE_TOKEN.spec, bot_name: 1 } })).toEqual([
      'spec.bot_name not-a-string',
    ]);
  });
});
