import { SigV4ProxyError } from '../errors.js';
import type { ProxyEnvironment } from './types.js';

/** The value of a variable that is to be set, or undefined. */
export function findVariable(environment: ProxyEnvironment, name: string): string | undefined {
  return environment.set.find(([key]) => key === name)?.[1];
}

/**
 * The value of a variable that a format cannot do without.
 *
 * @throws {@link SigV4ProxyError} `invalid-option`
 */
export function requireVariable(environment: ProxyEnvironment, name: string): string {
  const value = findVariable(environment, name);
  if (value !== undefined) return value;
  throw new SigV4ProxyError(
    'invalid-option',
    `This format needs ${name}, which the environment does not set.`,
  );
}
