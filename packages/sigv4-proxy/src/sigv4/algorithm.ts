/** The two signature algorithms: SigV4 for one region, SigV4A for a set of regions. */
export type SigningAlgorithm = 'AWS4-HMAC-SHA256' | 'AWS4-ECDSA-P256-SHA256';

/** SigV4. */
export const HMAC: SigningAlgorithm = 'AWS4-HMAC-SHA256';
/** SigV4A. */
export const ECDSA: SigningAlgorithm = 'AWS4-ECDSA-P256-SHA256';

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
