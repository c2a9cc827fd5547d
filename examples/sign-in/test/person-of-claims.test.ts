import { describe, expect, it } from 'vitest';
import { joinClaims } from '../src/oidc-sign-in.js';
import { foldName, personOfClaims } from '../src/person-of-claims.js';
import { codeOf } from './support/clock.js';

const taken = new Set(['alice', 'Straße'].map(foldName));
const good = { sub: 's1', email: 'Dana@Example.com', email_verified: true, groups: ['readers'] };

describe('personOfClaims', () => {
  it('takes a verified address, in lower case, so that one person has one name', () => {
    expect(personOfClaims(good, { taken })).toEqual({ user: 'dana@example.com', claims: good });
  });

  it.each([
    ['no address', { sub: 'dana@example.com', groups: [] }],
    ['an address that nobody verified', { ...good, email_verified: false }],
    ['a flag that is a text', { ...good, email_verified: 'true' }],
    ['no flag', { sub: 's1', email: 'dana@example.com' }],
    ['the name of a local user', { ...good, email: 'alice' }],
    ['that name in upper case', { ...good, email: 'ALICE' }],
    ['that name in other letters', { ...good, email: 'ａlice' }],
    ['a local name of more than ASCII', { ...good, email: 'STRAßE' }],
    ['the name of a job', { ...good, email: 'bot-deploy' }],
    ['the name of a job in upper case', { ...good, email: 'BOT-deploy' }],
    ['the name of a join', { ...good, email: 'join:iam-token' }],
    ['a name that reads backwards', { ...good, email: 'a\u202eb@example.com' }],
    ['a list', { ...good, email: ['dana@example.com'] }],
    ['nothing', {}],
  ])('refuses %s', (_what, claims) => {
    expect(codeOf(() => personOfClaims(claims, { taken }))).toBe('bad-login');
  });

  it('takes the subject where the connector says so, without an address that nobody verified', () => {
    const claims = { sub: 'S1', email: 'victim@example.com', groups: ['readers'] };
    expect(personOfClaims(claims, { usernameClaim: 'sub', taken })).toEqual({
      user: 'S1',
      claims: { sub: 'S1', groups: ['readers'] },
    });
    const lax = { usernameClaim: 'sub', allowUnverifiedEmail: true, taken };
    expect(personOfClaims(claims, lax).claims).toEqual(claims);
    expect(personOfClaims(claims, { allowUnverifiedEmail: true, taken }).user).toBe(
      'victim@example.com',
    );
  });
});

describe('joinClaims', () => {
  it.each([
    ['of the user info', { email_verified: true }, { email: 'v@x', email_verified: false }, false],
    ['of the ID token', { email: 'v@x' }, { email: 'v@x', email_verified: true }, undefined],
    ['of the ID token', { email: 'v@x', email_verified: true }, { email_verified: false }, true],
  ])('takes address and flag %s', (_what, idToken, userInfo, verified) => {
    expect(joinClaims(idToken, userInfo)).toMatchObject({ email: 'v@x' });
    expect(joinClaims(idToken, userInfo).email_verified).toBe(verified);
  });

  it('prefers the ID token, which is signed, for everything else', () => {
    const joined = joinClaims({ sub: '1', groups: ['a'] }, { groups: ['b'], name: 'Dana' });
    expect(joined).toMatchObject({ sub: '1', groups: ['a'], name: 'Dana' });
  });
});
