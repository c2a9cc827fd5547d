export type { CertificateAuthority, ServerCertificate } from '../node/certificate-authority.js';
export type { LocalCaOptions } from './local-ca.js';
export { createLocalCa } from './local-ca.js';
