import { SigV4ProxyError } from '../errors.js';
import { HMAC, type SignatureMaker, type SigningCredentials } from './algorithm.js';
import { v4aOf } from './sign-canonical.js';

/** The longest life of a presigned request, seconds: seven days. */
export const MAX_EXPIRES_SECONDS = 604_800;

/** What a presigned query says beside its own parameters. */
export interface PresignScope {
  readonly credentials: SigningCredentials;
  readonly region?: string | undefined;
  readonly regionSet?: readonly string[] | undefined;
  readonly service: string;
  readonly algorithm?: SignatureMaker | undefined;
  /** Seconds from the signing date, 1 to 604 800. */
  readonly expiresIn: number;
}

/** Query parameters of a presigned request. */
export interface PresignParameters {
  /** Covered by the signature. */
  readonly signed: readonly (readonly [name: string, value: string])[];
  /** Added after signing: the token of IoT over WebSockets. */
  readonly unsigned: readonly (readonly [name: string, value: string])[];
}

/**
 * The authentication parameters of a presigned request, without the signature.
 *
 * @throws SigV4ProxyError `expires-out-of-range`, `invalid-option`
 */
export function presignParameters(
  o: PresignScope & { readonly zonal?: boolean | undefined },
  timestamp: string,
  signedHeaders: string,
): PresignParameters {
  const { credentials, expiresIn } = o;
  if (!Number.isSafeInteger(expiresIn) || expiresIn < 1 || expiresIn > MAX_EXPIRES_SECONDS) {
    throw new SigV4ProxyError(
      'expires-out-of-range',
      `expiresIn must be a whole number of 1 to ${MAX_EXPIRES_SECONDS} seconds.`,
    );
  }
  const v4a = v4aOf(o.algorithm);
  const place = v4a ? o.service : `${o.region}/${o.service}`;
  const token: [string, string][] = credentials.sessionToken
    ? [
        [
          o.zonal === true ? 'X-Amz-S3session-Token' : 'X-Amz-Security-Token',
          credentials.sessionToken,
        ],
      ]
    : [];
  const late = o.service === 'iotdevicegateway';
  return {
    signed: [
      ['X-Amz-Algorithm', v4a?.name ?? HMAC],
      [
        'X-Amz-Credential',
        `${credentials.accessKeyId}/${timestamp.slice(0, 8)}/${place}/aws4_request`,
      ],
      ['X-Amz-Date', timestamp],
      ['X-Amz-Expires', String(expiresIn)],
      ...(v4a ? [['X-Amz-Region-Set', v4a.regionSetText(o.regionSet)] as const] : []),
      ...(late ? [] : token),
      ['X-Amz-SignedHeaders', signedHeaders],
    ],
    unsigned: late ? token : [],
  };
}
