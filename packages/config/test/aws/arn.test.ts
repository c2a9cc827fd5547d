import {
  ConfigError,
  formatArn,
  parseArn,
  parseAssumedRoleArn,
  parseIamRoleArn,
  tryParseArn,
  tryParseIamRoleArn,
} from '@postern/config/aws';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const ROLE = 'arn:aws:iam::111122223333:role/Dev';

describe('parseArn', () => {
  it('gives the six parts, further colons in the last one', () => {
    expect(parseArn('arn:aws-cn:logs:cn-north-1:111122223333:log-group:a:*')).toEqual({
      partition: 'aws-cn',
      service: 'logs',
      region: 'cn-north-1',
      accountId: '111122223333',
      resource: 'log-group:a:*',
    });
  });

  it.each([
    'arn:aws:s3:::bucket/key',
    'arn:aws:iam::aws:policy/ReadOnlyAccess',
    'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1',
    'arn:aws-iso-b:ec2:us-isob-east-1:111122223333:instance/i-1',
  ])('reads %s and writes it back', (text) => {
    expect(formatArn(parseArn(text))).toBe(text);
  });

  it.each([
    '',
    'arn',
    'Dev',
    'ARN:aws:iam::111122223333:role/Dev',
    'arn:aws:iam::111122223333',
    'arn:aws:iam::111122223333:',
    'arn:aws:IAM::111122223333:role/x',
    'arn:aws:ec2:US-EAST-1:111122223333:instance/x',
    'arn:aws:ec2:us-east-1a:111122223333:instance/x',
    'arn:aws:iam::1234567890:role/x',
    'arn:aws:iam::111122223333:role/x\n',
    ' arn:aws:iam::111122223333:role/x',
    `arn:aws:iam::111122223333:role/${'x'.repeat(3000)}`,
  ])('refuses %j', (text) => {
    expect(() => parseArn(text)).toThrowWithCode(ConfigError, 'invalid-arn');
    expect(tryParseArn(text)).toBeUndefined();
  });

  it('refuses a partition that does not exist', () => {
    expect(() => parseArn('arn:aws-mars:iam::111122223333:role/x')).toThrowWithCode(
      ConfigError,
      'unknown-partition',
    );
  });

  it('puts a missing colon into the hint', () => {
    expect(() => parseArn('arn:aws:iam:123456789000:role/r')).toThrow(
      expect.objectContaining({ hint: 'arn:aws:iam::123456789000:role/r' }),
    );
  });

  it('throws nothing but its own error, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'arn:wsi-:1/*\u0000😀'), maxLength: 60 }),
        (text) => {
          const arn = tryParseArn(text);
          if (arn) expect(formatArn(arn)).toBe(text);
          else expect(() => parseArn(text)).toThrow(ConfigError);
        },
      ),
    );
  });
});

describe('parseIamRoleArn', () => {
  it('gives path and name', () => {
    expect(parseIamRoleArn(ROLE)).toMatchObject({ path: '/', roleName: 'Dev' });
    const reserved = 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/Power_0a';
    expect(parseIamRoleArn(reserved)).toMatchObject({
      path: '/aws-reserved/sso.amazonaws.com/',
      roleName: 'Power_0a',
      accountId: '111122223333',
    });
  });

  it.each([
    'arn:aws:iam::111122223333:user/dana',
    'arn:aws:sts::111122223333:assumed-role/Dev/x',
    'arn:aws:iam:us-east-1:111122223333:role/Dev',
    'arn:aws:iam::aws:role/Dev',
    'arn:aws:iam::111122223333:role/',
    'arn:aws:iam::111122223333:role',
    'arn:aws:iam::111122223333:role/*',
    'arn:aws:iam::111122223333:role/a*/b',
    'arn:aws:iam::111122223333:role/a:b',
    'arn:aws:iam::111122223333:role//b',
    'arn:aws:iam::111122223333:role/a b',
    `arn:aws:iam::111122223333:role/${'x'.repeat(65)}`,
    `arn:aws:iam::111122223333:role/${'x/'.repeat(300)}y`,
    'arn:aws-mars:iam::111122223333:role/Dev',
  ])('refuses %s', (text) => {
    expect(() => parseIamRoleArn(text)).toThrowWithCode(ConfigError, 'invalid-role-arn');
    expect(tryParseIamRoleArn(text)).toBeUndefined();
  });

  it('keeps the cause when the text is no ARN at all', () => {
    expect(() => parseIamRoleArn('Dev')).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: 'invalid-arn' }) }),
    );
  });
});

describe('parseAssumedRoleArn', () => {
  it('gives role and session', () => {
    expect(
      parseAssumedRoleArn('arn:aws:sts::111122223333:assumed-role/Dev/dana@example.com'),
    ).toMatchObject({ roleName: 'Dev', sessionName: 'dana@example.com' });
  });

  it.each([
    ROLE,
    'arn:aws:sts::111122223333:assumed-role/Dev',
    'arn:aws:sts::111122223333:assumed-role/Dev/a',
    'arn:aws:sts::111122223333:assumed-role/a/b/cc',
    'arn:aws:sts::111122223333:federated-user/dana',
    'arn:aws:iam::111122223333:assumed-role/Dev/dana',
  ])('refuses %s', (text) => {
    expect(() => parseAssumedRoleArn(text)).toThrowWithCode(
      ConfigError,
      'invalid-assumed-role-arn',
    );
  });
});
