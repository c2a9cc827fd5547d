import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRole, createRoleSet, evaluateAwsAccess } from '../../src/index.js';
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
import { referenceCode } from '../support/reference.js';

describe('evaluateAwsAccess', { timeout: PROPERTY_TIMEOUT }, () => {
  it('decides like the plain reading of the rules, whatever was asked before', () => {
    const questions = fc.array(fc.tuple(anyApp, fc.constantFrom(...arns), anyState), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.array(anyRole, { maxLength: 5 }), anyUser, questions, (held, who, asked) => {
        const roles = createRoleSet(
          held.map((role) => compileRole(role)),
          who,
          { maxApps: 2 },
        );
        for (const [app, roleArn, state] of [...asked, ...asked]) {
          const { code } = evaluateAwsAccess(roles, { app, roleArn, now: NOW, state });
          expect(code).toBe(referenceCode(held, who, app, roleArn, state));
        }
      }),
      RUNS,
    );
  });
});
