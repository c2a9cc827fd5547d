import { consoleHosts } from './data/console-hosts.js';
import { regionExpressions } from './data/region-expressions.js';
import { isRegionForm } from './region-form.js';
import type { PartitionName } from './types.js';

/** Why an address is no AWS console, in the order of the checks. */
export type NotConsoleReason =
  | 'malformed'
  | 'scheme'
  | 'userinfo'
  | 'port'
  | 'host'
  | 'region-partition';

/** An address that leads to an AWS console. */
export interface ConsoleUri {
  readonly isConsole: true;
  readonly partition: PartitionName;
  /** The region in the host, or null when the host has none. */
  readonly region: string | null;
  /** A console with a host of its own, such as `quicksight`; absent for the main console. */
  readonly satellite?: string | undefined;
  /** The first label of a multi-session console (`111122223333-abcd1234`), lower case; absent otherwise. */
  readonly session?: string | undefined;
}

/** The answer of {@link checkConsoleUri}. */
export type ConsoleUriCheck =
  | ConsoleUri
  | { readonly isConsole: false; readonly reason: NotConsoleReason };

/** How {@link checkConsoleUri} treats unpublished hosts. */
export interface CheckConsoleUriOptions {
  /** Also accept the console hosts of the four isolated partitions, which are inferred. Default false. */
  readonly allowInferredHosts?: boolean | undefined;
}

const SATELLITES: readonly (readonly [host: string, name: string])[] = [
  ['quicksight.aws.amazon.com', 'quicksight'],
  ['lightsail.aws.amazon.com', 'lightsail'],
  ['health.aws.amazon.com', 'health'],
  ['s3.console.aws.amazon.com', 's3'],
  ['support.console.aws.amazon.com', 'support'],
];

const MAX_LENGTH = 16_384;

/**
 * Tells whether an address is an AWS console, by its parts. A prefix test would also accept
 * `https://console.aws.amazon.com.evil.example` and `https://console.aws.amazon.com@evil.example`; this check
 * compares the whole host with the published ones and refuses everything URL parsers repair in silence
 * (blanks, backslashes, characters outside ASCII, escapes in the host).
 *
 * The checks run in the order of {@link NotConsoleReason}; the first that fails gives the reason.
 *
 * @param uri - untrusted text
 */
export function checkConsoleUri(
  uri: string,
  options: CheckConsoleUriOptions = {},
): ConsoleUriCheck {
  if (typeof uri !== 'string' || uri.length > MAX_LENGTH || !/^[!-[\]-~]+$/.test(uri))
    return no('malformed');
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(uri)?.[0];
  if (scheme === undefined) return no('malformed');
  if (scheme.toLowerCase() !== 'https') return no('scheme');
  const rest = uri.slice(scheme.length + 1);
  const authority = /^\/\/([^/?#]+)/.exec(rest)?.[1];
  if (authority === undefined) return no('malformed');
  const at = authority.lastIndexOf('@');
  const match = /^(\[[^\]]*\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(authority.slice(at + 1));
  const [, host = '', port = '443'] = match ?? [];
  if (!match || !URL.canParse(uri)) return no('malformed');
  if (at >= 0) return no('userinfo');
  if (Number(port) !== 443) return no('port');
  return classifyHost(host.toLowerCase().replace(/\.$/, ''), options.allowInferredHosts === true);
}

/** Short for `checkConsoleUri(uri).isConsole`: only published hosts count. */
export function isConsoleUri(uri: string): boolean {
  return checkConsoleUri(uri).isConsole;
}

function classifyHost(host: string, allowInferredHosts: boolean): ConsoleUriCheck {
  for (const [consoleHost, partition, inferred] of consoleHosts) {
    if (inferred && !allowInferredHosts) continue;
    if (host === consoleHost) return { isConsole: true, partition, region: null };
    if (host.endsWith(`.${consoleHost}`)) {
      const check = classifyLabels(host.slice(0, -consoleHost.length - 1), partition);
      if (check) return check;
    }
  }
  const satellite = SATELLITES.find(([name]) => name === host)?.[1];
  if (satellite === undefined) return no('host');
  return { isConsole: true, partition: 'aws', region: null, satellite };
}

// Every published region has the form of its partition, of no other, and no pseudo region has any (a test holds that); so the
// list of regions need not be loaded for this.
function classifyLabels(labels: string, partition: PartitionName): ConsoleUriCheck | undefined {
  const session = /^\d{12}-[a-z0-9]{1,32}(?=\.)/.exec(labels)?.[0];
  const region = session === undefined ? labels : labels.slice(session.length + 1);
  if (!isRegionForm(region)) return undefined;
  if (!regionExpressions[partition].test(region)) {
    const isRegion = Object.values(regionExpressions).some((form) => form.test(region));
    return isRegion ? no('region-partition') : undefined;
  }
  const found = { isConsole: true, partition, region } as const;
  return session === undefined ? found : { ...found, session };
}

function no(reason: NotConsoleReason): ConsoleUriCheck {
  return { isConsole: false, reason };
}
