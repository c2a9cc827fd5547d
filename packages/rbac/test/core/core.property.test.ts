import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as core from '../../src/core/index.js';
import * as whole from '../../src/index.js';
import {
  anyApp,
  anyRole,
  anyState,
  anyUser,
  arns,
  PROPERTY_TIMEOUT,
  RUNS,
} from '../support/arbitrary.js';
import { NOW } from '../support/make.js';

const extensions = fc.record(
  {
    arnPatterns: fc.boolean(),
    multipleVariables: fc.boolean(),
    literalTraits: fc.boolean(),
    denyAnyLabel: fc.boolean(),
  },
  { requiredKeys: [] },
);

const CLAIM = { claim: 'a', value: '^[$', roles: ['b'] };

/** A role with parts that no decision about apps reads, but that have languages of their own. */
const wideRole = fc.tuple(anyRole, fc.boolean(), fc.boolean()).map(([role, rules, requests]) => {
  const more = {
    ...(rules ? { rules: [{ resources: ['node'], verbs: ['list'], where: 'broken(' }] } : {}),
    ...(requests
      ? { request: { roles: ['^a|b$', '{{regexp.match("x")}}'], claims_to_roles: [CLAIM] } }
      : {}),
  };
  const { spec } = role;
  return { ...role, spec: { ...spec, allow: { ...spec?.allow, ...more } } };
});

type Outcome<T> = { readonly value: T } | { readonly code: string; readonly pointer?: unknown };

function outcome<T>(task: () => T): Outcome<T> {
  try {
    return { value: task() };
  } catch (error) {
    if (!(error instanceof whole.RbacError)) throw error;
    return { code: error.code, pointer: error.pointer };
  }
}

describe('the core', { timeout: PROPERTY_TIMEOUT * 2 }, () => {
  it('decides as the whole package does, for the same reasons, and offers the same AWS roles', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(wideRole, { maxLength: 3 }),
        anyUser,
        fc.array(anyApp, { minLength: 1, maxLength: 2 }),
        anyState,
        extensions,
        fc.boolean(),
        async (documents, user, apps, state, extra, strict) => {
          const options = { extensions: extra, strict };
          const languages = await core.loadLanguages(documents, { ...options, users: [user] });
          const left = documents.map((one) => outcome(() => whole.compileRole(one, options)));
          const right = documents.map((one) => {
            return outcome(() => core.compileRole(one, { ...options, languages }));
          });
          const plain = (found: Outcome<whole.CompiledRole>) => {
            return 'value' in found ? found.value.warnings : found;
          };
          expect(right.map(plain)).toEqual(left.map(plain));
          const held = (found: readonly Outcome<whole.CompiledRole>[]) => {
            return found.flatMap((one) => ('value' in one ? [one.value] : []));
          };
          const a = whole.createRoleSet(held(left), user);
          const b = core.createRoleSet(held(right), user, { languages });
          expect(b.warnings).toEqual(a.warnings);
          for (const app of apps) {
            for (const roleArn of arns) {
              const query = { app, roleArn, now: NOW, state };
              const wanted = whole.evaluateAwsAccess(a, query);
              const got = core.evaluateAwsAccess(b, query);
              expect({ ...got }).toEqual({ ...wanted });
              expect(whole.explainDecision(got)).toBe(whole.explainDecision(wanted));
            }
            expect({ ...core.evaluateAppAccess(b, { app, state }) }).toEqual({
              ...whole.evaluateAppAccess(a, { app, state }),
            });
            expect(whole.listAwsRoleArns(b, app)).toEqual(whole.listAwsRoleArns(a, app));
          }
        },
      ),
      { numRuns: Math.ceil(RUNS.numRuns / 5) },
    );
  });
});
