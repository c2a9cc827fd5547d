import { describe, expect, it } from 'vitest';
import { JoinIamError, type ParseTokenOptions, parseToken, readToken } from '../../src/index.js';
import { GUIDE_TOKEN } from '../support/fixtures.js';

const ACCOUNT = '111111111111';
const RESOLVER = { organizationResolver: true };

const withRule = (...allow: unknown[]) => ({
  ...GUIDE_TOKEN,
  spec: { ...GUIDE_TOKEN.spec, allow },
});

/** `path code` of each finding. */
function findings(value: unknown, options: ParseTokenOptions = {}) {
  const { errors, warnings, token } = parseToken(value, options);
  expect(token === undefined).toBe(errors.length > 0);
  const short = (list: typeof errors) => list.map(({ path, code }) => `${path} ${code}`);
  return { errors: short(errors), warnings: short(warnings) };
}

const errorsOf = (value: unknown, options?: ParseTokenOptions) => findings(value, options).errors;
const arn = (pattern: string) => withRule({ aws_arn: pattern });

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
        id: 7,
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
  ])('finds that %s is not a mapping', (_, value) => {
    expect(errorsOf(value)).toEqual([' not-a-mapping']);
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

describe('parseToken on aws_arn', () => {
  it.each([
    ['arn:aws:sts::111111111111:assumed-role/node/*', []],
    ['arn:aws:sts::111111111111:assumed-role/aws:ec2-instance/i-*', []],
    ['arn:aws:iam::111111111111:root', []],
    ['arn:aws:iam::111111111111:user/ops/*', []],
    ['arn:aws:sts::111111111111:federated-user/bob', []],
    ['arn:aws:sts::111111111111:assumed-role/*', []],
    ['role/x', ['invalid-arn']],
    ['aws:aws:sts::111111111111:x', ['invalid-arn']],
    ['arn:aws:sts::111111111111:assumed-role/a\tb/*', ['invalid-arn']],
    ['arn:aws-x:sts::111111111111:assumed-role/a/*', ['unknown-partition']],
    ['arn:gcp*:sts::111111111111:assumed-role/a/*', ['unknown-partition']],
    ['arn:aws:s3::111111111111:assumed-role/a/*', ['invalid-arn-service']],
    ['arn:aws:sts:?:111111111111:assumed-role/a/*', ['invalid-arn-region']],
    ['arn:aws:sts::11111111111:assumed-role/a/*', ['invalid-arn-account']],
    ['arn:aws:sts:::assumed-role/a/*', ['invalid-arn-account']],
    ['arn:aws:sts::*:assumed-role/a/*', ['unpinned-account']],
    ['arn:aws:sts::11111111111?:assumed-role/a/*', ['unpinned-account']],
  ])('%s: %j', (pattern, codes) => {
    expect(errorsOf(arn(pattern))).toEqual(codes.map((code) => `spec.allow[0].aws_arn ${code}`));
  });

  it('does not let a star before the account pass for a pinned account', async () => {
    // The path of a user in a foreign account may hold the rest of the pattern.
    const pattern = 'arn:aws*:sts::111111111111:assumed-role/node/*';
    const { matchAllowRules } = await import('../../src/index.js');
    const identity = {
      account: '999999999999',
      arn: 'arn:aws:iam::999999999999:user/x:sts::111111111111:assumed-role/node/i-1',
      userId: 'AIDAEXAMPLEEXAMPLE12',
      partition: 'aws',
    } as const;
    expect(matchAllowRules([{ aws_arn: pattern }], identity).allowed).toBe(true);
    expect(errorsOf(arn(pattern))).toEqual(['spec.allow[0].aws_arn unpinned-account']);
    expect(errorsOf(withRule({ aws_account: ACCOUNT, aws_arn: pattern }))).toEqual([]);
  });

  it('finds accounts that contradict each other', () => {
    for (const section of ['222222222222', '2*', '?']) {
      const aws_arn = `arn:aws:sts::${section}:assumed-role/a/*`;
      expect(errorsOf(withRule({ aws_account: ACCOUNT, aws_arn }))).toEqual([
        'spec.allow[0].aws_arn account-conflict',
      ]);
    }
  });

  it.each([
    'arn:aws:iam::111111111111:role/node',
    'arn:aws:iam::111111111111:role/path/*',
    'arn:aws:iam::111111111111:group/x',
    'arn:aws:sts::111111111111:role/node',
    'arn:aws:sts::111111111111:assumed-role/node',
    'arn:aws:sts::111111111111:assumed-role/path/node/*',
    'arn:aws:sts::111111111111:federated-user/a/b',
    'arn:aws:iam::111111111111:user/',
    'arn:aws:iam::111111111111:',
  ])('warns that %s never matches', (pattern) => {
    expect(findings(arn(pattern))).toEqual({
      errors: [],
      warnings: ['spec.allow[0].aws_arn never-matches'],
    });
    expect(errorsOf(arn(pattern), { strict: true })).toEqual([
      'spec.allow[0].aws_arn never-matches',
    ]);
  });

  it.each([
    'arn:aws:sts::111111111111:assumed-role/*-node',
    'arn:aws:sts::111111111111:assumed-role*x',
    'arn:aws:sts::111111111111:*-node',
  ])('warns that a session name satisfies %s', (pattern) => {
    expect(findings(arn(pattern)).warnings).toEqual(['spec.allow[0].aws_arn session-spoofable']);
  });

  it('turns an open account into a warning only on request', () => {
    const open = arn('arn:aws:sts::*:assumed-role/a/*');
    expect(findings(open, { allowUnpinnedAccounts: true })).toEqual({
      errors: [],
      warnings: ['spec.allow[0].aws_arn unpinned-account'],
    });
  });
});

describe('parseToken on organizations and unique ids', () => {
  const units = (include: unknown, exclude?: unknown) =>
    withRule({
      aws_organization_id: 'o-abcdefghij',
      aws_organizational_units: exclude === undefined ? { include } : { include, exclude },
    });
  const at = 'spec.allow[0].aws_organizational_units';

  it.each<[unknown, unknown, string[]]>([
    [['ou-abcd-11111111', 'r-abcd'], ['ou-abcd-22222222'], []],
    [['*'], [], []],
    [[], undefined, [`${at}.include empty`]],
    [undefined, undefined, [`${at}.include required`]],
    ['ou-abcd-11111111', undefined, [`${at}.include not-a-list`]],
    [['*', 'r-abcd'], undefined, [`${at}.include[0] wildcard-not-allowed`]],
    [['*'], ['*'], [`${at}.exclude[0] wildcard-not-allowed`]],
    [['ou-1'], undefined, [`${at}.include[0] invalid-organization`]],
    [[7], undefined, [`${at}.include[0] not-a-string`]],
  ])('units %j without %j: %j', (include, exclude, errors) => {
    expect(errorsOf(units(include, exclude), RESOLVER)).toEqual(errors);
  });

  it('wants a resolver before it looks at the id', () => {
    expect(errorsOf(withRule({ aws_organization_id: 'x' }))).toEqual([
      'spec.allow[0].aws_organization_id organization-resolver-required',
    ]);
  });

  it.each<[object, string[]]>([
    [{ aws_account: ACCOUNT, aws_user_id: 'AROAEXAMPLEEXAMPLE12' }, []],
    [
      {
        aws_arn: 'arn:aws:sts::111111111111:assumed-role/node/*',
        aws_user_id: 'AROAEXAMPLEEXAMPLE12',
      },
      [],
    ],
    [{ aws_user_id: 'AROAEXAMPLEEXAMPLE12' }, ['unpinned-account']],
    [
      { aws_organization_id: 'o-abcdefghij', aws_user_id: 'AROAEXAMPLEEXAMPLE12' },
      ['unpinned-account'],
    ],
    [{ aws_account: ACCOUNT, aws_user_id: 'AROA' }, ['invalid-user-id']],
    [{ aws_account: ACCOUNT, aws_user_id: 'AROAEXAMPLEEXAMPLE12:x' }, ['invalid-user-id']],
  ])('%j: %j', (rule, codes) => {
    expect(errorsOf(withRule(rule), RESOLVER)).toEqual(
      codes.map((code) => `spec.allow[0].aws_user_id ${code}`),
    );
  });
});

describe('readToken', () => {
  it('gives the token, or an error with every finding', () => {
    expect(readToken(GUIDE_TOKEN)).toMatchObject({ name: 'iam-token', joinMethod: 'iam' });
    const read = () => readToken({ ...GUIDE_TOKEN, kind: 'role', extra: 1 });
    expect(read).toThrowWithCode(JoinIamError, 'token-invalid');
    expect(read).toThrow(
      expect.objectContaining({
        issues: [
          { path: 'kind', code: 'unsupported-value' },
          { path: 'extra', code: 'unknown-field' },
        ],
      }),
    );
  });
});
