import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environmentFormatNames, formatEnvironment } from '../../src/environment/index.js';
import type { ProxyEnvironment } from '../../src/environment/types.js';
import { SigV4ProxyError } from '../../src/errors.js';

const ODD = `it's "$HOME" \`id\` \\ %PATH% !x ‘q’ ünï & | < > ;#~*?`;
const environment = (value: string): ProxyEnvironment => ({ set: [['A_1', value]], unset: ['B'] });

/** What a shell has in its variables after it has read the lines. */
function runShell(shell: 'sh' | 'bash', script: string): readonly string[] {
  const output = execFileSync(shell, ['-s'], {
    input: `B=old\nexport B\n${script}\nprintf '%s\\0' "$A_1" "\${B-unset}"\n`,
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  });
  return output.split('\0');
}

describe('formatEnvironment', () => {
  it.each(['sh', 'bash'] as const)('hands %s the very value', (shell) => {
    const script = formatEnvironment(environment(ODD), shell);
    expect(runShell(shell, script).slice(0, 2)).toEqual([ODD, 'unset']);
  });

  it('hands sh any value without running any of it', () => {
    const values = fc.sample(
      fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !/[\0\r\n]/.test(text)),
      { numRuns: 60, seed: 7 },
    );
    const script = values
      .map((value) => `${formatEnvironment(environment(value), 'env')}printf '%s\\0' "$A_1"\n`)
      .join('');
    const output = execFileSync('sh', ['-s'], { input: script, encoding: 'utf8' });
    expect(output.split('\0').slice(0, -1)).toEqual(values);
  });

  it.each([
    ['env', `unset B\nexport A_1='it'\\''s'\n`],
    ['zsh', `unset B\nexport A_1='it'\\''s'\n`],
    ['fish', `set -e B\nset -gx A_1 'it\\'s'\n`],
    ['powershell', `Remove-Item Env:B -ErrorAction SilentlyContinue\n$Env:A_1 = 'it''s'\n`],
    ['pwsh', `Remove-Item Env:B -ErrorAction SilentlyContinue\n$Env:A_1 = 'it''s'\n`],
    ['cmd', `set "B="\nset "A_1=it's"\n`],
    ['dotenv', `B=\nA_1="it's"\n`],
    ['json', `{\n  "B": null,\n  "A_1": "it's"\n}\n`],
  ])('writes %s exactly', (format, expected) => {
    expect(formatEnvironment(environment("it's"), format)).toBe(expected);
  });

  it.each([
    ['fish', 'a\\b', `'a\\\\b'`],
    ['fish', "\\'", `'\\\\\\''`],
    ['powershell', 'a’b‘c', `'a’’b‘‘c'`],
    ['powershell', '$(id) `x', "'$(id) `x'"],
    ['cmd', 'a & b | c > d ^', 'set "A_1=a & b | c > d ^"'],
    ['dotenv', 'a $x "b"', `A_1='a $x "b"'`],
  ])('quotes for %s: %s', (format, value, quoted) => {
    expect(formatEnvironment(environment(value), format)).toContain(quoted);
  });

  it.each(environmentFormatNames)('refuses values with line breaks or NUL: %s', (format) => {
    for (const value of ['a\nb', 'a\rb', 'a\0b']) {
      expect(() => formatEnvironment(environment(value), format)).toThrowWithCode(
        SigV4ProxyError,
        'invalid-option',
      );
    }
  });

  it.each(['a"b', '%PATH%', 'a!b'])('refuses what cmd would expand or end at: %s', (value) => {
    expect(() => formatEnvironment(environment(value), 'cmd')).toThrowWithCode(
      SigV4ProxyError,
      'invalid-option',
    );
  });

  it.each(['A B', '', '1A', 'A;id', 'A=B', 'Ä', '$(id)'])('refuses the name %s', (name) => {
    for (const bad of [
      { set: [[name, 'x'] as const], unset: [] },
      { set: [], unset: [name] },
    ]) {
      expect(() => formatEnvironment(bad, 'env')).toThrowWithCode(
        SigV4ProxyError,
        'invalid-option',
      );
    }
  });

  it('refuses a format it does not know and does not repeat the value', () => {
    expect(() => formatEnvironment(environment('x'), 'constructor')).toThrowWithCode(
      SigV4ProxyError,
      'invalid-option',
    );
    expect(() => formatEnvironment(environment('SECRET\n'), 'env')).not.toThrow(/SECRET/);
  });

  it('writes what a credential process answers', () => {
    const text = formatEnvironment(
      {
        set: [
          ['AWS_ACCESS_KEY_ID', 'SP00A'],
          ['AWS_SECRET_ACCESS_KEY', 's'],
          ['AWS_SESSION_TOKEN', 't'],
        ],
        unset: [],
        expiration: new Date('2026-11-20T13:00:00Z'),
      },
      'credential-process',
    );
    expect(JSON.parse(text)).toEqual({
      Version: 1,
      AccessKeyId: 'SP00A',
      SecretAccessKey: 's',
      SessionToken: 't',
      Expiration: '2026-11-20T13:00:00.000Z',
    });
  });

  it('gives database drivers the proxy in parts', () => {
    const connect: ProxyEnvironment = {
      set: [
        ['AWS_ACCESS_KEY_ID', 'SP00A'],
        ['AWS_SECRET_ACCESS_KEY', 'a;b'],
        ['AWS_REGION', 'eu-west-1'],
        ['HTTPS_PROXY', 'http://x:secret@127.0.0.1:8123'],
        ['AWS_CA_BUNDLE', '/home/me/ca bundle.pem'],
      ],
      unset: [],
    };
    expect(formatEnvironment(connect, 'athena-odbc')).toBe(
      'DRIVER=Simba Amazon Athena ODBC Connector;AuthenticationType=IAM Credentials;UID=SP00A;PWD={a;b};' +
        'AwsRegion=eu-west-1;TrustedCerts={/home/me/ca bundle.pem};UseProxy=1;ProxyScheme=http;ProxyHost=127.0.0.1;ProxyPort=8123;\n',
    );
    expect(() => formatEnvironment(connect, 'athena-jdbc')).toThrowWithCode(
      SigV4ProxyError,
      'invalid-option',
    );
    expect(() => formatEnvironment(environment('x'), 'athena-jdbc')).toThrowWithCode(
      SigV4ProxyError,
      'invalid-option',
    );
  });

  it('tells people what to do in the text format', () => {
    expect(formatEnvironment(environment('x'), 'text')).toMatch(
      /^Run these lines[^\n]*\n\nunset B\n/,
    );
  });
});
