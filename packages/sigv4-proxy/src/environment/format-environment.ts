import { SigV4ProxyError } from '../errors.js';
import { type EnvironmentFormat, environmentFormats } from './formats.js';
import type { ProxyEnvironment } from './types.js';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Writes an environment for a shell or a tool: what to unset first, then what to set, quoted so that no value can become a
 * command.
 *
 * @param environment from `createEnvironment`
 * @param format a format name or the name of a shell: `bash`, `zsh` and `sh` mean `env`, `pwsh` means `powershell`
 * @returns lines, each ended by a line feed
 * @throws {@link SigV4ProxyError} `invalid-option` for an unknown format, a name that is none, or a value that cannot be quoted
 *
 * @example
 * ```ts
 * const environment = { set: [['AWS_REGION', 'eu-west-1']], unset: ['AWS_PROFILE'] } as const;
 * formatEnvironment(environment, 'env'); // lines for a POSIX shell
 * ```
 */
export function formatEnvironment(environment: ProxyEnvironment, format: string): string {
  const write = environmentFormats.get(format);
  if (write === undefined) {
    const names = [...environmentFormats.keys()].join(', ');
    throw new SigV4ProxyError(
      'invalid-option',
      `The environment format is not known; use one of ${names}.`,
    );
  }
  for (const name of [...environment.unset, ...environment.set.map(([key]) => key)]) {
    if (!NAME.test(name)) {
      throw new SigV4ProxyError(
        'invalid-option',
        'A variable name is not letters, digits and underscores.',
      );
    }
  }
  for (const [name, value] of environment.set) {
    if (/[\0\r\n]/.test(value)) {
      throw new SigV4ProxyError(
        'invalid-option',
        `The value of ${name} holds a line break or NUL, which no shell takes safely; use a value without one.`,
      );
    }
  }
  return write(environment);
}

/** The formats, without the shell names that stand for one of them. */
export const environmentFormatNames: readonly EnvironmentFormat[] = [
  'text',
  'env',
  'fish',
  'powershell',
  'cmd',
  'json',
  'dotenv',
  'credential-process',
  'athena-odbc',
  'athena-jdbc',
];
