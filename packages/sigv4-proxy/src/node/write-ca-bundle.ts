import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { CertificateAuthority } from './certificate-authority.js';

/** Options of {@link writeCaBundle}. */
export interface CaBundleOptions {
  /** The directory, made with mode 0700 if it is not there. */
  readonly directory: string;
  /** The file name. Default `ca-bundle.pem`. */
  readonly name?: string | undefined;
  /**
   * Roots to add, PEM, because AWS_CA_BUNDLE *replaces* a client's own store and raw tunnels still need the public ones.
   * Default: the roots that come with Node.js.
   */
  readonly roots?: readonly string[] | undefined;
}

/** A bundle file on disk that follows its authority. */
export interface CaBundle {
  /** For AWS_CA_BUNDLE. */
  readonly path: string;
  /** Stops following and deletes the file; call it at exit. Safe to call twice. */
  remove(): void;
}

/**
 * Writes the certificates that clients of a local proxy must trust, and writes them again whenever the authority changes. The
 * file is for its owner only (0600) and is replaced in one step, so no reader ever sees half of it.
 *
 * @param ca whose certificates
 * @param o where
 * @throws the file system's error when the directory or file cannot be written
 */
export function writeCaBundle(ca: CertificateAuthority, o: CaBundleOptions): CaBundle {
  mkdirSync(o.directory, { recursive: true, mode: 0o700 });
  chmodSync(o.directory, 0o700);
  const path = join(o.directory, o.name ?? 'ca-bundle.pem');
  const roots = o.roots ?? rootCertificates;
  const write = (): void => {
    const draft = `${path}.${randomBytes(6).toString('hex')}`;
    const text = [ca.trustedCertificates(), ...roots].map((pem) => pem.trim()).join('\n');
    writeFileSync(draft, `${text}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
  };
  write();
  const stop = ca.onChange?.(write);
  return {
    path,
    remove() {
      stop?.();
      rmSync(path, { force: true });
    },
  };
}
