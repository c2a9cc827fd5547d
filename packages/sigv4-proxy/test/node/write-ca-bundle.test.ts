import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeCaBundle } from '../../src/node/write-ca-bundle.js';

function authority() {
  let text = 'FIRST\n';
  const listeners = new Set<() => void>();
  return {
    ca: {
      trustedCertificates: () => text,
      issue: () => Promise.reject(new Error('not asked')),
      onChange(listener: () => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    rotate() {
      text = 'SECOND\n';
      for (const listener of listeners) listener();
    },
    listeners,
  };
}

describe('writeCaBundle', () => {
  it('writes a private file with the roots, follows the authority, and goes', () => {
    const directory = join(mkdtempSync(join(tmpdir(), 'bundle-')), 'inner');
    const { ca, rotate, listeners } = authority();
    const bundle = writeCaBundle(ca, { directory, roots: ['ROOT'] });
    expect(readFileSync(bundle.path, 'utf8')).toBe('FIRST\nROOT\n');
    expect(statSync(bundle.path).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    rotate();
    expect(readFileSync(bundle.path, 'utf8')).toBe('SECOND\nROOT\n');
    expect(readdirSync(directory)).toEqual(['ca-bundle.pem']);
    bundle.remove();
    bundle.remove();
    expect(existsSync(bundle.path)).toBe(false);
    expect(listeners.size).toBe(0);
  });

  it('brings the public roots by default, for hosts that are only tunnelled', () => {
    const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
    const bundle = writeCaBundle(authority().ca, { directory });
    expect(readFileSync(bundle.path, 'utf8').split('BEGIN CERTIFICATE').length).toBeGreaterThan(50);
    bundle.remove();
  });
});
