import { SigV4ProxyError, type SigV4ProxyErrorCode } from '../errors.js';
import { isBlockedAddress } from './addresses.js';
import { splitAwsSuffix } from './aws-suffix.js';
import { endsInNumber, type HostName, parseHostName } from './host-name.js';
import { parseIpv6 } from './ip-address.js';
import { isNeverIntercepted } from './never-intercept.js';
import { isNotApiHost } from './not-api-host.js';
import { assertPort } from './validate-aws-host.js';

/** What happens to hosts that are no AWS API: a raw tunnel, a refusal, or the CONNECT passed on to another proxy. */
export type NonAwsPolicy = 'tunnel' | 'refuse' | 'system-proxy';

/** Options of {@link decideConnect}. */
export interface DecideConnectOptions {
  /** What happens to hosts that are no AWS API. Default `refuse`. */
  readonly nonAws?: NonAwsPolicy | undefined;
  /** Ports of AWS hosts besides 443. Default none. */
  readonly allowedPorts?: readonly number[] | undefined;
  /** Whether tunnels to hosts outside AWS may name a private address. Default false. */
  readonly allowPrivate?: boolean | undefined;
}

/** What to do with a CONNECT request. The DNS answer of a tunnel still has to pass `filterAddresses`. */
export type ConnectDecision =
  | {
      /** End TLS here and treat what is inside as requests to AWS. */
      readonly decision: 'intercept';
      /** Host name in lower case, without brackets. */
      readonly host: string;
      readonly port: number;
    }
  | {
      /** Copy bytes and look at nothing. */
      readonly decision: 'tunnel';
      readonly host: string;
      readonly port: number;
      /** Whether the host is AWS's own, whose interface endpoints may have private addresses. */
      readonly aws: boolean;
      /** Whether to go through the system's own proxy. */
      readonly via: 'direct' | 'system-proxy';
    }
  | {
      readonly decision: 'refuse';
      /** 400 for a target that cannot be read, else 403. */
      readonly status: 400 | 403;
      readonly code: SigV4ProxyErrorCode;
      /** One sentence for the reply and the log. */
      readonly message: string;
    };

/** Names that resolvers answer with the own host or with a metadata service, whatever DNS says. */
const LOCAL_NAMES =
  /(?:^|\.)(?:localhost|localhost\.localdomain|ip6-localhost|ip6-loopback|instance-data(?:\.ec2\.internal)?|metadata\.google\.internal)$/;

/**
 * Decides what to do with a CONNECT request from its authority alone; a Host header counts for nothing there. First the names
 * that are AWS's own, then addresses and local names, then the policy for all others.
 *
 * @param authority `host:port` from the request line, attacker-controlled; IPv6 in brackets
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-connect
 */
export function decideConnect(
  authority: string,
  options: DecideConnectOptions = {},
): ConnectDecision {
  const target = parseAuthority(authority);
  if (target === undefined) {
    return refuse('bad-target', 'The CONNECT target is not host:port; name both.');
  }
  const { host, port, portText } = target;
  const aws = target.isName ? awsRole(host) : 'none';
  if (aws !== 'none') {
    try {
      assertPort({ name: host, port: portText }, options.allowedPorts ?? []);
    } catch (error) {
      if (error instanceof SigV4ProxyError) return refuse(error.code, error.message);
      throw error;
    }
    if (aws === 'intercept') return { decision: 'intercept', host, port };
    return { decision: 'tunnel', host, port, aws: true, via: 'direct' };
  }
  const blocked = target.isName
    ? LOCAL_NAMES.test(host)
    : isBlockedAddress(host, { allowPrivate: options.allowPrivate ?? false });
  if (blocked) {
    return refuse(
      'blocked-address',
      'The CONNECT target is an address that the proxy keeps closed.',
    );
  }
  const policy = options.nonAws ?? 'refuse';
  if (policy === 'refuse') {
    return refuse(
      'not-aws-host',
      'The CONNECT target is no AWS API host, and other hosts are refused.',
    );
  }
  const via = policy === 'system-proxy' ? 'system-proxy' : 'direct';
  return { decision: 'tunnel', host, port, aws: false, via };
}

function awsRole(host: string): 'intercept' | 'tunnel' | 'none' {
  const name = splitAwsSuffix(host);
  if (isNeverIntercepted(host, name?.labels)) return 'tunnel';
  return name !== undefined && !isNotApiHost(name.labels) ? 'intercept' : 'none';
}

interface Authority {
  readonly host: string;
  readonly port: number;
  readonly portText: string;
  readonly isName: boolean;
}

function parseAuthority(text: string): Authority | undefined {
  if (text.length > 300) return undefined;
  const match = /^(\[[^\]]*\]|[^[\]:]+):([0-9]{1,5})$/.exec(text);
  const [, hostText = '', portText = ''] = match ?? [];
  const port = Number(portText);
  if (match === null || port < 1 || port > 65535) return undefined;
  if (hostText.startsWith('[')) {
    const host = hostText.slice(1, -1).toLowerCase();
    if (parseIpv6(host) === undefined) return undefined;
    return { host, port, portText, isName: false };
  }
  const lower = hostText.toLowerCase();
  if (endsInNumber(lower.replace(/\.$/, '').split('.'))) {
    return { host: lower.replace(/\.$/, ''), port, portText, isName: false };
  }
  const name = tryParseName(lower);
  return name && { host: name.name, port, portText, isName: true };
}

function tryParseName(text: string): HostName | undefined {
  try {
    return parseHostName(text.replace(/\.$/, ''));
  } catch (error) {
    if (error instanceof SigV4ProxyError) return undefined;
    throw error;
  }
}

function refuse(code: SigV4ProxyErrorCode, message: string): ConnectDecision {
  const status = code === 'bad-target' ? 400 : 403;
  return { decision: 'refuse', status, code, message };
}
