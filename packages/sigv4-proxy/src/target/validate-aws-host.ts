import { SigV4ProxyError } from '../errors.js';
import { filterAddresses } from './addresses.js';
import { splitAwsSuffix } from './aws-suffix.js';
import { type HostName, parseHostName } from './host-name.js';
import { isNotApiHost } from './not-api-host.js';

/** Options of {@link validateAwsHost}. */
export interface ValidateAwsHostOptions {
  /** The DNS answer, when it is known: at least one address must be reachable for a proxy. Private ones are. */
  readonly resolvesTo?: readonly string[] | undefined;
  /** Ports that the host may name besides 443, such as 8182 for Neptune. Default none. */
  readonly allowedPorts?: readonly number[] | undefined;
}

/**
 * Proves that a host is an AWS API host before anything is signed towards it: form, suffix of a partition at the end, no name
 * that customers can own, port, and addresses when they are given. That a service answers there is not known.
 *
 * @param host name with optional port, attacker-controlled
 * @returns the host in lower case, without the port when it is 443
 * @throws {@link SigV4ProxyError} in this order: `bad-host`, `not-aws-host`, `not-api-host`, `port-not-allowed`,
 *   `blocked-address`
 */
export function validateAwsHost(host: string, options: ValidateAwsHostOptions = {}): string {
  const parsed = parseHostName(host);
  const aws = splitAwsSuffix(parsed.name);
  if (aws === undefined) {
    throw new SigV4ProxyError(
      'not-aws-host',
      `The host ${parsed.name} is not under a DNS suffix of an AWS partition.`,
    );
  }
  if (isNotApiHost(aws.labels)) {
    throw new SigV4ProxyError(
      'not-api-host',
      `The host ${parsed.name} belongs to a customer or serves no signed API; requests are never signed towards it.`,
    );
  }
  assertPort(parsed, options.allowedPorts ?? []);
  if (options.resolvesTo !== undefined) {
    filterAddresses(options.resolvesTo);
  }
  return parsed.port === undefined || parsed.port === '443'
    ? parsed.name
    : `${parsed.name}:${parsed.port}`;
}

/**
 * Checks the port of an AWS host: exactly `443`, or one that was configured.
 *
 * @throws {@link SigV4ProxyError} `port-not-allowed`
 */
export function assertPort(host: HostName, allowedPorts: readonly number[]): void {
  if (host.port === undefined || host.port === '443') return;
  if (allowedPorts.some((port) => String(port) === host.port)) return;
  throw new SigV4ProxyError(
    'port-not-allowed',
    `The port of ${host.name} is not 443; add it to the allowed ports if AWS serves the API there.`,
  );
}
