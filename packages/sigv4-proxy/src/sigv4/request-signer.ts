import type {
  AwsCredentialIdentity,
  AwsCredentialIdentityProvider,
  HttpRequest,
  RequestSigner,
  RequestSigningArguments,
} from '@smithy/types';
import { systemClock } from '../defaults.js';
import type { SignatureMaker } from './algorithm.js';
import { signRequest } from './sign-request.js';
import { createSigningCache, type SigningCache } from './signing-cache.js';

/** What a request signer signs with. */
export interface RequestSignerOptions {
  /** Credentials, or what provides them; asked at each call, so memoise expensive ones. */
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Default region. */
  readonly region: string;
  /** Default signing name. */
  readonly service: string;
  /** Default `AWS4-HMAC-SHA256`; for SigV4A the value `sigv4a` of `@postern/sigv4-proxy/sigv4a`. */
  readonly algorithm?: SignatureMaker | undefined;
  /** The regions of a SigV4A signature. */
  readonly regionSet?: readonly string[] | undefined;
  /** Whether `x-amz-content-sha256` is added. Default true. */
  readonly applyChecksum?: boolean | undefined;
  /** Asked when a call has no `signingDate`. Default: the system clock. */
  readonly clock?: (() => Date) | undefined;
  /** Default: a cache of its own. */
  readonly cache?: SigningCache | undefined;
}

/**
 * The signing core behind smithy's `RequestSigner` interface, for AWS SDK clients (`signer` option) and for this package's proxy.
 *
 * @param options credentials and scope
 * @returns a signer whose `sign` rejects with the errors of `signRequest`
 *
 * @example
 * ```ts
 * const signer = createRequestSigner({
 *   credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
 *   region: 'eu-west-1',
 *   service: 'sqs',
 * }); // for the signer option of an SDK client
 * ```
 */
export function createRequestSigner(options: RequestSignerOptions): RequestSigner {
  const { clock = systemClock, cache = createSigningCache(), credentials } = options;
  return {
    async sign(request: HttpRequest, args: RequestSigningArguments = {}): Promise<HttpRequest> {
      return signRequest(request, {
        credentials: typeof credentials === 'function' ? await credentials() : credentials,
        region: args.signingRegion ?? options.region,
        service: args.signingService ?? options.service,
        signingDate: args.signingDate ?? clock(),
        signableHeaders: args.signableHeaders,
        unsignableHeaders: args.unsignableHeaders,
        algorithm: options.algorithm,
        regionSet: options.regionSet,
        applyChecksum: options.applyChecksum,
        cache,
      });
    },
  };
}
