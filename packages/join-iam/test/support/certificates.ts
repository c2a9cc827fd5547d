import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
// Wide, because TLS compares with the clock of the machine.
const VALIDITY = { notBefore: new Date('2020-01-01'), notAfter: new Date('2049-12-31') };

/** A root and one server certificate of it, made for this test run only. */
export async function createCertificates(dnsNames: readonly string[]) {
  const rootKeys = await webcrypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  const leafKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const root = await X509CertificateGenerator.createSelfSigned(
    {
      ...VALIDITY,
      serialNumber: '01',
      name: 'CN=join-iam test root',
      signingAlgorithm: ALGORITHM,
      keys: rootKeys,
      extensions: [new BasicConstraintsExtension(true, 0, true)],
    },
    webcrypto,
  );
  const leaf = await X509CertificateGenerator.create(
    {
      ...VALIDITY,
      serialNumber: '02',
      subject: 'CN=join-iam test server',
      issuer: root.subject,
      signingAlgorithm: ALGORITHM,
      signingKey: rootKeys.privateKey,
      publicKey: leafKeys.publicKey,
      extensions: [
        new SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: 'dns', value }))),
      ],
    },
    webcrypto,
  );
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', leafKeys.privateKey));
  return {
    ca: root.toString('pem'),
    cert: leaf.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${key.toString('base64')}\n-----END PRIVATE KEY-----\n`,
  };
}
