import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FederationError, resolveSessionDuration } from '../../src/index.js';

const maybe = (max: number) =>
  fc.option(fc.double({ min: -10, max, noNaN: true }), { nil: undefined });

describe('resolveSessionDuration', () => {
  it('keeps every plan within all limits, or refuses with our error', () => {
    fc.assert(
      fc.property(
        fc.record({
          source: fc.constantFrom('iam-user', 'sso', 'root', 'oidc-direct', 'roles-anywhere', 'x'),
          purpose: fc.constantFrom('console', 'api', undefined),
          via: fc.constantFrom('federation-token', undefined),
          hasSessionToken: fc.boolean(),
          requestedSeconds: maybe(150_000),
          identityExpiresInSeconds: maybe(200_000),
          roleMaxSessionSeconds: maybe(50_000),
        }),
        (q) => {
          let plan: ReturnType<typeof resolveSessionDuration>;
          try {
            plan = resolveSessionDuration(q);
          } catch (error) {
            expect(error).toBeInstanceOf(FederationError);
            return;
          }
          const seconds = plan.effectiveSeconds;
          expect(Number.isInteger(seconds)).toBe(true);
          expect(seconds).toBeGreaterThanOrEqual(900);
          expect(seconds).toBeLessThanOrEqual(q.identityExpiresInSeconds ?? Infinity);
          expect(seconds).toBeLessThanOrEqual(q.requestedSeconds ?? Infinity);
          if (plan.chained) expect(seconds).toBeLessThanOrEqual(3600);
          expect(plan.why.some(({ decisive }) => decisive)).toBe(true);
          const sent = [
            plan.sessionDurationSeconds,
            plan.assumeRoleDurationSeconds,
            plan.federationTokenDurationSeconds,
            plan.assumeRoleWithWebIdentityDurationSeconds,
            plan.createSessionDurationSeconds,
          ].filter((value) => value !== null && value !== undefined);
          expect(sent).toEqual([seconds]);
        },
      ),
    );
  });
});
