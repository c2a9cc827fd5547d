import { checkConsoleUri, getConsoleEndpoints, type Partition } from '@postern/config/aws';
import { FederationError } from '../errors.js';
import { readArn, readPartition, readRegion } from '../support/aws-names.js';
import { percentEncode } from '../support/redact.js';
import { findServicePage } from './service-page.js';

/** A console page, in one of four ways. Exactly one of them is given. */
export type ConsolePage =
  /** Short name of a service (`ec2`, `ddb`) in any case; empty for console home. */
  | { readonly service: string; readonly path?: never; readonly url?: never; readonly arn?: never }
  /** Path on the console host, with query and fragment. */
  | { readonly path: string; readonly service?: never; readonly url?: never; readonly arn?: never }
  /** A whole address. */
  | { readonly url: string; readonly service?: never; readonly path?: never; readonly arn?: never }
  /** The ARN of a resource; the console finds its page. */
  | { readonly arn: string; readonly service?: never; readonly path?: never; readonly url?: never };

/** A page and where it is. */
export type ConsoleDestinationQuery = ConsolePage & {
  /** Partition of the session, such as `aws`; a page of another one is refused. */
  readonly partition: string;
  /** Region of the page; must belong to the partition. Default: what the page says, or none. */
  readonly region?: string | undefined;
  /** Accept the console hosts of the isolated partitions, which AWS has not published. Default false. */
  readonly allowInferredHosts?: boolean | undefined;
};

/** Longest address that is accepted. */
const LONGEST = 4096;

/**
 * Gives the one https address of a console page, or refuses. Every address that leaves here is on a console host of
 * the partition: hosts are compared whole, never by prefix, and text that URL parsers would repair is refused. Path,
 * query and fragment keep their bytes; what the console does with them is not checked.
 *
 * @see https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/working-with-console.html
 * @throws {@link FederationError} `destination-not-allowed`, `destination-too-long`, `partition-mismatch`,
 *   `unknown-service` (with suggestions), `service-not-in-partition`, `invalid-region`, `malformed-arn`,
 *   `unknown-partition`, `invalid-argument` when not exactly one of the four ways is given
 *
 * @example
 * ```ts
 * resolveConsoleDestination({ service: 's3', region: 'cn-north-1', partition: 'aws-cn' });
 * resolveConsoleDestination({ arn: 'arn:aws:s3:::bucket', partition: 'aws' });
 * ```
 */
export function resolveConsoleDestination(q: ConsoleDestinationQuery): string {
  const partition = readPartition(q.partition);
  const region = q.region === undefined ? undefined : readRegion(q.region, partition);
  const given = [q.service, q.path, q.url, q.arn].filter((way) => way !== undefined);
  if (given.length !== 1 || typeof given[0] !== 'string') {
    throw new FederationError({
      code: 'invalid-argument',
      message: 'A destination is given by exactly one of service, path, url and arn.',
    });
  }
  if (given[0].length > LONGEST) throw tooLong();
  const address = addressOf(q, partition, region);
  return checkAddress(address, partition, q.allowInferredHosts === true);
}

function addressOf(
  q: ConsoleDestinationQuery,
  partition: Partition,
  region: string | undefined,
): string {
  if (q.url !== undefined) return q.url;
  if (q.path !== undefined) return joinPath(q.path, partition, region);
  if (q.arn !== undefined) {
    const arn = readArn(q.arn, 'ARN of the destination');
    if (arn.partition !== partition.name) throw mismatch(arn.partition, partition);
    const home = arn.region === '' ? region : readRegion(arn.region, partition);
    return `https://${consoleHost(partition, home)}/go/view?arn=${percentEncode(q.arn)}`;
  }
  const page = findServicePage(q.service ?? '');
  const fragment = page.fragment === '' ? '' : `#${page.fragment}`;
  if (page.path.startsWith('https:')) {
    if (partition.name === 'aws') return `${page.path}${fragment}`;
    throw new FederationError({
      code: 'service-not-in-partition',
      message: `This console page exists in partition aws only, not in ${partition.name}.`,
    });
  }
  return joinPath(`${page.path}${fragment}`, partition, page.global ? undefined : region);
}

function joinPath(path: string, partition: Partition, region: string | undefined): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(path) || /^[/\\]{2}/.test(path)) {
    throw notAllowed('The path holds a scheme or a host: give a whole address as url instead.');
  }
  const hash = path.indexOf('#');
  const [front, fragment] = hash < 0 ? [path, ''] : [path.slice(0, hash), path.slice(hash)];
  const slash = front.startsWith('/') ? '' : '/';
  const mark = front.includes('?') ? '&' : '?';
  const query = region === undefined || /[?&]region=/.test(front) ? '' : `${mark}region=${region}`;
  return `https://${consoleHost(partition, region)}${slash}${front}${query}${fragment}`;
}

function consoleHost(partition: Partition, region: string | undefined): string {
  const [host] = getConsoleEndpoints(partition.name).consoleHosts;
  return region === undefined ? host : `${region}.${host}`;
}

/** The check that every way goes through, addresses made here included. */
function checkAddress(address: string, partition: Partition, allowInferredHosts: boolean): string {
  if (address.length > LONGEST) throw tooLong();
  const check = checkConsoleUri(address, { allowInferredHosts });
  if (!check.isConsole) {
    throw notAllowed(`The destination is no AWS console address (${check.reason}).`);
  }
  if (check.partition !== partition.name) throw mismatch(check.partition, partition);
  const [, authority = '', rest = ''] = /^https:\/\/([^/?#]+)([\s\S]*)$/i.exec(address) ?? [];
  let host = authority.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
  // The tag of a multi-session host belongs to another session of the browser.
  if (check.session !== undefined) host = host.slice(check.session.length + 1);
  return `https://${host}${rest.startsWith('/') ? '' : '/'}${rest}`;
}

function notAllowed(message: string): FederationError {
  return new FederationError({ code: 'destination-not-allowed', message });
}

function tooLong(): FederationError {
  return new FederationError({
    code: 'destination-too-long',
    message: `The destination has more than ${LONGEST} characters.`,
  });
}

function mismatch(found: string, partition: Partition): FederationError {
  return new FederationError({
    code: 'partition-mismatch',
    message: `The destination lies in partition ${found}, but the session in ${partition.name}.`,
  });
}
