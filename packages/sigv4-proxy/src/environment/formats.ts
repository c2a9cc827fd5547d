import { SigV4ProxyError } from '../errors.js';
import { formatAthenaJdbc, formatAthenaOdbc } from './athena-formats.js';
import type { ProxyEnvironment } from './types.js';
import { findVariable, requireVariable } from './variables.js';

/** How an environment can be written. */
export type EnvironmentFormat =
  | 'text'
  | 'env'
  | 'fish'
  | 'powershell'
  | 'cmd'
  | 'json'
  | 'dotenv'
  | 'credential-process'
  | 'athena-odbc'
  | 'athena-jdbc';

type Writer = (environment: ProxyEnvironment) => string;

const env = shell(
  (name) => `unset ${name}`,
  (name, value) => `export ${name}=${quoteSh(value)}`,
);
const powershell = shell(
  (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
  (name, value) => `$Env:${name} = ${quotePowershell(value)}`,
);

/** Writers by format name and by shell name. */
export const environmentFormats: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ['text', text],
  ['env', env],
  ['bash', env],
  ['zsh', env],
  ['sh', env],
  [
    'fish',
    shell(
      (name) => `set -e ${name}`,
      (name, value) => `set -gx ${name} ${quoteFish(value)}`,
    ),
  ],
  ['powershell', powershell],
  ['pwsh', powershell],
  [
    'cmd',
    shell(
      (name) => `set "${name}="`,
      (name, value) => `set "${name}=${cmdValue(name, value)}"`,
    ),
  ],
  ['json', json],
  ['dotenv', dotenv],
  ['credential-process', credentialProcess],
  ['athena-odbc', formatAthenaOdbc],
  ['athena-jdbc', formatAthenaJdbc],
]);

function shell(
  unset: (name: string) => string,
  set: (name: string, value: string) => string,
): Writer {
  return (environment) =>
    lines([
      ...environment.unset.map((name) => unset(name)),
      ...environment.set.map(([name, value]) => set(name, value)),
    ]);
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}

function quoteSh(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

function quoteFish(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** PowerShell ends a single-quoted string at the typographic quotes too. */
function quotePowershell(value: string): string {
  return `'${value.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}

function cmdValue(name: string, value: string): string {
  if (/["%!]/.test(value)) {
    throw new SigV4ProxyError(
      'invalid-option',
      `The value of ${name} holds a double quote, % or !, which cmd cannot take safely; use another shell or value.`,
    );
  }
  return value;
}

function text(environment: ProxyEnvironment): string {
  const expires = environment.expiration;
  return lines([
    'Run these lines in your shell (sh, bash or zsh) so that AWS tools started from it use the proxy.',
    ...(expires
      ? [`The credentials in them are local to this proxy and end at ${expires.toISOString()}.`]
      : []),
    '',
    env(environment).trimEnd(),
  ]);
}

/** A variable to unset is null. */
function json(environment: ProxyEnvironment): string {
  const entries = [
    ...environment.unset.map((name): [string, null] => [name, null]),
    ...environment.set,
  ];
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/** Files of this kind cannot unset; an empty value is what comes nearest to it. */
function dotenv(environment: ProxyEnvironment): string {
  return lines([
    ...environment.unset.map((name) => `${name}=`),
    ...environment.set.map(([name, value]) => `${name}=${quoteDotenv(name, value)}`),
  ]);
}

function quoteDotenv(name: string, value: string): string {
  if (!value.includes("'")) return `'${value}'`;
  if (/["`\\$]/.test(value)) {
    throw new SigV4ProxyError(
      'invalid-option',
      `The value of ${name} mixes quotes in a way that dotenv files cannot hold; use another format or value.`,
    );
  }
  return `"${value}"`;
}

/** See https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html. */
function credentialProcess(environment: ProxyEnvironment): string {
  const token = findVariable(environment, 'AWS_SESSION_TOKEN');
  const credentials = {
    Version: 1,
    AccessKeyId: requireVariable(environment, 'AWS_ACCESS_KEY_ID'),
    SecretAccessKey: requireVariable(environment, 'AWS_SECRET_ACCESS_KEY'),
    ...(token === undefined ? {} : { SessionToken: token }),
    ...(environment.expiration ? { Expiration: environment.expiration.toISOString() } : {}),
  };
  return `${JSON.stringify(credentials)}\n`;
}
