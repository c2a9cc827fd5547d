import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  type JsonGeneralNames,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { encodeNameConstraints } from './name-constraints.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const NAME_CONSTRAINTS = '2.5.29.30';

/** How long something is valid. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** One root: its certificate and a function that signs leaves with the key nobody else sees. */
export interface Authority extends Validity {
  /** The root certificate, PEM. */
  readonly certificate: string;
  /** Makes a server certificate, PEM, for the given names; valid as long as the root. */
  sign(names: JsonGeneralNames, publicKey: webcrypto.CryptoKey): Promise<string>;
}

/** A fresh P-256 key pair; the private key stays in this process. */
export function generateKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/**
 * A root authority that can sign end-entity certificates only (path length 0) and only below the permitted names, so that a
 * stolen trust bundle is worth nothing for other sites.
 *
 * @param o validity and permitted names
 */
export async function createAuthority(
  o: Validity & {
    readonly dnsNames: readonly string[];
    readonly addresses: readonly string[];
  },
): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  const serialNumber = randomSerial();
  const name = `CN=Postern local authority ${serialNumber.slice(0, 8)}`;
  const root = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber,
      name,
      notBefore: o.notBefore,
      notAfter: o.notAfter,
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
        new Extension(NAME_CONSTRAINTS, true, encodeNameConstraints(o.dnsNames, o.addresses)),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return {
    certificate: root.toString('pem'),
    notBefore: o.notBefore,
    notAfter: o.notAfter,
    async sign(names, publicKey) {
      const leaf = await X509CertificateGenerator.create(
        {
          serialNumber: randomSerial(),
          // No common name: long bucket hosts exceed its 64 characters, and clients read the alternative names.
          subject: 'O=Postern local proxy',
          issuer: root.subject,
          notBefore: o.notBefore,
          notAfter: o.notAfter,
          signingAlgorithm: ALGORITHM,
          signingKey: keys.privateKey,
          publicKey,
          extensions: [
            new BasicConstraintsExtension(false, undefined, true),
            new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
            new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
            new SubjectAlternativeNameExtension(names),
            await AuthorityKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
          ],
        },
        webcrypto,
      );
      return leaf.toString('pem');
    },
  };
}

/** Sixteen random bytes, positive and without a leading zero octet, as DER wants integers. */
function randomSerial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
