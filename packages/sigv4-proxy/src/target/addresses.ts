import { SigV4ProxyError } from '../errors.js';
import { parseIpv4, parseIpv6 } from './ip-address.js';

/** Options of {@link filterAddresses} and {@link isBlockedAddress}. */
export interface FilterAddressesOptions {
  /**
   * Whether private ranges may be reached. AWS hosts need it, as interface endpoints have private addresses; pass false for
   * tunnels to other hosts. Default true.
   */
  readonly allowPrivate?: boolean | undefined;
}

/**
 * Keeps the addresses of a DNS answer that a proxy may connect to. Connect to one of the result, without asking DNS again: a
 * second answer may be another one.
 *
 * @param addresses the answer; texts that are no IP address are dropped
 * @returns at least one address, in the order of the answer
 * @throws {@link SigV4ProxyError} `blocked-address` when nothing is left
 */
export function filterAddresses(
  addresses: readonly string[],
  options: FilterAddressesOptions = {},
): readonly [string, ...string[]] {
  const [first, ...rest] = addresses.filter((address) => !isBlockedAddress(address, options));
  if (first !== undefined) return [first, ...rest];
  throw new SigV4ProxyError(
    'blocked-address',
    'The host resolves to no address that the proxy may reach: loopback, link-local, multicast and metadata addresses are closed.',
  );
}

/**
 * Whether an address is closed to a proxy: loopback, unspecified, link-local, multicast, reserved and the metadata services,
 * also as IPv4 inside IPv6. What is no address counts as blocked.
 *
 * @param address an IPv4 address in any notation, or an IPv6 address without brackets
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
export function isBlockedAddress(address: string, options: FilterAddressesOptions = {}): boolean {
  const allowPrivate = options.allowPrivate ?? true;
  const ipv6 = address.includes(':') ? parseIpv6(address) : undefined;
  const ipv4 = ipv6 === undefined ? parseIpv4(address) : embeddedIpv4(ipv6);
  if (ipv4 !== undefined) return isBlockedIpv4(ipv4, allowPrivate);
  return ipv6 === undefined || isBlockedIpv6(ipv6, allowPrivate);
}

function isBlockedIpv4(
  [a = 0, b = 0, c = 0, d = 0]: readonly number[],
  allowPrivate: boolean,
): boolean {
  if (a === 0 || a === 127 || a >= 224) return true;
  // The metadata services of instances and containers, and everything else that is link-local.
  if (a === 169 && b === 254) return true;
  // Protocol assignments are never a real endpoint.
  if (a === 192 && b === 0 && c === 0 && d !== 0) return true;
  if (allowPrivate) return false;
  if (a === 198 && (b & 0xfe) === 18) return true;
  if (a === 100) return b >= 64 && b < 128;
  return a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168);
}

function isBlockedIpv6(bytes: readonly number[], allowPrivate: boolean): boolean {
  const [a = 0, b = 0] = bytes;
  if (bytes.slice(0, 15).every((byte) => byte === 0)) return true;
  if (a === 0xff || (a === 0xfe && b >= 0x80 && b < 0xc0)) return true;
  if (startsWith(bytes, METADATA_PREFIX) || startsWith(bytes, TEREDO)) return true;
  return !allowPrivate && (a === 0xfc || a === 0xfd || (a === 0xfe && b >= 0xc0));
}

/** fd00:ec2::/32 holds the IPv6 addresses of the instance services of EC2; 254 is the metadata service. */
const METADATA_PREFIX: readonly number[] = [0xfd, 0x00, 0x0e, 0xc2];

/** Teredo hides an IPv4 address behind a relay of a stranger, and nothing of AWS is there. */
const TEREDO: readonly number[] = [0x20, 0x01, 0, 0];

const MAPPED: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const COMPATIBLE: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const TRANSLATED: readonly number[] = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
/** Stateless translation: `::ffff:0:127.0.0.1`. */
const STATELESS: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0];
/** The prefix for translation inside a network, RFC 8215. */
const TRANSLATED_LOCALLY: readonly number[] = [0, 0x64, 0xff, 0x9b, 0, 1];
const SIX_TO_FOUR: readonly number[] = [0x20, 0x02];

/** The IPv4 address that an IPv6 address stands for, where a host or gateway would translate it. */
function embeddedIpv4(bytes: readonly number[]): readonly number[] | undefined {
  if (startsWith(bytes, SIX_TO_FOUR)) return bytes.slice(2, 6);
  const low = bytes.slice(12);
  const prefixes = [MAPPED, TRANSLATED, STATELESS, TRANSLATED_LOCALLY];
  if (prefixes.some((prefix) => startsWith(bytes, prefix))) return low;
  const isLoopbackOrNone = low[0] === 0 && low[1] === 0 && low[2] === 0;
  return startsWith(bytes, COMPATIBLE) && !isLoopbackOrNone ? low : undefined;
}

function startsWith(bytes: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
