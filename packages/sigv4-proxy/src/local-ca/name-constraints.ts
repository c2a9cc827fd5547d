import { BlockList, isIPv6 } from 'node:net';

const SEQUENCE = 0x30;
const PERMITTED_SUBTREES = 0xa0;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

/**
 * The value of a name-constraints extension (RFC 5280, 4.2.1.10) that permits names at or below the given DNS names and exactly
 * the given addresses. Addresses are always constrained: without an entry none is allowed.
 *
 * @param dnsNames names without a leading dot
 * @param addresses IPv4 or IPv6 addresses
 */
export function encodeNameConstraints(
  dnsNames: readonly string[],
  addresses: readonly string[],
): Buffer {
  const bases = [
    ...dnsNames.map((name) => der(DNS_NAME, Buffer.from(name, 'ascii'))),
    ...addresses.map((address) => {
      const bytes = addressBytes(address);
      return der(IP_ADDRESS, Buffer.concat([bytes, Buffer.alloc(bytes.length, 0xff)]));
    }),
  ];
  const subtrees = bases.map((base) => der(SEQUENCE, base));
  return der(SEQUENCE, der(PERMITTED_SUBTREES, Buffer.concat(subtrees)));
}

/**
 * Whether a name falls under the constraints, so that no certificate is made that clients would refuse.
 *
 * @param host a DNS name in lower case or an IP address
 */
export function isNamePermitted(
  host: string,
  dnsNames: readonly string[],
  addresses: readonly string[],
): boolean {
  if (/^[0-9.]+$/.test(host) || host.includes(':')) return hasAddress(host, addresses);
  return dnsNames.some((name) => host === name || host.endsWith(`.${name}`));
}

function hasAddress(host: string, addresses: readonly string[]): boolean {
  const list = new BlockList();
  for (const address of addresses) list.addAddress(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  return list.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}

function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  const bytes = Buffer.alloc(16);
  [...left, ...zeros, ...right].forEach((group, index) => {
    bytes.writeUInt16BE(group, index * 2);
  });
  return bytes;
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
