import { describe, expect, it } from 'vitest';
import { FederationError, formatCredentials } from '../../src/index.js';
import { CREDENTIALS, NOW } from '../support/fakes.js';

const { accessKeyId: id, secretAccessKey: secret, sessionToken: token } = CREDENTIALS;
const credentials = { ...CREDENTIALS, expiration: NOW };

describe('formatCredentials', () => {
  it('leaves absent members out of the process document', () => {
    const text = formatCredentials({ accessKeyId: 'AKIA', secretAccessKey: 's"' }, 'process');
    expect(text).toBe('{"Version":1,"AccessKeyId":"AKIA","SecretAccessKey":"s\\""}\n');
  });

  it('writes the expiration without a fraction', () => {
    expect(JSON.parse(formatCredentials(credentials, 'process'))).toMatchObject({
      Version: 1,
      Expiration: '2026-03-01T12:00:00Z',
    });
  });

  it('writes what each shell reads', () => {
    const lines = (format: Parameters<typeof formatCredentials>[1]) =>
      formatCredentials(credentials, format).split('\n');
    expect(lines('env')).toEqual([
      `export AWS_ACCESS_KEY_ID=${id}`,
      `export AWS_SECRET_ACCESS_KEY=${secret}`,
      `export AWS_SESSION_TOKEN=${token}`,
      'export AWS_CREDENTIAL_EXPIRATION=2026-03-01T12:00:00Z',
      '',
    ]);
    expect(lines('env-no-export')[0]).toBe(`AWS_ACCESS_KEY_ID=${id}`);
    expect(lines('powershell')[0]).toBe(`$Env:AWS_ACCESS_KEY_ID="${id}"`);
    expect(lines('windows-cmd')[0]).toBe(`set AWS_ACCESS_KEY_ID=${id}`);
    expect(lines('fish')[0]).toBe(`set -gx AWS_ACCESS_KEY_ID ${id}`);
  });

  it.each(['$(reboot)', 'a b', 'a;b', 'a"b', "a'b", 'a\nb', '%PATH%', 'a&b', '`x`', 'é'])(
    'writes no line for a shell with the value %j',
    (sessionToken) => {
      const hostile = { ...credentials, sessionToken };
      for (const format of ['env', 'env-no-export', 'powershell', 'windows-cmd', 'fish'] as const) {
        expect(() => formatCredentials(hostile, format)).toThrowWithCode(
          FederationError,
          'unsafe-credentials',
        );
      }
    },
  );

  it('refuses what is missing or unknown', () => {
    const refuses = (run: () => unknown, code: string) =>
      expect(run).toThrowWithCode(FederationError, code);
    refuses(
      () => formatCredentials({ ...credentials, accessKeyId: '' }, 'env'),
      'missing-credentials',
    );
    refuses(
      () => formatCredentials({ ...credentials, expiration: new Date(Number.NaN) }, 'env'),
      'invalid-argument',
    );
    // Callers without types can pass any text.
    refuses(() => formatCredentials(credentials, 'toString' as 'env'), 'invalid-argument');
  });
});
