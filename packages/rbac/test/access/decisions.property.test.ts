import { parseIamRoleArn } from '@postern/config/aws';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type App,
  compileRole,
  createRoleSet,
  describeDecision,
  evaluateAppAccess,
  evaluateAwsAccess,
  explainDecision,
  listAwsRoleArns,
  listAwsRoleStatuses,
  type Role,
  type User,
} from '../../src/index.js';
import {
  anyApp,
  anyRole,
  anyState,
  anyUser,
  arns,
  denyingRole,
  PROPERTY_TIMEOUT,
  RUNS,
} from '../support/arbitrary.js';
import { NOW } from '../support/make.js';

const roles = fc.array(anyRole, { maxLength: 4 });
const anyArn = fc.constantFrom(...arns);
const make = (list: readonly Role[], who: User) =>
  createRoleSet(
    list.map((r) => compileRole(r)),
    who,
  );

const shuffled = <T>(record: Readonly<Record<string, T>> | undefined) =>
  record && Object.fromEntries(Object.entries(record).reverse());

describe('decisions', { timeout: PROPERTY_TIMEOUT }, () => {
  it('never grant more after a role that only denies is added, wherever', () => {
    fc.assert(
      fc.property(
        roles,
        denyingRole,
        fc.nat(4),
        anyUser,
        anyApp,
        anyArn,
        anyState,
        (held, extra, at, who, app, roleArn, state) => {
          const query = { app, roleArn, now: NOW, state };
          const before = evaluateAwsAccess(make(held, who), query);
          const more = [...held.slice(0, at), extra, ...held.slice(at)];
          const after = evaluateAwsAccess(make(more, who), query);
          expect(before.decision === 'deny' && after.decision === 'allow').toBe(false);
        },
      ),
      RUNS,
    );
  });

  it('never grant more after a denied ARN or label is added to a role', () => {
    fc.assert(
      fc.property(
        fc.array(anyRole, { minLength: 1, maxLength: 4 }),
        anyUser,
        anyApp,
        anyArn,
        anyArn,
        (held, who, app, roleArn, denied) => {
          const query = { app, roleArn, now: NOW };
          const before = evaluateAwsAccess(make(held, who), query);
          const [first, ...rest] = held;
          const deny = first?.spec?.deny ?? {};
          const list = [
            ...(typeof deny.aws_role_arns === 'string' ? [] : (deny.aws_role_arns ?? [])),
            denied,
          ];
          const changed = {
            ...first,
            spec: { ...first?.spec, deny: { ...deny, aws_role_arns: list } },
          } as Role;
          const after = evaluateAwsAccess(make([changed, ...rest], who), query);
          expect(before.decision === 'deny' && after.decision === 'allow').toBe(false);
          if (roleArn === denied && after.code !== 'mfa-required' && isAws(app)) {
            expect(after.decision).toBe('deny');
          }
        },
      ),
      RUNS,
    );
  });

  it('do not depend on the order of labels, dynamic labels or selector keys', () => {
    fc.assert(
      fc.property(roles, anyUser, anyApp, anyArn, anyState, (held, who, app, roleArn, state) => {
        const reversedApp: App = {
          ...app,
          metadata: { ...app.metadata, labels: shuffled(app.metadata.labels) },
          dynamicLabels: shuffled(app.dynamicLabels),
        };
        const reversed = held.map(
          (one): Role => ({
            ...one,
            spec: {
              ...one.spec,
              allow: { ...one.spec?.allow, app_labels: shuffled(one.spec?.allow?.app_labels) },
              deny: { ...one.spec?.deny, app_labels: shuffled(one.spec?.deny?.app_labels) },
            },
          }),
        );
        const before = evaluateAwsAccess(make(held, who), { app, roleArn, now: NOW, state });
        const after = evaluateAwsAccess(make(reversed, who), {
          app: reversedApp,
          roleArn,
          now: NOW,
          state,
        });
        expect(after).toEqual(before);
      }),
      RUNS,
    );
  });

  it('agree with the list: what it offers is allowed with MFA done, and nothing allowed and valid is left out', () => {
    fc.assert(
      fc.property(roles, anyUser, anyApp, (held, who, app) => {
        const set = make(held, who);
        const offered = listAwsRoleArns(set, app).map(({ arn }) => arn);
        const account = Object.hasOwn(app.metadata.labels ?? {}, 'aws_account_id')
          ? app.metadata.labels?.aws_account_id
          : '';
        const candidates = new Set([...arns, ...Object.values(who.spec?.traits ?? {}).flat()]);
        for (const roleArn of candidates) {
          const state = { mfaVerified: true };
          const decision = evaluateAwsAccess(set, { app, roleArn, now: NOW, state });
          const isAllowed = decision.decision === 'allow' && isAws(app);
          const isValid = isRoleArn(roleArn) && (!account || roleArn.split(':')[4] === account);
          expect(offered.includes(roleArn)).toBe(isAllowed && isValid);
        }
        for (const status of listAwsRoleStatuses(set, app, { state: { mfaVerified: true } })) {
          expect(status.status === 'usable').toBe(offered.includes(status.arn));
        }
      }),
      RUNS,
    );
  });

  it('are the same again, frozen, and the same from a fresh set', () => {
    fc.assert(
      fc.property(roles, anyUser, anyApp, anyArn, anyState, (held, who, app, roleArn, state) => {
        const set = make(held, who);
        const query = { app, roleArn, now: NOW, state };
        const first = evaluateAwsAccess(set, query);
        expect(evaluateAwsAccess(set, query)).toEqual(first);
        expect(evaluateAwsAccess(make(held, who), query)).toEqual(first);
        expect(Object.isFrozen(first) && Object.isFrozen(first.reasons)).toBe(true);
      }),
      RUNS,
    );
  });

  it('are explained without contradiction, and nothing throws', () => {
    fc.assert(
      fc.property(roles, anyUser, anyApp, anyArn, anyState, (held, who, app, roleArn, state) => {
        const set = make(held, who);
        const decision = evaluateAwsAccess(set, { app, roleArn, now: NOW, state });
        const { roles: found } = describeDecision(decision);
        const outcomes = found.map(({ outcome }) => outcome);
        if (decision.code === 'granted') expect(outcomes).toContain('grants');
        if (decision.code === 'explicit-deny') expect(outcomes).toContain('denies');
        if (decision.code === 'bad-role') expect(outcomes).toContain('broken');
        if (decision.code === 'no-allow') {
          expect(outcomes.every((outcome) => outcome === 'lacks')).toBe(true);
        }
        expect(
          explainDecision(decision).startsWith(`${decision.decision} (${decision.code})`),
        ).toBe(true);
        expect(explainDecision(evaluateAppAccess(set, { app, state }))).not.toBe('');
      }),
      RUNS,
    );
  });
});

function isAws(app: App): boolean {
  return app.spec.cloud === 'AWS' || app.spec.uri === 'https://console.aws.amazon.com/';
}

function isRoleArn(text: string): boolean {
  try {
    return parseIamRoleArn(text).service === 'iam';
  } catch {
    return false;
  }
}
