import type { SigningCache } from './signing-cache.js';

/** The two signature algorithms: SigV4 for one region, SigV4A for a set of regions. */
export type SigningAlgorithm = 'AWS4-HMAC-SHA256' | 'AWS4-ECDSA-P256-SHA256';

/** SigV4. */
export const HMAC = 'AWS4-HMAC-SHA256';
/** SigV4A. */
export const ECDSA = 'AWS4-ECDSA-P256-SHA256';

/**
 * SigV4A as signers take it. It is a value that is handed in, `sigv4a` of `@postern/sigv4-proxy/sigv4a`, so that only programs
 * that sign with it load it.
 */
export interface SigV4a {
  /** The name of the algorithm on the wire. */
  readonly name: 'AWS4-ECDSA-P256-SHA256';
  /** @internal The value of `x-amz-region-set`. */
  regionSetText(regionSet: readonly string[] | undefined): string;
  /** @internal Signs a string to sign. */
  signText(text: string, credentials: SigningCredentials, cache: SigningCache): string;
}

/** What a signer signs with: SigV4 by its name, SigV4A by its implementation. */
export type SignatureMaker = 'AWS4-HMAC-SHA256' | SigV4a;

/** What signs: an identity of the AWS SDK fits. */
export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** SHA-256 of nothing. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const S3_FAMILY: ReadonlySet<string> = new Set([
  's3',
  's3-object-lambda',
  's3-outposts',
  's3express',
]);

/**
 * Whether a signing name follows the S3 rules: path encoded once, payload hash always stated, wider clock window.
 *
 * @param service signing name of a credential scope
 */
export function isS3Service(service: string): boolean {
  return S3_FAMILY.has(service);
}
