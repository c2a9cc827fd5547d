import { ConfigError, dumpResource, loadResources, type Resource } from '@postern/config';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const word = fc.constantFrom(
  'no',
  'yes',
  'on',
  '~',
  'null',
  'true',
  '012345678901',
  '1.10',
  '1e3',
  '0x1f',
  '2024-01-01',
  '<<',
  '=',
  '-',
  '?',
  ':',
  '#',
  '*a',
  '&a',
  '!x',
  '%',
  '@',
  '`',
  '{{external.x}}',
  '[a]',
  '{a: b}',
  'a: b',
  'a #b',
  ' a',
  'a ',
  'a\nb',
  '\n',
  'a\n\n',
  "it's",
  '"q"',
  '\\',
  '😀',
  'é',
  '\u007f',
  '\ufffe',
  'a\uffff: b',
  '\u0007',
  '\u2028',
  '\u0085',
  '---',
  '...',
  '__proto__',
  'constructor',
  '10:20:30',
  '1_000',
  '.inf',
  'x'.repeat(200),
  'word '.repeat(40),
);
const text = fc.oneof(
  word,
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
);
const list = fc.oneof(text, fc.array(text, { maxLength: 4 }));
const map = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(text, value), { maxLength: 4 }).map((entries) => {
    const result: Record<string, T> = Object.create(null);
    for (const [key, item] of entries) result[key] = item;
    return result;
  });
const name = fc.constantFrom('a', 'no', '012', '~', 'a b', '😀');
const kept = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.constantFrom(0.5, -1.25, 1e21, 1e-7, 0.30000000000000004, 2 ** 53, -0),
    fc.array(tie('value'), { maxLength: 3 }),
    map(tie('value')),
  ),
})).value;

const user: fc.Arbitrary<unknown> = fc.record({
  kind: fc.constant('user'),
  version: fc.constant('v2'),
  metadata: fc.record({ name, description: text }),
  spec: fc.record({ roles: list, traits: map(list), created_by: kept, status: kept }),
});
const role: fc.Arbitrary<unknown> = fc.record({
  kind: fc.constant('role'),
  version: fc.constantFrom('v4', 'v8'),
  metadata: fc.record({ name }),
  spec: fc.record({
    options: fc.record({
      max_session_ttl: fc.constantFrom('8h', 'never', '0', '1h30m'),
      require_session_mfa: fc.constantFrom(true, false, 'hardware_key'),
      forward_agent: kept,
    }),
    allow: fc.record({
      app_labels: map(list).map(({ '*': _, ...rest }) => rest),
      logins: list,
      spiffe: kept,
      node_labels: map(list),
    }),
    deny: fc.record({ app_labels: map(list) }),
  }),
});

/** Equal but for prototypes: labels have none, whatever the generator gave. */
const plain = (value: unknown) =>
  JSON.parse(
    JSON.stringify(value, (_, item) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.entries(item)
        : item,
    ),
  );

describe('dumpResource', () => {
  it('writes what loads back to an equal value', () => {
    fc.assert(
      fc.property(fc.oneof(user, role), (value) => {
        const resource = value as Resource; // The generators make documents of these kinds.
        const dumped = dumpResource(resource);
        const { resources, diagnostics } = loadResources([{ text: dumped }]);
        expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(plain(resources)).toEqual(plain([resource]));
        expect(dumpResource(resources[0] ?? resource)).toBe(dumped);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    1e21,
    1e-7,
    0.30000000000000004,
    2 ** 53,
    -0,
    Number.MAX_VALUE,
    5e-324,
    'Infinity',
    'NaN',
    '1e+21',
    '-0',
    '\u007f',
    '"\ufffe\\',
    '\uffff\n',
  ])('keeps %j as it is', (value) => {
    const resource = {
      kind: 'user',
      metadata: { name: 'a' },
      spec: { status: { [String(value)]: value } },
    };
    const [loaded] = loadResources([{ text: dumpResource(resource as Resource) }]).resources;
    const status = loaded?.kind === 'user' ? loaded.spec?.status : undefined;
    expect(Object.entries(status ?? {})).toStrictEqual([[String(value), value]]);
  });

  it('keeps what is tagged as a text', () => {
    const text = 'kind: user\nmetadata: {name: a}\nspec: {status: {a: !!str 5, b: 5}}\n';
    expect(loadResources([{ text }]).resources[0]).toMatchObject({
      spec: { status: { a: '5', b: 5 } },
    });
  });

  it.each([
    new Date(0),
    new Map([['a', 1]]),
    new Set(['a']),
    new Uint8Array(2),
    new String('a'),
    /a/,
    '\ud800',
    { '\udc00': 1 },
    [undefined],
  ])('refuses %s, which would not come back', (value) => {
    const resource: unknown = {
      kind: 'user',
      metadata: { name: 'a' },
      spec: { status: { value } },
    };
    expect(() => dumpResource(resource as Resource)).toThrowWithCode(
      ConfigError,
      'invalid-argument',
    );
  });

  it('quotes what another reader would not take for a text', () => {
    const text =
      'kind: user\nmetadata: {name: a, labels: {a: no, b: 012345678901, c: 1.10, d: on, e: 2024-01-01}}\n';
    const [resource] = loadResources([{ text }]).resources;
    const dumped = resource ? dumpResource(resource) : '';
    for (const version of ['1.1', '1.2'] as const) {
      expect(parse(dumped, { version }).metadata.labels).toEqual({
        a: 'no',
        b: '012345678901',
        c: '1.10',
        d: 'on',
        e: '2024-01-01',
      });
    }
  });

  it.each([
    [
      'itself',
      (value: Record<string, unknown>) => {
        value.self = value;
      },
    ],
    [
      'a function',
      (value: Record<string, unknown>) => {
        value.f = () => 1;
      },
    ],
    [
      'a number that is none',
      (value: Record<string, unknown>) => {
        value.n = Number.NaN;
      },
    ],
    [
      'a big integer',
      (value: Record<string, unknown>) => {
        value.n = 1n;
      },
    ],
  ])('refuses a value that holds %s', (_, spoil) => {
    const status: Record<string, unknown> = {};
    spoil(status);
    const resource: unknown = { kind: 'user', metadata: { name: 'a' }, spec: { status } };
    expect(() => dumpResource(resource as Resource)).toThrowWithCode(
      ConfigError,
      'invalid-argument',
    );
  });
});
