import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { systemClock } from '../defaults.js';
import { JoinIamError } from '../errors.js';
import { MAX_REQUESTS } from '../wire/constants.js';
import { type JoinHeaderNames, resolveHeaderNames } from '../wire/header-names.js';
import type { JoinRequest } from '../wire/join-request.js';
import type { ExtraRegion } from '../wire/sts-hosts.js';
import { withPrintedForm } from '../wire/with-printed-form.js';
import { resolveCredentials } from './resolve-credentials.js';
import { resolveStsEndpoint } from './resolve-sts-endpoint.js';
import { signCallerIdentity } from './sign-caller-identity.js';

/** What `createJoinRequest` needs. */
export interface CreateJoinRequestOptions extends JoinHeaderNames {
  /** The challenge as the server gave it. */
  readonly challenge: string;
  /** AWS credentials, or any SDK credential provider. Refused when they expire within 60 seconds. */
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** The region whose STS endpoint to sign for; `aws-global` is the global endpoint, on request only. */
  readonly region: string;
  /** More endpoints for the same challenge, tried in this order: regions, or `global`. Default none. */
  readonly endpoints?: readonly string[] | undefined;
  /** Name of the server. Sign it always: a rogue server could relay another server's challenge. Default none. */
  readonly audience?: string | undefined;
  /** `joinBinding` of the join parameters. Default none. */
  readonly binding?: string | undefined;
  /**
   * Sign for FIPS endpoints. A commercial region without one falls back to us-east-1 with a notice.
   * Default false.
   */
  readonly useFipsEndpoint?: boolean | undefined;
  /** Sign for dual-stack endpoints; the server must accept them. Default false. */
  readonly useDualstackEndpoint?: boolean | undefined;
  /** Regions newer than this version. Default none. */
  readonly extraRegions?: readonly ExtraRegion[] | undefined;
  /**
   * Whether the connection that brought the challenge is TLS with a verified server certificate. False is
   * refused; leave it out only where the transport guarantees it. Default: the caller vouches for it.
   */
  readonly serverAuthenticated?: boolean | undefined;
  /** Time of signing. Default: the clock of the process. */
  readonly signingDate?: Date | undefined;
}

/** A join request, and what the joiner's log should say about it. */
export interface CreatedJoinRequest extends JoinRequest {
  /** For example that FIPS moved the request to us-east-1. */
  readonly notices: readonly string[];
}

/**
 * Signs `sts:GetCallerIdentity` together with the challenge of a server. Sends nothing: the server sends the
 * call to STS, so the joiner needs no path to AWS and no IAM permission.
 *
 * @returns one signed request for the region and one more for each of `endpoints`, all with the same key
 * @throws {@link JoinIamError} `credentials-missing`, `credentials-expiring`, `region-unknown`,
 *   `fips-unavailable`, `server-not-authenticated`, `invalid-option`
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 * @example
 * ```ts
 * const request = await createJoinRequest({
 *   challenge: 'EOT7qksbgjF-MTo8MNBuDG8Pl2T388-TAAsLD_R8KGA', // from the server
 *   audience: 'cluster.example.com',
 *   binding: joinBinding({ tokenName: 'iam-token', role: 'Node' }),
 *   credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' },
 *   region: 'eu-central-1',
 * });
 * const body = JSON.stringify(encodeJoinRequest(request));
 * ```
 */
export async function createJoinRequest(
  options: CreateJoinRequestOptions,
): Promise<CreatedJoinRequest> {
  if (options.serverAuthenticated === false) {
    throw new JoinIamError('server-not-authenticated', {
      message: 'The server has not proven who it is; a signed request must not be sent to it.',
    });
  }
  const names = resolveHeaderNames(options);
  const joinHeaders: [string, string][] = [
    [names.challenge, checkValue('challenge', options.challenge)],
  ];
  if (options.audience !== undefined) {
    joinHeaders.push([names.audience, checkValue('audience', options.audience)]);
  }
  if (options.binding !== undefined) {
    joinHeaders.push([names.binding, checkValue('binding', options.binding)]);
  }
  const more = options.endpoints ?? [];
  if (!Array.isArray(more) || more.length >= MAX_REQUESTS) {
    throw new JoinIamError('invalid-option', {
      message: `The option endpoints must be a list of at most ${MAX_REQUESTS - 1} entries.`,
    });
  }
  const resolved = [options.region, ...more].map((name) => resolveStsEndpoint(name, options));
  const signingDate = options.signingDate ?? systemClock();
  if (!(signingDate instanceof Date) || Number.isNaN(signingDate.getTime())) {
    throw new JoinIamError('invalid-option', {
      message: 'The option signingDate must be a valid Date.',
    });
  }
  const credentials = await resolveCredentials(options.credentials, signingDate);
  // Two entries may lead to one endpoint, for example when both fall back for FIPS.
  const distinct = resolved.filter(
    (endpoint, index) => resolved.findIndex((other) => other.host === endpoint.host) === index,
  );
  const requests = await Promise.all(
    distinct.map(({ host, region }) =>
      signCallerIdentity({ host, region, credentials, signingDate, joinHeaders }),
    ),
  );
  const notices = resolved.flatMap(({ notice }) => (notice === undefined ? [] : [notice]));
  // The bytes hold a signature and a session token: JSON transports take them from encodeJoinRequest.
  const printed = () => ({ requests: `${requests.length} signed`, notices });
  return withPrintedForm({ requests, notices }, printed);
}

/** Our headers must survive canonicalisation unchanged: the server compares them byte for byte. */
function checkValue(option: string, value: string): string {
  const fits =
    typeof value === 'string' &&
    /^[\x21-\x7e](?:[\x20-\x7e]{0,254}[\x21-\x7e])?$/.test(value) &&
    !value.includes('  ');
  if (fits) return value;
  throw new JoinIamError('invalid-option', {
    message: `The option ${option} must be 1 to 256 characters of printable ASCII without outer or double spaces.`,
  });
}
