import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, isIP } from 'node:net';
import { connect, createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { createLocalCa } from '../../src/local-ca/local-ca.js';

const HOUR = 3_600_000;
const START = new Date();

const certificatesOf = (pem: string) =>
  pem.split(/(?<=-----END CERTIFICATE-----\n)/).map((one) => new X509Certificate(one));

/** A TLS handshake with a fresh server; resolves to the error a client saw, or undefined. */
async function handshake(host: string, ca: string, cert: string, key: string) {
  const server = createServer({ cert, key });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // An address is no server name; the client says nothing then, and still checks the chain.
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = connect({ host: '127.0.0.1', port, ca, ...name });
  try {
    await once(socket, 'secureConnect');
    return undefined;
  } catch (error) {
    return `${(error as NodeJS.ErrnoException).code}: ${(error as Error).message}`;
  } finally {
    socket.destroy();
    server.close();
  }
}

describe('createLocalCa', () => {
  it('makes leaves that a TLS client accepts for exactly their host', async () => {
    const ca = await createLocalCa();
    const host =
      'a.very.long.bucket.name.that.exceeds.the.limit.of.common.names.s3.eu-west-1.amazonaws.com';
    const leaf = await ca.issue(host);
    const certificate = new X509Certificate(leaf.certificate);
    expect(certificate.checkHost(host)).toBe(host);
    expect(certificate.subject).not.toContain('CN=');
    expect(await handshake(host, ca.trustedCertificates(), leaf.certificate, leaf.privateKey)).toBe(
      undefined,
    );
    expect(
      await handshake(
        'sts.amazonaws.com',
        ca.trustedCertificates(),
        leaf.certificate,
        leaf.privateKey,
      ),
    ).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('covers the listener names, one label in front and the loopback addresses with one leaf', async () => {
    const ca = await createLocalCa();
    const { certificate } = await ca.issue('localhost');
    const leaf = new X509Certificate(certificate);
    expect(leaf.subjectAltName).toBe(
      'DNS:localhost, DNS:*.localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it('is a constrained root of path length 0 with a short life', async () => {
    const ca = await createLocalCa({ clock: () => START });
    const [root] = certificatesOf(ca.trustedCertificates());
    expect(root?.ca).toBe(true);
    expect(root?.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(Date.parse(root?.validTo ?? '') - START.getTime()).toBeLessThanOrEqual(12 * HOUR);
    expect(Date.parse(root?.validFrom ?? '')).toBeLessThan(START.getTime());
    expect(root?.raw.includes(Buffer.from('amazonaws.com.cn'))).toBe(true);
  });

  it.each([
    'evil.example',
    's3.amazonaws.com.evil.example',
    'notamazonaws.com',
    '10.0.0.1',
    '::2',
    '',
  ])('refuses %s, which clients would refuse too', async (host) => {
    const ca = await createLocalCa();
    await expect(ca.issue(host)).rejects.toThrowWithCode(SigV4ProxyError, 'bad-host');
  });

  it('makes one leaf per host for concurrent callers and keeps it', async () => {
    const ca = await createLocalCa();
    const [a, b] = await Promise.all([
      ca.issue('sts.amazonaws.com'),
      ca.issue('sts.amazonaws.com'),
    ]);
    expect(a).toBe(b);
    expect(await ca.issue('sts.amazonaws.com')).toBe(a);
    expect(new X509Certificate(a.certificate).serialNumber).toHaveLength(32);
  });

  it('publishes a successor ahead, then issues from it', async () => {
    let now = START.getTime();
    const ca = await createLocalCa({ clock: () => new Date(now), validityMs: 6 * HOUR });
    let changes = 0;
    ca.onChange?.(() => {
      changes += 1;
    });
    const first = ca.trustedCertificates();
    const before = await ca.issue('sts.amazonaws.com');
    now += 5 * HOUR + 1;
    expect(await ca.issue('sts.amazonaws.com')).toBe(before);
    expect(certificatesOf(ca.trustedCertificates())).toHaveLength(2);
    now += HOUR - 2 * 60_000;
    const after = await ca.issue('sts.amazonaws.com');
    expect(after).not.toBe(before);
    const roots = certificatesOf(ca.trustedCertificates());
    expect(roots).toHaveLength(1);
    expect(ca.trustedCertificates()).not.toBe(first);
    expect(roots.some((one) => new X509Certificate(after.certificate).verify(one.publicKey))).toBe(
      true,
    );
    expect(changes).toBe(2);
  });

  it('never outlives the session', async () => {
    const expiresAt = new Date(START.getTime() + 10 * 60_000);
    let now = START.getTime();
    const ca = await createLocalCa({ clock: () => new Date(now), expiresAt });
    const leaf = await ca.issue('sts.amazonaws.com');
    expect(leaf.notAfter).toEqual(expiresAt);
    now = expiresAt.getTime();
    await expect(ca.issue('sts.amazonaws.com')).rejects.toThrowWithCode(
      SigV4ProxyError,
      'invalid-option',
    );
  });

  it('refuses a validity outside one minute to a day', async () => {
    await expect(createLocalCa({ validityMs: 1 })).rejects.toThrowWithCode(
      SigV4ProxyError,
      'invalid-option',
    );
    await expect(createLocalCa({ validityMs: Number.NaN })).rejects.toThrowWithCode(
      SigV4ProxyError,
      'invalid-option',
    );
  });

  it('makes roots that keep even their own signature from working for other names', async () => {
    const { createAuthority, generateKeyPair } = await import(
      '../../src/local-ca/create-authority.js'
    );
    const authority = await createAuthority({
      notBefore: new Date(START.getTime() - 60_000),
      notAfter: new Date(START.getTime() + HOUR),
      dnsNames: ['amazonaws.com'],
      addresses: ['127.0.0.1', '::1'],
    });
    const { webcrypto } = await import('node:crypto');
    const keys = await generateKeyPair();
    const key = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')}\n-----END PRIVATE KEY-----\n`;
    const bad = await authority.sign([{ type: 'dns', value: 'evil.example' }], keys.publicKey);
    expect(await handshake('evil.example', authority.certificate, bad, key)).toContain(
      'permitted subtree violation',
    );
    const ip = await authority.sign([{ type: 'ip', value: '10.0.0.1' }], keys.publicKey);
    expect(await handshake('10.0.0.1', authority.certificate, ip, key)).toContain(
      'permitted subtree violation',
    );
  });
});
