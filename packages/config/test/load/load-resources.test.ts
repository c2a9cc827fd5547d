import {
  ConfigError,
  formatDiagnostics,
  loadResources,
  loadServiceConfig,
  normalize,
} from '@postern/config';
import { describe, expect, it } from 'vitest';
import { brief, faultsOf, loadText } from '../support/load.js';

const USER = 'kind: user\nversion: v2\nmetadata: {name: a}\nspec: {roles: [x]}\n';

describe('loadResources: texts', () => {
  it('gives an empty result with a warning when there is nothing', () => {
    for (const text of ['', '\n\n', '# only a comment\n', '---\n---\n', '\ufeff']) {
      expect(loadText(text).resources).toEqual([]);
      expect(faultsOf(text)).toEqual(['1:1 no-documents']);
    }
    expect(brief(loadResources([]).diagnostics)).toEqual(['1:1 no-documents']);
  });

  it('says nothing of an empty text beside one with documents', () => {
    const { resources, diagnostics } = loadResources([{ text: '' }, { text: USER }]);
    expect(resources).toHaveLength(1);
    expect(diagnostics).toEqual([]);
  });

  it('takes JSON, also with tabs, and counts its lines', () => {
    const json = JSON.stringify({ kind: 'user', metadata: { name: 'a', bad: 1 } }, null, '\t');
    expect(faultsOf(json)).toEqual(['5:3 unknown-field metadata.bad']);
  });

  it('takes a byte-order mark and CRLF, and the places stay right', () => {
    const text = '\ufeffkind: user\r\nmetadata:\r\n  name: a\r\n  bad: b\r\n';
    const { diagnostics } = loadText(text);
    expect(brief(diagnostics)).toEqual(['4:3 unknown-field metadata.bad']);
    expect(text.slice(diagnostics[0]?.start.offset, diagnostics[0]?.end.offset)).toBe('bad');
  });

  it('reports the faults of all documents of all texts, in their order', () => {
    const bad = 'kind: user\nmetadata: {name: b}\nspec: {rolez: []}\n';
    const { resources, diagnostics } = loadResources([
      { filename: 'one.yaml', text: `${USER}---\n${bad}---\n${bad.replace('name: b', 'name: c')}` },
      { filename: 'two.yaml', text: 'kind: user\nmetadata: {name: [}\n' },
      { filename: 'three.yaml', text: bad },
    ]);
    expect(resources.map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(
      diagnostics.map(({ filename, document, start, code }) => [
        filename,
        document,
        start.line,
        code,
      ]),
    ).toEqual([
      ['one.yaml', 1, 8, 'unknown-field'],
      ['one.yaml', 2, 12, 'unknown-field'],
      ['two.yaml', 0, 2, 'yaml-syntax'],
      ['three.yaml', 0, 3, 'unknown-field'],
    ]);
  });

  it('reports the faults before a syntax error, and gives no document of that text', () => {
    const text = `${USER}---\nkind: user\nmetadata: {name: b, bad: 1}\n---\nkind: [\n`;
    const { resources, diagnostics } = loadResources([{ text }]);
    expect(resources).toEqual([]);
    expect(brief(diagnostics)).toEqual([
      '7:21 unknown-field metadata.bad',
      expect.stringMatching(/^\d+:1 yaml-syntax$/),
    ]);
  });

  it('calls texts without a name by their number', () => {
    const sources = [{ text: 'kind: a\n' }, { filename: 'b', text: '' }, { text: 'kind: c\n' }];
    const { diagnostics } = loadResources(sources);
    expect(diagnostics.map(({ filename }) => filename)).toEqual(['source 1', 'source 3']);
    expect(formatDiagnostics(diagnostics, sources)).toMatch(/source 3:1:7 [^|]*\| kind: c\n/);
  });

  it('keeps the error when a hundred warnings come before it', () => {
    const arns = Array.from({ length: 150 }, () => '    - x').join('\n');
    const text = `kind: role\nversion: v5\nmetadata: {name: a}\nspec:\n  allow:\n    aws_role_arns:\n${arns}\n    bad: x\n`;
    const { diagnostics } = loadText(text);
    expect(diagnostics).toHaveLength(100);
    expect(diagnostics.at(-1)).toMatchObject({ code: 'unknown-field', severity: 'error' });
  });

  it('reports two documents with one kind and name in a text, but not in two texts', () => {
    expect(faultsOf(`${USER}---\n${USER}`)).toEqual(['8:18 duplicate-name metadata.name']);
    expect(loadResources([{ text: USER }, { text: USER }]).diagnostics).toEqual([]);
  });

  it('refuses a source that is no text, for callers without types', () => {
    const load = (sources: unknown) => () => Reflect.apply(loadResources, undefined, [sources]);
    expect(load([{ text: 5 }])).toThrowWithCode(ConfigError, 'invalid-argument');
    expect(load(null)).toThrowWithCode(ConfigError, 'invalid-argument');
    expect(load([null])).toThrowWithCode(ConfigError, 'invalid-argument');
    expect(load([{}])).toThrowWithCode(ConfigError, 'invalid-argument');
  });

  it('leaves documents with an error out, and only those', () => {
    const { resources } = loadText(
      `${USER}---\nkind: user\nmetadata: {}\n---\n${USER.replace('name: a', 'name: b')}`,
    );
    expect(resources.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  });
});

describe('loadResources: YAML', () => {
  it('keeps the source text of scalars', () => {
    const text =
      'kind: user\nmetadata:\n  name: 012345678901\n  labels: {a: no, b: 1.10, c: 0x10, d: 2024-01-01, e: "~", f: on, g: 1e3, h: 0987654321}\n';
    const [user] = loadText(text).resources;
    expect(user?.metadata.name).toBe('012345678901');
    expect({ ...user?.metadata.labels }).toEqual({
      a: 'no',
      b: '1.10',
      c: '0x10',
      d: '2024-01-01',
      e: '~',
      f: 'on',
      g: '1e3',
      h: '0987654321',
    });
  });

  it.each([
    ['a tab as indentation', 'kind: user\nmetadata:\n\tname: x\n', '3:1 yaml-syntax'],
    ['a duplicate key', 'kind: user\nkind: user\nmetadata: {name: a}\n', '2:1 duplicate-key kind'],
    ['a tag', 'kind: user\nmetadata: {name: !secret a}\n', '2:26 unsupported-tag metadata.name'],
    [
      'an alias without anchor',
      'kind: user\nmetadata: {name: *a}\n',
      '2:18 yaml-syntax metadata.name',
    ],
    [
      'an alias of itself',
      'kind: user\nmetadata: &m {name: a, labels: *m}\n',
      '2:32 yaml-syntax metadata.labels',
    ],
    ['a list as key', 'kind: user\nmetadata: {name: a}\n[a]: b\n', '3:1 type-mismatch'],
    ['a NUL', 'kind: user\nmetadata: {name: "a\u0000"}\n', '2:20 yaml-syntax'],
    ['half of a surrogate pair', 'kind: user\nmetadata: {name: "a\ud800"}\n', '2:20 yaml-syntax'],
    [
      'half of a pair by escape',
      'kind: user\nmetadata: {name: "a\\ud800"}\n',
      '2:18 invalid-value metadata.name',
    ],
    [
      'a control character by escape',
      'kind: user\nmetadata: {name: "a\\u0007"}\n',
      '2:18 invalid-value metadata.name',
    ],
    [
      'a merge of a text',
      'kind: user\nmetadata: {name: a, <<: x}\n',
      '2:25 type-mismatch metadata["<<"]',
    ],
  ])('reports %s', (_, text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it('resolves anchors and merge keys; own keys win', () => {
    const text =
      'kind: user\nmetadata: {name: a}\nspec:\n  traits:\n    base: &b [x, y]\n    more: *b\n  created_by: &m {user: {name: c}, other: d}\n  status: {<<: *m, other: e}\n';
    const [user] = loadText(text).resources;
    expect(JSON.parse(JSON.stringify(user?.spec))).toEqual({
      traits: { base: ['x', 'y'], more: ['x', 'y'] },
      created_by: { user: { name: 'c' }, other: 'd' },
      status: { user: { name: 'c' }, other: 'e' },
    });
  });

  it('gives an emoji pair written with escapes, as JSON does', () => {
    const [user] = loadText('{"kind":"user","metadata":{"name":"\\ud83d\\ude00"}}').resources;
    expect(user?.metadata.name).toBe('😀');
  });

  it('recovers a template without quotes, with the text to write', () => {
    const text =
      'kind: role\nversion: v7\nmetadata: {name: a}\nspec:\n  allow:\n    aws_role_arns:\n      - {{external.aws_role_arns}}\n';
    const { resources, diagnostics } = loadText(text);
    expect(brief(diagnostics)).toEqual([
      '7:9 unquoted-template spec.allow.aws_role_arns[0] → "{{external.aws_role_arns}}"',
    ]);
    expect(resources).toMatchObject([
      { spec: { allow: { aws_role_arns: ['{{external.aws_role_arns}}'] } } },
    ]);
    expect(loadText(text, { strict: true })).toMatchObject({
      resources: [],
      diagnostics: [{ severity: 'error', code: 'unquoted-template' }],
    });
  });

  it('recovers a template that a formatter has spread out', () => {
    const text =
      'kind: role\nversion: v7\nmetadata: {name: a}\nspec: {allow: {logins: { { internal.logins } }}}\n';
    expect(faultsOf(text)).toEqual([
      '4:24 unquoted-template spec.allow.logins → "{{internal.logins}}"',
    ]);
  });

  it('tells what to do about a template that is no YAML at all', () => {
    const text =
      'kind: role\nversion: v7\nmetadata: {name: a}\nspec:\n  allow:\n    logins: [ {{internal.logins}}-x ]\n';
    expect(faultsOf(text)).toEqual([expect.stringContaining('yaml-syntax → put quotes around')]);
  });
});

describe('loadResources: the envelope', () => {
  it.each([
    ['no kind', 'metadata: {name: a}\n', ['1:1 missing-field kind']],
    ['an empty kind', 'kind: ""\nmetadata: {name: a}\n', ['1:7 missing-field kind']],
    ['a near kind', 'kind: rol\nmetadata: {name: a}\n', ['1:7 invalid-kind kind → role']],
    ['a kind in capitals', 'kind: Role\n', ['1:7 invalid-kind kind → role']],
    ['an inherited kind', 'kind: constructor\n', ['1:7 invalid-kind kind']],
    ['a list for a kind', 'kind: [role]\n', ['1:7 invalid-kind kind']],
    [
      'a wrong version',
      'kind: user\nversion: v9\nmetadata: {name: a}\n',
      ['2:10 invalid-version version → v2'],
    ],
    [
      'an empty version of a role',
      'kind: role\nversion: ""\nmetadata: {name: a}\n',
      ['2:10 missing-field version'],
    ],
    [
      'a namespace',
      'kind: user\nmetadata: {name: a, namespace: prod}\n',
      ['2:32 invalid-value metadata.namespace → default'],
    ],
    ['an empty name', 'kind: user\nmetadata: {name: ""}\n', ['2:18 missing-field metadata.name']],
    [
      'a long name',
      `kind: user\nmetadata: {name: ${'x'.repeat(257)}}\n`,
      ['2:18 invalid-value metadata.name'],
    ],
    [
      'a list for a name',
      'kind: user\nmetadata: {name: [a]}\n',
      ['2:18 type-mismatch metadata.name'],
    ],
    ['null for a name', 'kind: user\nmetadata: {name: ~}\n', ['2:18 missing-field metadata.name']],
    [
      'an unknown origin',
      'kind: user\nmetadata: {name: a, labels: {teleport.dev/origin: dynamc}}\n',
      ['2:51 invalid-value metadata.labels["teleport.dev/origin"] → dynamic'],
    ],
    ['a text for a document', 'just text\n', ['1:1 type-mismatch']],
    [
      'reserved names of fields',
      'kind: user\nmetadata: {name: a}\n__proto__: {polluted: yes}\nconstructor: x\n',
      ['3:1 unknown-field __proto__', '4:1 unknown-field constructor'],
    ],
    [
      'a misplaced field',
      'kind: role\nversion: v7\nmetadata: {name: a}\nspec:\n  rules: []\n',
      ['5:3 unknown-field spec.rules → spec.allow.rules'],
    ],
    [
      'a field misplaced under deny',
      'kind: role\nversion: v7\nmetadata: {name: a}\nspec:\n  deny:\n    request:\n      verbs: []\n',
      ['7:7 unknown-field spec.deny.request.verbs → spec.deny.rules[].verbs'],
    ],
  ])('reports %s', (_, text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  it('keeps labels apart from what every object has', () => {
    const [user] = loadText(
      'kind: user\nmetadata: {name: a, labels: {__proto__: x, constructor: y}}\n',
    ).resources;
    const labels = user?.metadata.labels ?? {};
    expect(Object.getPrototypeOf(labels)).toBeNull();
    expect(Object.keys(labels)).toEqual(['__proto__', 'constructor']);
    expect(Reflect.get({}, 'x')).toBeUndefined();
    const plain = loadText('kind: user\nmetadata: {name: a}\n').resources[0];
    expect(
      plain && Reflect.get(normalize(plain).metadata.labels ?? {}, 'constructor'),
    ).toBeUndefined();
  });

  it('takes null for an optional map or list as absent', () => {
    const text =
      'kind: role\nversion: v7\nmetadata:\n  name: a\n  labels:\nspec:\n  allow:\n    aws_role_arns:\n    app_labels:\n  deny:\n';
    expect(faultsOf(text)).toEqual([]);
  });
});

describe('loadResources: further kinds', () => {
  const schema = {
    type: 'object',
    required: ['kind', 'metadata'],
    additionalProperties: false,
    properties: {
      kind: { const: 'widget' },
      metadata: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      size: { type: 'integer', maximum: 5 },
    },
  };
  const extraSchemas = [{ kind: 'widget', schema }];

  it('checks them with their schema and gives them apart', () => {
    const { resources, extraResources, diagnostics } = loadText(
      `${USER}---\nkind: widget\nmetadata: {name: w}\nsize: 3\n`,
      { extraSchemas },
    );
    expect(diagnostics).toEqual([]);
    expect(resources).toHaveLength(1);
    expect(JSON.parse(JSON.stringify(extraResources))).toEqual([
      { kind: 'widget', metadata: { name: 'w' }, size: 3 },
    ]);
  });

  it('reports their faults with places and hints', () => {
    const text = 'kind: widget\nmetadata: {title: w}\nsize: nine\nsizes: 3\n';
    expect(faultsOf(text, { extraSchemas })).toEqual([
      '2:12 missing-field metadata.name',
      '3:7 type-mismatch size',
      '4:1 unknown-field sizes → size',
    ]);
    expect(faultsOf('kind: widget\nmetadata: {name: w}\nsize: 9\n', { extraSchemas })).toEqual([
      '3:7 schema size',
    ]);
    expect(faultsOf('kind: widge\n', { extraSchemas })).toEqual(['1:7 invalid-kind kind → widget']);
  });

  it('reports faults in lists and nested maps at their place', () => {
    const nested = {
      type: 'object',
      properties: {
        kind: true,
        list: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            properties: { a: { enum: [1, 2] } },
          },
        },
      },
    };
    expect(
      faultsOf('kind: nest\nlist:\n  - {a: 1}\n  - {a: 3, b: 4}\n', {
        extraSchemas: [{ kind: 'nest', schema: nested }],
      }),
    ).toEqual(['4:9 schema list[1].a', '4:12 unknown-field list[1].b']);
  });

  it('refuses what is no schema, and a schema for a kind that has one', () => {
    const load = (kind: string, broken: object) => () =>
      loadText('', { extraSchemas: [{ kind, schema: { ...broken } }] });
    expect(load('widget', { type: 'nothing' })).toThrowWithCode(ConfigError, 'invalid-argument');
    expect(load('role', {})).toThrowWithCode(ConfigError, 'invalid-argument');
    expect(() =>
      loadText('', {
        extraSchemas: [
          { kind: 'a', schema: {} },
          { kind: 'a', schema: {} },
        ],
      }),
    ).toThrowWithCode(ConfigError, 'invalid-argument');
  });
});

/** The messages of one text. */
function messagesOf(text: string): readonly string[] {
  return loadText(text).diagnostics.map(({ message }) => message);
}

describe('loadResources: sentences and hints', () => {
  const role = (spec: string) => `kind: role\nversion: v5\nmetadata: {name: x}\nspec: ${spec}\n`;

  it.each([
    [role('{rules: []}'), 'spec has no field "rules": it belongs at spec.allow.rules.'],
    [
      'kind: user\nmetadata: {name: x, lables: {}}\n',
      'metadata has no field "lables"; did you mean labels?',
    ],
    [
      'kind: lock\nmetadata: {name: x}\nspec: {target: {user: a}, zzz: 1}\n',
      /^spec has no field "zzz"; known here are: target, /,
    ],
    [role('{options: {zzz: 1}}'), / and \d+ more\.$/],
    ['kind: user\nmetadata: {name: x, "a b": 1}\n', /^metadata has no such field; known/],
    [role('{options: {max_session_ttl: 8 hours}}'), /^spec\.options\.max_session_ttl: A duration/],
    [
      role('{allow: {app_labels: {{external.x}}}}'),
      'spec.allow.app_labels: There is a template where a map is expected.',
    ],
    [role('{allow: {aws_role_arns: [aws:x]}}'), /: it does not begin with arn:\.$/],
    [
      role('{allow: {aws_role_arns: ["arn:aws:iam:111122223333:role/x"]}}'),
      /: it has 5 of the six parts\.$/,
    ],
    [
      role('{allow: {aws_role_arns: ["arn:aww:iam::111122223333:role/x"]}}'),
      /is no partition of AWS\.$/,
    ],
    [
      role('{allow: {aws_role_arns: ["arn:aws:sts::111122223333:role/x"]}}'),
      /the service, is not iam\.$/,
    ],
    [
      role('{allow: {aws_role_arns: ["arn:aws:iam:eu-west-1:111122223333:role/x"]}}'),
      /the region, is not empty\.$/,
    ],
    [
      role('{allow: {aws_role_arns: ["arn:aws:iam::aws-account-id:role/x"]}}'),
      /the account, is not twelve digits\.$/,
    ],
    [
      role('{allow: {aws_role_arns: ["arn:aws:iam::111122223333:user/x"]}}'),
      /does not begin with role\/\.$/,
    ],
    [
      role('{allow: {aws_role_arns: ["arn:aws:iam::111122223333:role/x y"]}}'),
      /the name of its role is none that IAM takes\.$/,
    ],
    [
      role(
        '{allow: {aws_role_arns: ["arn:aws:iam::1{{external.x}}:role/x", "arn:aws:iam:{{external.x}}"]}}',
      ),
      undefined,
    ],
    [
      role('{allow: {aws_role_arns: ["arn:aws:sts::{{external.x}}"]}}'),
      /the service, is not iam\.$/,
    ],
  ])('of %j', (text, message) => {
    const found = messagesOf(text);
    if (message === undefined) expect(found).toEqual([]);
    else
      expect(found).toEqual([
        typeof message === 'string' ? message : expect.stringMatching(message),
      ]);
  });

  it('says of each of two fields which it is', () => {
    const text =
      'kind: integration\nsub_kind: aws-ra\nmetadata: {name: x}\nspec: {aws_ra: {trust_anchor_arn: "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/x", profile_sync_config: {enabled: yes}}}\n';
    expect(messagesOf(text)).toEqual([
      expect.stringMatching(/^spec\.aws_ra\.profile_sync_config\.profile_arn: /),
      expect.stringMatching(/^spec\.aws_ra\.profile_sync_config\.role_arn: /),
    ]);
  });

  it.each([
    ['kind: app\nmetadata: {name: x}\nspec: {uri: "http://x", name: y}\n', 'metadata.name'],
    [
      'kind: app\nmetadata: {name: x}\nspec: {uri: "http://x", aws_account_id: 1}\n',
      'metadata.labels.aws_account_id',
    ],
    ['kind: user\nmetadata: {name: x}\nspec: {aws_role_arns: []}\n', 'spec.traits.aws_role_arns'],
    ['kind: user\nmetadata: {name: x}\nspec: {logins: []}\n', 'spec.traits.logins'],
    ['kind: role\nversion: V7\nmetadata: {name: x}\n', 'v7'],
    ['kind: role\nversion: 7\nmetadata: {name: x}\n', 'v7'],
    ['kind: role\nversion: v9\nmetadata: {name: x}\n', undefined],
    [
      'kind: access_list\nmetadata: {name: x}\nspec: {title: t, owners: [{name: o}], audit: {recurrence: {day_of_month: 31}}}\n',
      undefined,
    ],
  ])('hints where or what in %j', (text, hint) => {
    expect(loadText(text).diagnostics.map((found) => found.hint)).toEqual([hint]);
  });

  it('gives no hint for a field that many sections have', () => {
    const { diagnostics } = loadServiceConfig({ text: 'enabled: yes\n' });
    expect(brief(diagnostics)).toEqual(['1:1 unknown-field enabled']);
  });

  it('reports an unsupported tag once, whatever follows it', () => {
    for (const value of ['!x', '!x []', '!x {a: b}'])
      expect(faultsOf(`kind: user\nmetadata: {name: ${value}}\n`)).toEqual([
        expect.stringMatching(/^2:\d+ unsupported-tag metadata\.name$/),
      ]);
  });
});
