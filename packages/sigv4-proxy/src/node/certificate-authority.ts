/** A certificate for one server name together with its key, ready for `tls.createSecureContext`. */
export interface ServerCertificate {
  /** The certificate, PEM, leaf first. */
  readonly certificate: string;
  /** The private key, PKCS #8 PEM. Secret. */
  readonly privateKey: string;
  /** When it stops being valid. */
  readonly notAfter: Date;
}

/**
 * What the listeners need of a certificate authority: `createLocalCa` of `./local-ca` is one, an embedder with a company CA can
 * bring another.
 */
export interface CertificateAuthority {
  /**
   * The certificates a client has to trust, PEM. More than one while an old authority is being replaced by its successor.
   */
  trustedCertificates(): string;
  /**
   * A server certificate for exactly this name.
   *
   * @param host a DNS name in lower case, or an IP address without brackets; checked by the caller
   */
  issue(host: string): Promise<ServerCertificate>;
  /**
   * Calls back whenever `trustedCertificates` has changed, so that files with it can be written again.
   *
   * @returns a function that ends the subscription
   */
  onChange?(listener: () => void): () => void;
}
