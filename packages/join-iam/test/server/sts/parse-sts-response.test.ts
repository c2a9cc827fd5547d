import { describe, expect, it } from 'vitest';
import { JoinIamError, parseStsResponse } from '../../../src/server/index.js';
import { errorResponse, identityResponse } from '../../support/fixtures.js';

const A = '111111111111';
const aws = { partition: 'aws' } as const;
const parse = (identity: object) => parseStsResponse(identityResponse(identity), aws);

describe('identities of STS', () => {
  it.each([
    [{ Account: A, Arn: `arn:aws:iam::${A}:root`, UserId: A }, { type: 'root' }],
    [
      {
        Account: A,
        Arn: `arn:aws:sts::${A}:assumed-role/aws:ec2-instance/i-0123456789abcdef0`,
        UserId: `${A}:aws:ec2-instance:i-0123456789abcdef0`,
      },
      { type: 'assumed-role', roleName: 'aws:ec2-instance', sessionName: 'i-0123456789abcdef0' },
    ],
    [
      { Account: A, Arn: `arn:aws:iam::${A}:user/x:sts::2/*/bob`, UserId: 'AIDAEXAMPLEEXAMPLE12' },
      { type: 'user', userName: 'bob' },
    ],
  ])('%j', (identity, expected) => {
    expect(parse(identity)).toMatchObject(expected);
  });

  const role = `arn:aws:sts::${A}:assumed-role`;
  it.each([
    ['a role path', `${role}/path/node/i-1`, 'AROAEXAMPLEEXAMPLE12:i-1', 'identity-malformed'],
    ['no session', `${role}/node`, 'AROAEXAMPLEEXAMPLE12', 'identity-malformed'],
    ['a one-letter session', `${role}/node/i`, 'AROAEXAMPLEEXAMPLE12:i', 'identity-malformed'],
    [
      'a role name with a colon',
      `${role}/aws:other/i-1`,
      `${A}:aws:other:i-1`,
      'identity-malformed',
    ],
    [
      'an instance that is none',
      `${role}/aws:ec2-instance/x1`,
      `${A}:aws:ec2-instance:x1`,
      'identity-malformed',
    ],
    [
      'a user without name',
      `arn:aws:iam::${A}:user/`,
      'AIDAEXAMPLEEXAMPLE12',
      'identity-malformed',
    ],
    ['another kind', `arn:aws:iam::${A}:group/x`, 'AIDAEXAMPLEEXAMPLE12', 'identity-malformed'],
    ['a federated path', `arn:aws:sts::${A}:federated-user/a/b`, `${A}:a/b`, 'identity-malformed'],
    ['a long user id', `${role}/node/i-1`, `AROA${'A'.repeat(190)}:i-1`, 'identity-malformed'],
    ['another session', `${role}/node/i-1`, 'AROAEXAMPLEEXAMPLE12:i-2', 'identity-inconsistent'],
    [
      'a user id without session',
      `${role}/node/i-1`,
      'AROAEXAMPLEEXAMPLE12',
      'identity-inconsistent',
    ],
    [
      'the user id of a user',
      `${role}/node/i-1`,
      'AIDAEXAMPLEEXAMPLE12:i-1',
      'identity-inconsistent',
    ],
    [
      'the user id of a role',
      `arn:aws:iam::${A}:user/a`,
      'AROAEXAMPLEEXAMPLE12',
      'identity-inconsistent',
    ],
    [
      'another instance',
      `${role}/aws:ec2-instance/i-1`,
      `${A}:aws:ec2-instance:i-2`,
      'identity-inconsistent',
    ],
    [
      'another federated name',
      `arn:aws:sts::${A}:federated-user/bob`,
      `${A}:eve`,
      'identity-inconsistent',
    ],
    ['a root with another id', `arn:aws:iam::${A}:root`, '222222222222', 'identity-inconsistent'],
    [
      'another account',
      'arn:aws:sts::222222222222:assumed-role/node/i-1',
      'AROAEXAMPLEEXAMPLE12:i-1',
      'identity-inconsistent',
    ],
    [
      'another partition',
      `arn:aws-cn:sts::${A}:assumed-role/node/i-1`,
      'AROAEXAMPLEEXAMPLE12:i-1',
      'partition-mismatch',
    ],
  ])('refuses %s', (_, Arn, UserId, code) => {
    expect(() => parse({ Account: A, Arn, UserId })).toThrowWithCode(JoinIamError, code);
  });
});

describe('refusals of STS', () => {
  const refusal = (status: number, code: string, message = '') => {
    try {
      return parseStsResponse(errorResponse(status, code, message), aws);
    } catch (error) {
      return error;
    }
  };

  it.each([
    [400, 'IncompleteSignature', 'signature'],
    [403, 'ExpiredToken', 'expired-credentials'],
    [403, 'RegionDisabledException', 'region-disabled'],
    [403, 'constructor', 'other'],
    [403, 'Throttling', 'other'],
    [404, '', 'other'],
  ])('%i %s is denied: %s', (status, code, reason) => {
    expect(refusal(status, code)).toMatchObject({ code: 'sts-denied', reason, retryable: false });
  });

  it.each([
    [400, 'RequestLimitExceeded'],
    [429, ''],
  ])('%i %s is throttling', (status, code) => {
    expect(refusal(status, code)).toMatchObject({ code: 'sts-throttled', retryable: true });
  });

  it.each([500, 503, 599, 600, 999])('%i is an outage', (status) => {
    expect(refusal(status, '')).toMatchObject({ code: 'sts-unavailable', retryable: true });
  });

  const ofBody = (body: string, secrets?: string[]) => {
    try {
      const response = { status: 403, headers: {}, body: Buffer.from(body) };
      return parseStsResponse(response, { partition: 'aws', secrets });
    } catch (error) {
      return error;
    }
  };

  it('tells XML from JSON by the first character, whatever a message quotes', () => {
    const json = { Error: { Message: '<Code>ExpiredToken</Code>', Code: 'InvalidClientTokenId' } };
    expect(ofBody(` \n${JSON.stringify(json)}`)).toMatchObject({ reason: 'unknown-credentials' });
    const xml =
      '\n<E><Message>"Code": "ExpiredToken"</Message><Code> RegionDisabledException\n</Code>';
    expect(ofBody(xml)).toMatchObject({ reason: 'region-disabled' });
    const skewed = '<Code>SignatureDoesNotMatch</Code><Message>\n  Signature expired: x</Message>';
    expect(ofBody(skewed)).toMatchObject({ reason: 'clock-skew' });
  });

  it('searches the first 4 KiB only', () => {
    const at = (offset: number) => ofBody(`${'<'.padEnd(offset)}<Code>ExpiredToken</Code>`);
    expect(at(4_096 - '<Code>ExpiredToken</Code>'.length)).toMatchObject({
      reason: 'expired-credentials',
    });
    expect(at(4_096)).toMatchObject({ reason: 'other' });
  });

  it.each([
    ['a line end', 'first\nsecond'],
    ['a line end in JSON', 'first\\nsecond'],
    ['a line end in XML', 'first&#10;second'],
    ['a signature', `first ${'0f'.repeat(32)}`],
    ['a part of a session token', `first IQoJSECR~${'a/+='.repeat(30)}`],
    ['a known secret', 'first hush'],
    ['a very long line', `first ${'word '.repeat(100)}second`],
  ])('quotes the first line and not %s', (_, message) => {
    const error = ofBody(`<Code>A</Code><Message>${message}</Message>`, ['', 'hush']);
    const detail = error instanceof JoinIamError ? (error.detail ?? '') : '';
    expect(detail).toContain('first');
    expect(detail).not.toMatch(/second|0f0f|a\/\+|hush/);
    expect(detail.length).toBeLessThan(230);
  });

  it('shows the text of STS to operators only, cut and escaped', () => {
    const error = refusal(403, 'AccessDenied', `\u001b[31m${'x'.repeat(2_000)}`);
    expect(error).toMatchObject({ message: 'STS refused the request.' });
    const detail = error instanceof JoinIamError ? error.detail : '';
    expect(detail).not.toContain('\u001b');
    expect(JSON.stringify(error)).not.toContain('xxx');
  });
});
