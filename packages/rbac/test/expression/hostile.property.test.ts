import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileLabelExpression,
  compileNameMatcher,
  compileRole,
  compileTemplate,
  compileWhere,
  createRoleSet,
  evaluateAwsAccess,
  evaluateRule,
  lintRoles,
  mapConnectorClaims,
  matchLabels,
  RbacError,
} from '../../src/index.js';
import { PROPERTY_TIMEOUT, RUNS } from '../support/arbitrary.js';
import { app, NOW, user } from '../support/make.js';

const pieces = fc
  .array(
    fc.constantFrom(
      '{{',
      '}}',
      'external',
      'internal',
      '.',
      'team',
      '["team"]',
      'email.local(',
      'regexp.replace(',
      ')',
      ',',
      '"^(.*)$"',
      '"$1"',
      '`x`',
      ' ',
      '\n',
      '//',
      '&&',
      '||',
      '==',
      '!',
      '(',
      'labels',
      'user.spec.traits',
      'user.metadata.name',
      'contains(',
      'contains_all(',
      'labels_matching(',
      'set(',
      '"*"',
      '42',
      'resource.metadata.labels',
      '*',
      '^',
      '$',
      'é',
      '\ud800',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
const text = fc.oneof(pieces, fc.string(), fc.string({ unit: 'binary' }));
const traits = { team: ['core', '', '*'], email: ['dana@example.com', 'x'] };

/** Runs and lets through only the error class of this package. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    expect(error).toBeInstanceOf(RbacError);
    return undefined;
  }
}

describe('hostile texts', { timeout: PROPERTY_TIMEOUT }, () => {
  it('make a template fail as a value, and never give an empty one', () => {
    fc.assert(
      fc.property(text, (value) => {
        const expansion = compileTemplate(value).expand(traits);
        if ('values' in expansion) {
          expect(expansion.values.length).toBeGreaterThan(0);
          expect(expansion.values).not.toContain('');
        } else expect(expansion.message).toMatch(/\.$/);
      }),
      RUNS,
    );
  });

  it('throw only RbacError when they are compiled, and nothing afterwards', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const context = { labels: { env: one, [other]: other }, traits, username: 'dana' };
        attempt(() => compileLabelExpression(one))?.evaluate(context);
        attempt(() => compileWhere(one))?.evaluate({ user: user(traits) });
        attempt(() => compileNameMatcher(one))?.(other);
        expect(['match', 'no-match', 'error']).toContain(
          matchLabels({ env: [one, other] }, { env: other }),
        );
        const claims = { groups: [other, one] };
        mapConnectorClaims(
          {
            kind: 'oidc',
            spec: { claims_to_roles: [{ claim: 'groups', value: one, roles: [other] }] },
          },
          claims,
        );
      }),
      RUNS,
    );
  });

  it('in a role throw only RbacError at compile', () => {
    fc.assert(
      fc.property(text, text, text, fc.boolean(), (a, b, c, strict) => {
        const document = {
          version: 'v7',
          metadata: { name: 'r' },
          spec: {
            allow: {
              app_labels: { [a]: [b, c] },
              app_labels_expression: c,
              aws_role_arns: [a, b],
              rules: [{ resources: [a], verbs: [b], where: c }],
            },
            deny: { app_labels: { [b]: a }, aws_role_arns: c },
          },
        };
        const compiled = attempt(() => compileRole(document, { strict }));
        lintRoles([document]);
        if (compiled === undefined) return;
        const roles = createRoleSet([compiled], user(traits));
        evaluateAwsAccess(roles, { app: app({ [a]: b }), roleArn: a, now: NOW });
        evaluateRule(roles, { resource: a, verb: b });
      }),
      RUNS,
    );
  });

  it('of any shape throw only RbacError at compile', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (spec, allow) => {
        // Whatever a caller without types hands over.
        const documents: readonly unknown[] = [
          spec,
          { version: 'v7', metadata: { name: 'r' }, spec },
          { version: 'v7', metadata: { name: 'r' }, spec: { allow, deny: spec, options: allow } },
          {
            version: 'v7',
            metadata: { name: 'r' },
            spec: { allow: { app_labels: allow, rules: [spec], request: allow } },
          },
        ];
        for (const document of documents) {
          attempt(() => Reflect.apply(compileRole, undefined, [document]));
          expect(Reflect.apply(lintRoles, undefined, [[document]])).toBeInstanceOf(Array);
        }
      }),
      RUNS,
    );
  });
});
