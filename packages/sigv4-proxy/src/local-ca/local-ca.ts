import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type { JsonGeneralNames } from '@peculiar/x509';
import { LRUCache } from 'lru-cache';
import { systemClock } from '../defaults.js';
import { SigV4ProxyError } from '../errors.js';
import type { CertificateAuthority, ServerCertificate } from '../node/certificate-authority.js';
import { type Authority, createAuthority, generateKeyPair } from './create-authority.js';
import { isNamePermitted } from './name-constraints.js';
import { AWS_SUFFIXES } from './suffixes.js';

const MINUTE = 60_000;

/** Options of {@link createLocalCa}; every one has a safe default. */
export interface LocalCaOptions {
  /** DNS names at or below which certificates may be made. Default: the suffixes of all AWS partitions. */
  readonly permittedDnsNames?: readonly string[] | undefined;
  /**
   * Names of the proxy's own listener; they share one certificate that also covers one label in front and the loopback
   * addresses. Default `['localhost']`.
   */
  readonly localNames?: readonly string[] | undefined;
  /** How long an authority lives, in milliseconds, 1 minute to 24 hours. Default 12 hours. */
  readonly validityMs?: number | undefined;
  /** When the session ends that the authority is made for: no certificate outlives it. Default: no such end. */
  readonly expiresAt?: Date | undefined;
  /** How many server certificates are kept, least recently used first out. Default 256. */
  readonly cacheSize?: number | undefined;
  /** The current time. Default: the wall clock. */
  readonly clock?: (() => Date) | undefined;
}

const LOOPBACK = ['127.0.0.1', '::1'];

/**
 * Makes a certificate authority for one process: P-256, its key in memory only, constrained to AWS and local names. Well before
 * it ends a successor is made and published beside it; certificates come from the old one until its last minutes, so clients
 * that started in between trust both.
 *
 * @param o names, validity, clock
 * @throws SigV4ProxyError `invalid-option` when the validity is out of range or `expiresAt` is past
 *
 * @example
 * ```ts
 * const ca = await createLocalCa({ validityMs: 8 * 3_600_000 });
 * ```
 */
export async function createLocalCa(o: LocalCaOptions = {}): Promise<CertificateAuthority> {
  const clock = o.clock ?? systemClock;
  const validityMs = o.validityMs ?? 12 * 60 * MINUTE;
  if (!(validityMs >= MINUTE && validityMs <= 24 * 60 * MINUTE)) {
    throw new SigV4ProxyError(
      'invalid-option',
      'validityMs of the local authority must be between one minute and 24 hours.',
    );
  }
  const localNames = o.localNames ?? ['localhost'];
  const dnsNames = [...(o.permittedDnsNames ?? AWS_SUFFIXES), ...localNames];
  const keys = await generateKeyPair();
  const privateKey = pem(
    'PRIVATE KEY',
    Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
  );
  const leaves = new LRUCache<string, Promise<ServerCertificate>>({ max: o.cacheSize ?? 256 });
  const listeners = new Set<() => void>();

  const start = (): Promise<Authority> => {
    const now = clock().getTime();
    const end = Math.min(now + validityMs, o.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY);
    if (end <= now) {
      throw new SigV4ProxyError(
        'invalid-option',
        'The session of the local authority has ended: log in again.',
      );
    }
    return createAuthority({
      notBefore: new Date(now - 10 * MINUTE),
      notAfter: new Date(end),
      dnsNames,
      addresses: LOOPBACK,
    });
  };

  let current = await start();
  let successor: Promise<Authority> | undefined;
  let published: Authority | undefined;

  const announce = (): void => {
    for (const listener of listeners) listener();
  };
  const renew = async (): Promise<void> => {
    const left = current.notAfter.getTime() - clock().getTime();
    const last = o.expiresAt !== undefined && current.notAfter >= o.expiresAt;
    if (left > validityMs / 6 || (last && left > 0)) return;
    if (successor === undefined) {
      successor = start();
      successor.catch(() => {
        successor = undefined;
      });
      published = await successor;
      announce();
    }
    if (left > validityMs / 60) return;
    const next = await successor;
    if (next === current) return;
    current = next;
    successor = undefined;
    published = undefined;
    leaves.clear();
    announce();
  };
  const make = async (host: string): Promise<ServerCertificate> => {
    const authority = current;
    const names = localNames.includes(host) || isIP(host) !== 0 ? localLeaf(localNames) : dns(host);
    const certificate = await authority.sign(names, keys.publicKey);
    return { certificate, privateKey, notAfter: authority.notAfter };
  };

  return {
    trustedCertificates: () =>
      [current, ...(published === undefined ? [] : [published])]
        .map((one) => one.certificate.trim())
        .join('\n')
        .concat('\n'),
    async issue(host) {
      if (!isNamePermitted(host, dnsNames, LOOPBACK)) {
        throw new SigV4ProxyError(
          'bad-host',
          `The local authority makes no certificate for ${JSON.stringify(host)}: add the name to permittedDnsNames or localNames.`,
        );
      }
      await renew();
      let leaf = leaves.get(host);
      if (leaf === undefined) {
        leaf = make(host);
        leaves.set(host, leaf);
        leaf.catch(() => leaves.delete(host));
      }
      return leaf;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

function dns(host: string): JsonGeneralNames {
  return [{ type: 'dns', value: host }];
}

function localLeaf(localNames: readonly string[]): JsonGeneralNames {
  return [
    ...localNames.flatMap((name) => [...dns(name), ...dns(`*.${name}`)]),
    ...LOOPBACK.map((value) => ({ type: 'ip' as const, value })),
  ];
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
