import {
  formatDiagnostics,
  loadHelmValues,
  loadResources,
  loadServiceConfig,
  loadServiceConfigFromBase64,
  resourceKinds,
  schemaFor,
} from '@postern/config';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretName } from '../../src/load/secret-names.js';

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
        'a.yaml:6:5 unknown-field spec.allow has no field "aws_role_arn"; did you mean aws_role_arns?',
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
    // Also those that isolate a text of the other direction.
    expect(format('kind: user\nmetadata: {name: a, \u2066oops\u2069: 1}\n')).not.toMatch(
      /[\u2066-\u2069]/,
    );
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

  it.each([
    'kind: oidc\nspec: {client_secert: hunter2}\n',
    'kind: oidc\nspec: {clinet_secrt: hunter2}\n',
    'kind: oidc\nspec: {passwrd: hunter2, pasword: hunter2, api_key: hunter2}\n',
    'kind: oidc\nspec: {token_nmae: hunter2}\n',
    'teleport: {auth_tokn: hunter2}\n',
    'teleport: {token: hunter2}\n',
    '{authTokn: hunter2}\n',
    'kind: lock\nspec: {target: {join_token: hunter2}, bad: 1}\n',
    'kind: token # join_method: iam\nmetadata: {name: hunter2, bad: 1}\n',
    'kind:\n  token\nmetadata: {name: hunter2, bad: 1}\n',
    'kind: !!str token\nmetadata: {name: hunter2, bad: 1}\n',
    'kind: "to\\x6ben"\nmetadata: {name: hunter2, bad: 1}\n',
    '? kind\n: token\nmetadata: {name: hunter2, bad: 1}\n',
    '{kind: tokn, metadata: {name: hunter2}}\n',
    'kind: token\nmetadata: {nmae: hunter2}\n',
    'kind: token\nmetadata: {title: hunter2}\n',
    'kind: token\nname: hunter2\n',
    'kind: token\nmetadata: {name: hunter2, bad: 1}\nspec: {join_method: tokn, allow: [{}]}\n',
    '{kind: oidc, spec: {"client\\u005fsecret": hunter2}}\n',
    'kind: oidc\nspec: {? client_secret : hunter2, bad: 1}\n',
    'kind: oidc\nspec: {bad: &s hunter2, client_secret: *s}\n',
    'kind: oidc\nspec: {client_secret: x, client_secret: hunter2}\n',
    'kind: oidc\nspec: {client_secret: [hunter2]}\n',
    'kind: oidc\nspec: {bad: &k client_secret, *k : hunter2}\n',
    'kind: oidc\nspec: {&k client_secret : x, a: {*k : hunter2}}\n',
    'kind: oidc\nspec: {bearer: hunter2, my_bearer_text: hunter2, db_credential_a: hunter2}\n',
    'kind: oidc\nspec: {bad: 1} # client_secret: hunter2\n',
    'kind: oidc\nspec: [{"client\\u005fsecret": hunter2}\n',
    'kind: oidc\nspec: [{client_secert: hunter2}\n',
    '{"k\\u0069nd": token, metadata: {name: hunter2}\n',
    'kind: token\nspec: {join_method: iam}\nmetadata: {name: hunter2\n',
    'kind: oidc\nspec:\n  client_secret:\n    hunter2\n    hunter2: [\n',
    'kind: oidc\nspec:\n  client_secret: x\n    hunter2: hunter2: [\n',
    'kind: oidc\nspec:\n  client_secret: "x\nhunter2: [" ]\n',
  ])('shows no secret of %j, read as whatever it may be', (text) => {
    const sources = [{ filename: 'a.yaml', text }];
    const found = [
      ...loadResources(sources).diagnostics,
      ...loadServiceConfig({ filename: 'a.yaml', text }).diagnostics,
      ...loadHelmValues({ filename: 'a.yaml', text }, { strict: true }).diagnostics,
    ];
    // Every line, as if it had a fault of its own.
    const lines = text.split('\n').map((_, at) => ({
      ...found[0],
      start: { line: at + 1, column: 1, offset: 0 },
      end: { line: at + 1, column: 2, offset: 0 },
    }));
    expect(found.length).toBeGreaterThan(0);
    const shown = formatDiagnostics([...found, ...lines] as typeof found, sources);
    expect(shown).toContain('^');
    expect(shown).not.toContain('hunter2');
  });

  it('hides no more of a line than the secret', () => {
    expect(
      format('{"kind":"github","metadata":{"name":"g"},"spec":{"client_secret":"abc","bad":1}}'),
    ).toContain('"metadata":{"name":"g"},"spec":{"client_secret":*****,"bad":1}}');
    expect(
      format('{kind: token, spec: {join_method: iam, bad: 1}, metadata: {name: shown}}'),
    ).toContain('name: shown');
  });

  it('knows every field that a schema calls a secret', () => {
    const secrets = new Set<string>();
    const visit = (value: unknown, key: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('writeOnly' in value) secrets.add(key);
      for (const [name, item] of Object.entries(value))
        visit(item, name === 'anyOf' ? key : /^\d+$/.test(name) ? key : name);
    };
    for (const kind of [...resourceKinds, 'service', 'helm'] as const) visit(schemaFor(kind), '');
    expect(secrets.size).toBeGreaterThan(3);
    for (const name of secrets) expect([name, isSecretName(name)]).toEqual([name, true]);
  });

  it('shows no line of a text that was handed over as base64', () => {
    const source = { filename: 'ENV', text: btoa('\nteleport: {auth_token: hunter2, bad: 1}\n') };
    const { diagnostics, source: decoded } = loadServiceConfigFromBase64(source);
    expect(formatDiagnostics(diagnostics, [source])).toMatch(/^ENV:2:33 unknown-field [^\n|]*\n$/);
    const shown = formatDiagnostics(diagnostics, decoded ? [decoded] : []);
    expect(shown).toContain('    2 | teleport: {auth_token: *******, bad: 1}\n');
    expect(loadServiceConfigFromBase64({ text: '?' }).source).toBeUndefined();
  });

  it('shows the last line, and names that of the opening quote or bracket, where one is not closed', () => {
    const quote = format('kind: user\nmetadata:\n  name: "a\n  bad: b\n\n');
    expect(quote).toContain('The quote that opens on line 3 is not closed.');
    expect(quote).toContain('    4 |   bad: b\n      |         ^\n');
    expect(format('kind: user\nmetadata: {name: a,\n  labels: {}\n')).toContain(
      'The bracket or brace that opens on line 2 is not closed.',
    );
    expect(format('kind: user\nmetadata: {name: a}\nspec: a: b\n')).not.toContain('opens on');
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
