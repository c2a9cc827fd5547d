import { SigV4ProxyError } from '../errors.js';
import type { ProxyEnvironment } from './types.js';
import { findVariable, requireVariable } from './variables.js';

/** The connection string of the ODBC driver, which wants the proxy in parts. Only connect mode has a proxy. */
export function formatAthenaOdbc(environment: ProxyEnvironment): string {
  const proxy = proxyParts(environment);
  return `${[
    'DRIVER=Simba Amazon Athena ODBC Connector',
    'AuthenticationType=IAM Credentials',
    `UID=${odbcValue(requireVariable(environment, 'AWS_ACCESS_KEY_ID'))}`,
    `PWD=${odbcValue(requireVariable(environment, 'AWS_SECRET_ACCESS_KEY'))}`,
    ...optional(environment, 'AWS_REGION', (region) => `AwsRegion=${odbcValue(region)}`),
    ...optional(environment, 'AWS_CA_BUNDLE', (file) => `TrustedCerts=${odbcValue(file)}`),
    'UseProxy=1',
    `ProxyScheme=${proxy.scheme}`,
    `ProxyHost=${proxy.host}`,
    `ProxyPort=${proxy.port}`,
  ].join(';')};\n`;
}

/** The same for the JDBC driver, in the form that its versions 2 and 3 take. It has no trust store: give the driver's JVM one. */
export function formatAthenaJdbc(environment: ProxyEnvironment): string {
  const proxy = proxyParts(environment);
  const parts = [
    `User=${jdbcValue(requireVariable(environment, 'AWS_ACCESS_KEY_ID'))}`,
    `Password=${jdbcValue(requireVariable(environment, 'AWS_SECRET_ACCESS_KEY'))}`,
    ...optional(environment, 'AWS_REGION', (region) => `AwsRegion=${jdbcValue(region)}`),
    `ProxyHost=${proxy.host}`,
    `ProxyPort=${proxy.port}`,
  ];
  return `jdbc:awsathena://${parts.join(';')};\n`;
}

function optional(
  environment: ProxyEnvironment,
  name: string,
  write: (value: string) => string,
): readonly string[] {
  const value = findVariable(environment, name);
  return value === undefined ? [] : [write(value)];
}

function odbcValue(value: string): string {
  return /[;{}=\s]/.test(value) ? `{${value.replaceAll('}', '}}')}}` : value;
}

function jdbcValue(value: string): string {
  if (!value.includes(';')) return value;
  throw new SigV4ProxyError(
    'invalid-option',
    'A JDBC connection string cannot hold a semicolon in a value.',
  );
}

function proxyParts(environment: ProxyEnvironment): { scheme: string; host: string; port: string } {
  const match = /^(https?):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/@]+):([0-9]+)\/?$/.exec(
    requireVariable(environment, 'HTTPS_PROXY'),
  );
  const [, scheme, host, port] = match ?? [];
  if (scheme === undefined || host === undefined || port === undefined) {
    throw new SigV4ProxyError('invalid-option', 'HTTPS_PROXY is not scheme://host:port.');
  }
  return { scheme, host, port };
}
