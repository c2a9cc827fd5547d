import { usageError } from '../cli-error.js';

/**
 * The address of a gateway as people write it: without a scheme it is https. Clear text stays on this machine, because
 * passwords and tokens travel on it.
 *
 * @throws CliError for anything else
 */
export function parseGatewayUrl(text: string): string {
  const whole = text.includes('://') ? text : `https://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw usageError(`"${text}" is no address of a gateway: write https://postern.example.com`);
  }
  if (url.username || url.password || url.search || url.hash || url.pathname !== '/') {
    throw usageError(`the address of a gateway is a host and a port only: write ${url.origin}`);
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw usageError(
      `${url.origin} would carry passwords in clear text over the network: write https://${url.host}`,
    );
  }
  return url.origin;
}

export function isLoopback(hostname: string): boolean {
  return /^(127(\.\d{1,3}){3}|\[?::1\]?|localhost)$/.test(hostname);
}
