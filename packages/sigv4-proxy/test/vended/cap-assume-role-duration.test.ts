import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { capAssumeRoleDuration } from '../../src/vended/cap-assume-role-duration.js';

const cap = (query: string, body: string | Uint8Array, identityRemainingSeconds = 3000) =>
  capAssumeRoleDuration({ query, body, identityRemainingSeconds });
const CALL = 'Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa+b';

describe('capAssumeRoleDuration', () => {
  it('changes the length and no other byte', () => {
    const body = `${CALL}&DurationSeconds=7200&x=%e4%bd%a0`;
    expect(cap('', body)).toEqual({
      query: '',
      body: body.replace('7200', '3000'),
      contentLength: body.length,
      durationSeconds: 3000,
    });
  });

  it('finds an encoded name, writes it plainly, and tells the new length', () => {
    const capped = cap('', `${CALL}&Duration%53econds=43200`);
    expect(capped).toMatchObject({ body: `${CALL}&DurationSeconds=3000`, durationSeconds: 3000 });
    expect(capped).toHaveProperty('contentLength', CALL.length + '&DurationSeconds=3000'.length);
  });

  it.each([
    ['DurationSeconds=7200', CALL, 'DurationSeconds=3000', `${CALL}&DurationSeconds=3000`],
    [
      'DurationSeconds=900',
      `${CALL}&DurationSeconds=7200`,
      'DurationSeconds=3000',
      `${CALL}&DurationSeconds=3000`,
    ],
    [`${CALL}&DurationSeconds=7200`, '', `${CALL}&DurationSeconds=3000`, ''],
    [
      `${CALL}&DurationSeconds=7200`,
      'DurationSeconds=900',
      `${CALL}&DurationSeconds=3000`,
      'DurationSeconds=3000',
    ],
  ])('looks at query and body and sets both: ?%s', (query, body, newQuery, newBody) => {
    expect(cap(query, body)).toMatchObject({ query: newQuery, body: newBody });
  });

  it('counts a missing length as what STS would take', () => {
    expect(cap('', CALL, 3599)).toMatchObject({ body: `${CALL}&DurationSeconds=3599` });
    expect(cap('', CALL, 3600)).toEqual({ unchanged: true });
    expect(cap('', 'Action=GetFederationToken&Name=n', 3600)).toMatchObject({
      durationSeconds: 3600,
    });
    expect(cap('', 'Action=AssumeRoot', 900)).toEqual({ unchanged: true });
  });

  it('rounds down', () => {
    expect(cap('', `${CALL}&DurationSeconds=7200`, 1800.9)).toMatchObject({
      durationSeconds: 1800,
    });
  });

  it('leaves other calls alone, however little time is left', () => {
    expect(cap('', 'Action=GetCallerIdentity&DurationSeconds=7200', 1)).toEqual({
      unchanged: true,
    });
    expect(cap('', '', 1)).toEqual({ unchanged: true });
  });

  it.each([899.9, 0, -1, Number.NaN])('refuses with %s seconds left', (remaining) => {
    expect(() => cap('', CALL, remaining)).toThrowWithCode(
      SigV4ProxyError,
      'identity-expires-too-soon',
    );
  });

  it.each([
    ['', `${CALL}&DurationSeconds=900&DurationSeconds=43200`],
    ['', `${CALL}&DurationSeconds=900&%44urationSeconds=43200`],
    ['', `${CALL}&Action=GetCallerIdentity`],
    ['DurationSeconds=1&DurationSeconds=2', CALL],
  ])('refuses a parameter that is there twice: ?%s %s', (query, body) => {
    expect(() => cap(query, body)).toThrowWithCode(SigV4ProxyError, 'duplicate-parameter');
  });

  it.each<[string | Uint8Array]>([
    [`${CALL}&DurationSeconds=1e9`],
    [`${CALL}&DurationSeconds=-900`],
    [`${CALL}&DurationSeconds=+900`],
    [`${CALL}&DurationSeconds=`],
    [`${CALL}&DurationSeconds=%ZZ`],
    [`${CALL}&x=%ff`],
    ['Action=Assume%Role'],
    [Uint8Array.of(0x41, 0xff)],
    [`${CALL}${'&'.repeat(6000)}`],
  ])('refuses a form that it cannot read: %s', (body) => {
    expect(() => cap('', body)).toThrowWithCode(SigV4ProxyError, 'malformed-body');
  });

  it('never lets more than the rest of the identity through', () => {
    const duration = fc.integer({ min: 0, max: 200_000 });
    fc.assert(
      fc.property(
        fc.option(duration),
        fc.option(duration),
        fc.integer({ min: 900, max: 50_000 }),
        (a, b, left) => {
          const query = a === null ? '' : `DurationSeconds=${a}`;
          const body = b === null ? CALL : `${CALL}&DurationSeconds=${b}`;
          const capped = cap(query, body, left);
          const out = capped.unchanged ? { query, body } : capped;
          const stated = [...`${out.query}&${out.body}`.matchAll(/DurationSeconds=([0-9]+)/g)].map(
            (match) => Number(match[1]),
          );
          const longest = stated.length === 0 ? 3600 : Math.max(...stated);
          expect(longest).toBeLessThanOrEqual(left);
        },
      ),
    );
  });
});
