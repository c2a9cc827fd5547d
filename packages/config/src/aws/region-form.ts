import { ConfigError } from '../errors.js';

/** A DNS label is never longer, and a region is one label of a host. */
const MAX_LENGTH = 63;

const FORM = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/;

/** Whether a text has the form of a region name. It says nothing on whether such a region exists. */
export function isRegionForm(region: string): boolean {
  // Callers without types: a list of one text would pass for the text.
  if (typeof region !== 'string') return false;
  return region.length <= MAX_LENGTH && FORM.test(region) && zoneOf(region) === undefined;
}

/**
 * Refuses a region that could do harm in a host name: dots, slashes and `@` could choose another host,
 * upper case would slip past every partition expression.
 *
 * @throws ConfigError `invalid-region`
 */
export function assertRegionForm(region: string): void {
  if (isRegionForm(region)) return;
  const zone = typeof region === 'string' ? zoneOf(region) : undefined;
  throw new ConfigError({
    code: 'invalid-region',
    message:
      zone === undefined
        ? 'The AWS region is not well formed: lower-case words and digits joined by hyphens are expected, such as us-east-1.'
        : 'The AWS region is the name of an availability zone: leave out the letter at its end.',
    hint: zone,
  });
}

/** `us-east-1` of `us-east-1a`; a local zone such as `us-west-2-lax-1a` also gives its region. */
function zoneOf(region: string): string | undefined {
  if (region.length > MAX_LENGTH || !/^[a-z0-9-]*\d[a-z]$/.test(region)) return undefined;
  const parts = region.slice(0, -1).split('-');
  const local = parts.length > 4 && /^\d+$/.test(parts[2] ?? '');
  return local ? parts.slice(0, 3).join('-') : parts.join('-');
}
