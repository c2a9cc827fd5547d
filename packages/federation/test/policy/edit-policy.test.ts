import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ensureStatement,
  FederationError,
  formatPolicy,
  type PolicyDocument,
  type PolicyStatement,
  parsePolicy,
  policiesEqual,
  removeStatement,
} from '../../src/policy/index.js';

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const assume = (Resource: PolicyStatement['Resource'], more: Partial<PolicyStatement> = {}) =>
  ({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource, ...more }) as const;
const document = (...Statement: readonly PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement,
});
const tagged = { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } } };

describe('parsePolicy', () => {
  it('decodes only what is encoded, so that plus and percent survive', () => {
    const text = JSON.stringify(document(assume('arn:aws:s3:::a+b%20c')));
    expect(formatPolicy(parsePolicy(text), { indent: 0 })).toContain('a+b%20c');
    expect(policiesEqual(parsePolicy(encodeURIComponent(text)), parsePolicy(text))).toBe(true);
  });

  it('turns a single statement into a list and leaves the rest as it is', () => {
    const statement = {
      Effect: 'Deny',
      NotPrincipal: { AWS: '*' },
      NotAction: ['a'],
      NotResource: 'x',
    };
    expect(parsePolicy(JSON.stringify({ Statement: statement }))).toEqual({
      Statement: [statement],
    });
  });

  it.each([
    '',
    '%7B%',
    '[]',
    '{}',
    'null',
    '{"Statement":[]}',
    '{"Statement":[1]}',
    '{"Version":1,"Statement":[]}',
    '{"Statement":{"Effect":"allow"}}',
    '{"Statement":{"Effect":"Allow","Sid":1}}',
    '{"Statement":{"Effect":"Allow","Action":[]}}',
    '{"Statement":{"Effect":"Allow","Action":{}}}',
    '{"Statement":{"Effect":"Allow","Principal":{"AWS":1}}}',
    '{"Statement":{"Effect":"Allow","Condition":[]}}',
    '{"Statement":{"Effect":"Allow","Condition":{"StringEquals":{"k":[]}}}}',
    '{"Statement":{"Effect":"Allow","Condition":{"StringEquals":"x"}}}',
    '{"Statement":{"Effect":"Allow","Condition":{"StringEquals":{"k":{}}}}}',
    `{"Statement":{"Effect":"Allow","Action":"${'x'.repeat(70_000)}"}}`,
    '['.repeat(60_000),
  ])('refuses document %#', (text) => {
    expect(() => parsePolicy(text)).toThrowWithCode(FederationError, 'invalid-policy');
  });

  it('lets only its own error escape', () => {
    const texts = fc.oneof(fc.string(), fc.json(), fc.json().map(encodeURIComponent));
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parsePolicy(text);
        } catch (error) {
          expect(error).toBeInstanceOf(FederationError);
        }
      }),
    );
  });
});

describe('formatPolicy', () => {
  it('writes the members in the usual order', () => {
    const Condition = {};
    const text = formatPolicy(
      {
        Statement: [{ Condition, Resource: '*', Action: 'a', Effect: 'Allow', Sid: 's' }],
        Id: 'i',
      },
      { indent: 0 },
    );
    expect(text).toBe(
      '{"Id":"i","Statement":[{"Sid":"s","Effect":"Allow","Action":"a","Resource":"*","Condition":{}}]}',
    );
  });
});

describe('ensureStatement', () => {
  it('never puts a grant under the condition of another statement', () => {
    const before = document(assume(role('A'), tagged));
    expect(ensureStatement(before, assume(role('B')))).toEqual(
      document(assume(role('A'), tagged), assume(role('B'))),
    );
  });

  it('leaves statements about other resources alone', () => {
    const before = document({ Effect: 'Allow', Action: 'sts:AssumeRole', NotResource: role('A') });
    expect(ensureStatement(before, assume(role('B'))).Statement).toHaveLength(2);
  });

  it('finds nothing to do when a wildcard or the same statement is there', () => {
    const wide = document(assume('*'));
    expect(ensureStatement(wide, assume(role('A')))).toBe(wide);
    const trust = document({
      Effect: 'Allow',
      Principal: { AWS: [role('X')] },
      Action: ['STS:assumerole'],
    });
    const same = {
      Effect: 'Allow',
      Principal: { AWS: role('X') },
      Action: 'sts:AssumeRole',
    } as const;
    expect(ensureStatement(trust, same)).toBe(trust);
  });

  it('sees resources that stand in a second statement of the same kind', () => {
    const allow = (Resource: string): PolicyStatement => ({
      Effect: 'Allow',
      Action: 'a:b',
      Resource,
    });
    const two: PolicyDocument = { Statement: [allow('x'), allow('y')] };
    expect(ensureStatement(two, allow('y'))).toBe(two);
    expect(ensureStatement(two, { ...allow('x'), Resource: ['y', 'z'] }).Statement).toEqual([
      { ...allow('x'), Resource: ['x', 'z'] },
      allow('y'),
    ]);
  });

  it('keeps statements apart that except different principals', () => {
    const deny = (AWS: string, Resource: string): PolicyStatement => ({
      Effect: 'Deny',
      NotPrincipal: { AWS },
      Action: 'a:b',
      Resource,
    });
    const one: PolicyDocument = { Statement: [deny('a', 'x')] };
    expect(ensureStatement(one, deny('b', 'y')).Statement).toHaveLength(2);
    expect(ensureStatement(one, deny('a', 'y')).Statement).toHaveLength(1);
  });

  it.each(['Action', 'NotAction', 'NotResource'] as const)(
    'refuses an empty list as %s',
    (name) => {
      const statement: PolicyStatement = { Effect: 'Allow', Resource: undefined, [name]: [] };
      expect(() => ensureStatement({ Statement: [] }, statement)).toThrowWithCode(
        FederationError,
        'invalid-policy',
      );
    },
  );

  it('refuses an empty list of resources', () => {
    expect(() => ensureStatement(document(), assume([]))).toThrowWithCode(
      FederationError,
      'missing-resources',
    );
  });
});

describe('removeStatement', () => {
  it('takes back what was added, and only that', () => {
    const before = document(assume([role('A'), role('B')]), assume(role('A'), tagged));
    expect(removeStatement(before, assume(role('A')))).toEqual(
      document(assume(role('B')), assume(role('A'), tagged)),
    );
    expect(removeStatement(before, assume(role('C')))).toBe(before);
    expect(removeStatement(document(assume('*')), assume(role('A')))).toEqual(
      document(assume('*')),
    );
  });

  it('says when nothing is left', () => {
    expect(removeStatement(document(assume([role('A')])), assume(role('A')))).toBeUndefined();
    expect(
      removeStatement(document(assume([role('A'), role('A')])), assume(role('A'))),
    ).toBeUndefined();
  });

  it('undoes ensureStatement', () => {
    const names = fc.array(fc.constantFrom('A', 'B', 'C', 'D'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(names, fc.constantFrom('E', 'F'), fc.boolean(), (present, added, conditional) => {
        const before = document(assume(present.map(role), conditional ? tagged : {}));
        const after = ensureStatement(before, assume(role(added)));
        const back = removeStatement(after, assume(role(added)));
        expect(back && policiesEqual(back, before)).toBe(true);
        expect(ensureStatement(after, assume(role(added)))).toBe(after);
      }),
    );
  });
});

describe('policiesEqual', () => {
  it('looks at the meaning', () => {
    const a = document(assume([role('A'), role('B')], { Sid: 'x' }), assume('*', tagged));
    const b = document(
      assume('*', { Condition: { StringEquals: { 'aws:PrincipalTag/team': ['blue'] } } }),
      assume([role('B'), role('A'), role('B')]),
    );
    expect(policiesEqual(a, b)).toBe(true);
    expect(policiesEqual(a, { ...b, Version: '2008-10-17' })).toBe(false);
    expect(policiesEqual(a, document(assume('*', tagged)))).toBe(false);
    expect(policiesEqual(document(assume('*')), document(assume('*', { Effect: 'Deny' })))).toBe(
      false,
    );
    expect(
      policiesEqual(
        document(assume(undefined, { Principal: '*' })),
        document(assume(undefined, { Principal: { AWS: '*' } })),
      ),
    ).toBe(false);
  });
});
