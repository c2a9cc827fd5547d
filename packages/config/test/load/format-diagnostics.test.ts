import { formatDiagnostics, loadResources, loadServiceConfig } from '@postern/config';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

function format(text: string, filename: string | undefined = 'a.yaml'): string {
  const sources = [{ filename, text }];
  return formatDiagnostics(loadResources(sources).diagnostics, sources);
}

describe('formatDiagnostics', () => {
  it('shows place, code, message, line, caret and hint', () => {
    const text =
      'kind: role\nversion: v5\nmetadata: {name: x}\nspec:\n  allow:\n    aws_role_arn: x\n';
    expect(format(text)).toBe(
      [
        'a.yaml:6:5 unknown-field The field is not known here.',
        '    6 |     aws_role_arn: x',
        '      |     ^^^^^^^^^^^^',
        '    hint: aws_role_arns',
        '',
      ].join('\n'),
    );
  });

  it('names the severity of what is no error', () => {
    expect(format('kind: user\nmetadata: {name: x, labels: {aws_account_id: 1}}\n')).toContain(
      'An AWS account ID has twelve digits. (warning)\n',
    );
  });

  it('leaves the file name out where there is none, and the line where the text is not at hand', () => {
    const { diagnostics } = loadResources([{ text: 'kind: x\n' }]);
    expect(formatDiagnostics(diagnostics, [])).toMatch(
      /^1:7 invalid-kind [^\n]*role, user[^\n]*\n$/,
    );
    expect(formatDiagnostics([], [])).toBe('');
  });

  it('tells texts of different names apart', () => {
    const sources = [
      { filename: 'a.yaml', text: 'kind: a\n' },
      { filename: 'b.yaml', text: '\n\nkind:  b\n' },
    ];
    const shown = formatDiagnostics(loadResources(sources).diagnostics, sources);
    expect(shown).toContain('a.yaml:1:7');
    expect(shown).toContain('    1 | kind: a\n');
    expect(shown).toContain('b.yaml:3:8');
    expect(shown).toContain('    3 | kind:  b\n');
  });

  it('cuts a long line around the place, and keeps the caret below it', () => {
    const text = `{"kind":"user","metadata":{"name":"a","labels":{${Array.from({ length: 40 }, (_, at) => `"k${at}":"v"`).join(',')},"bad key":"x"}}}`;
    const [, line = '', caret = ''] = format(text).split('\n');
    expect(line.length).toBeLessThan(120);
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('"bad key"');
  });

  it('keeps the caret below the place behind tabs and a byte-order mark', () => {
    const [, line = '', caret = ''] = format(
      '\ufeff{"kind":\t"user",\t"oops": 1, "metadata": {"name": "a"}}',
    ).split('\n');
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('"oops"');
  });

  it('lets no control character through to the terminal', () => {
    const text = 'kind: user\nmetadata: {name: "\u001b[2J", \u202eoops: 1}\n';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(format(text, 'a\u001b[31m.yaml')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it.each([
    [
      'a client secret',
      'kind: oidc\nmetadata: {name: o}\nspec:\n  client_secret: file://hunter2hunter2\n',
    ],
    [
      'a secret on the line of another fault',
      'kind: github\nmetadata: {name: g}\nspec: {bad: 1, client_secret: hunter2hunter2}\n',
    ],
    ['a secret in JSON', '{"kind":"github","spec":{"client_secret":"hunter2hunter2","bad":1}}'],
    ['a secret on the next line', 'kind: github\nspec:\n  client_secret:\n    hunter2hunter2: [\n'],
    [
      'a key in a block',
      'kind: saml\nspec:\n  signing_key_pair:\n    private_key: |\n      hunter2hunter2\n     : x\n',
    ],
    [
      'a token name',
      'kind: token\nmetadata:\n  name: "hunter2hunter2\\u0007"\nspec: {roles: App}\n',
    ],
    [
      'a token name on the line of another fault',
      'kind: token\nmetadata: {name: hunter2hunter2, bad: 1}\nspec: {roles: App}\n',
    ],
    ['a text that is no YAML', 'kind: github\nspec:\n  client_secret: "hunter2hunter2\n'],
    ['a password', 'kind: user\nspec: {status: {password_hash: hunter2hunter2}, bad: 1}\n'],
  ])('shows stars for %s', (_, text) => {
    const shown = format(text);
    expect(shown).not.toBe('');
    expect(shown).not.toContain('hunter2');
  });

  it('shows stars for the secrets of a service file', () => {
    const text =
      'teleport: {auth_token: hunter2, join_params: {token_name: hunter2, method: iamm}}\n';
    const sources = [{ text }];
    const shown = formatDiagnostics(loadServiceConfig({ text }).diagnostics, sources);
    expect(shown).toContain('^');
    expect(shown).not.toContain('hunter2');
  });

  it('shows the names of tokens that prove nothing', () => {
    expect(
      format(
        'kind: token\nmetadata: {name: iam-token, bad: 1}\nspec: {roles: App, join_method: iam, allow: [{aws_account: 111122223333}]}\n',
      ),
    ).toContain('iam-token');
  });

  it('formats whatever the loader reports', () => {
    const words = [
      'kind: user',
      'metadata:',
      '{',
      '}',
      '\n',
      '  ',
      '"',
      'name: ',
      'secret: ',
      '|',
      '\t',
      '\ud83d\ude00',
      '\u0000',
      ': ',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 20 }), (parts) => {
        expect(typeof format(parts.join(''))).toBe('string');
      }),
    );
  });
});
