import { describe, expect, it } from 'vitest';
import {
  FederationError,
  formatFederatedUserName,
  formatRoleSessionName,
} from '../../src/index.js';

describe('formatRoleSessionName', () => {
  it('keeps a name that STS accepts', () => {
    expect(formatRoleSessionName('alice+aws@example.com')).toBe('alice+aws@example.com');
  });

  it('gives the values of Teleport for long names with sha1', () => {
    const long = 'remote-raimundo.oliveira@abigcompany.com-teleport.abigcompany.com';
    expect(formatRoleSessionName(long, { hash: 'sha1' })).toBe(
      'remote-raimundo.oliveira@abigcompany.com-telepo-8fe1f87e599b043e',
    );
  });

  it('knows two hashes only', () => {
    const hash = JSON.parse('"bogus"');
    expect(() => formatRoleSessionName('a b', { hash })).toThrowWithCode(
      FederationError,
      'invalid-argument',
    );
  });

  it('hashes a name that looks hashed, so that nobody takes the name of another user', () => {
    const hashed = formatRoleSessionName('CORP\\alice');
    const taken = formatRoleSessionName(hashed);
    expect(taken).not.toBe(hashed);
    expect(taken).toMatch(/^CORP-alice-83da4d2f3a048a1f-[0-9a-f]{16}$/);
  });

  it('does not end a name at a line end', () => {
    expect(formatRoleSessionName('alice\n')).toMatch(/^alice--[0-9a-f]{16}$/);
  });

  it('makes 64 characters of a hundred thousand', () => {
    expect(formatRoleSessionName('é'.repeat(100_000))).toHaveLength(64);
  });

  it.each(['', '\u0000', '\u0007\u007f\u0085', 'alice\ud800'])('refuses %j', (username) => {
    expect(() => formatRoleSessionName(username)).toThrowWithCode(
      FederationError,
      'invalid-username',
    );
  });
});

describe('formatFederatedUserName', () => {
  it('cuts after 32 characters', () => {
    expect(formatFederatedUserName('a'.repeat(40))).toBe('a'.repeat(32));
    expect(formatFederatedUserName('alice')).toBe('alice');
  });

  it('refuses a user without a name', () => {
    expect(() => formatFederatedUserName('')).toThrowWithCode(FederationError, 'invalid-username');
  });
});
