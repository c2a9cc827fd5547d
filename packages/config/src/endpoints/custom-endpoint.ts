import { ConfigError } from '../errors.js';

/** What is kept of a custom endpoint. */
export interface CustomEndpoint {
  /** The address exactly as the caller wrote it. */
  readonly url: string;
  /** Host and, when it is not the default one, port. */
  readonly host: string;
}

/**
 * Checks an endpoint the caller set: an absolute https address without user information, query or
 * fragment. Plain http is for this machine only, unless the caller insists.
 *
 * @throws ConfigError `invalid-custom-endpoint`, `insecure-custom-endpoint`
 */
export function checkCustomEndpoint(text: string, allowInsecure: boolean): CustomEndpoint {
  // URL parsers drop tabs and turn backslashes into slashes; what they would repair is refused here.
  const plain =
    typeof text === 'string' &&
    /^https?:\/\/[^/?#@\\\s][!-"$->A-[\]-~]*$/i.test(text) &&
    URL.canParse(text);
  const url = plain ? new URL(text) : undefined;
  if (url === undefined || url.username + url.password !== '') {
    throw new ConfigError({
      code: 'invalid-custom-endpoint',
      message:
        'The custom endpoint must be an absolute https address without user, query and fragment.',
    });
  }
  if (url.protocol === 'http:' && !allowInsecure && !isLoopback(url.hostname)) {
    throw new ConfigError({
      code: 'insecure-custom-endpoint',
      message:
        'The custom endpoint uses plain http and is not on this machine: use https, or allow insecure endpoints.',
    });
  }
  return { url: text, host: url.host };
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
