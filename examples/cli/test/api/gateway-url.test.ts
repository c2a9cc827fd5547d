import { describe, expect, it } from 'vitest';
import { parseGatewayUrl } from '../../src/api/gateway-url.js';

describe('parseGatewayUrl', () => {
  it.each([
    ['postern.example.com', 'https://postern.example.com'],
    ['postern.example.com:8443', 'https://postern.example.com:8443'],
    ['https://Postern.Example.com/', 'https://postern.example.com'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('reads %s', (text, url) => {
    expect(parseGatewayUrl(text)).toBe(url);
  });

  it.each([
    ['http://postern.example.com', 'clear text'],
    ['http://127.0.0.1.example.com', 'clear text'],
    ['https://alice:secret@postern.example.com', 'host and a port only'],
    ['https://postern.example.com/portal', 'host and a port only'],
    ['ftp://postern.example.com', 'no address'],
    ['', 'no address'],
    ['https://', 'no address'],
  ])('refuses %s', (text, reason) => {
    expect(() => parseGatewayUrl(text)).toThrow(reason);
  });

  it('repeats no password', () => {
    expect(() => parseGatewayUrl('https://alice:secret@postern.example.com')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret') }),
    );
  });
});
