import { resolvePartition } from '@postern/config/aws';
import { FederationError } from '../errors.js';
import { readAccountId, readPartition } from '../support/aws-names.js';

/** An issuer and what may go wrong with it. */
export interface IssuerResult {
  /** Byte-equal in tokens, in the discovery document and in the provider of IAM. */
  readonly issuer: string;
  /** `issuer-has-port`: IAM asks for addresses without one. `issuer-not-public`: AWS cannot reach it. */
  readonly warnings: readonly ('issuer-has-port' | 'issuer-not-public')[];
}

/** A name whose labels are all there, without a wildcard, or an address in brackets. */
const HOST = /^(?:[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|\[[0-9a-f:.]+\])$/;
/** Longest provider address that IAM stores. */
const LONGEST = 255;

/**
 * Makes the issuer of a public address: adds `https://` where there is no scheme, drops port 443, lower-cases the host
 * and cuts one slash at the end. The path keeps its bytes.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html
 * @param address - `access.example.com`, `access.example.com:443` or a whole https address
 * @throws {@link FederationError} `invalid-issuer` for http, query, fragment, user information, more than 255
 *   characters and anything a URL parser would have to repair
 */
export function issuerFromPublicAddress(address: string): IssuerResult {
  if (typeof address !== 'string' || !/^[!-[\]-~]{1,2048}$/.test(address)) throw invalid();
  const whole = address.includes('://') ? address : `https://${address}`;
  const match = /^https:\/\/([^/?#@]+?)(?::(\d{1,5}))?(\/[^?#]*)?$/i.exec(whole);
  if (!match || !URL.canParse(whole)) throw invalid();
  const [, rawHost = '', port, rawPath = ''] = match;
  const url = new URL(whole);
  const host = rawHost.toLowerCase();
  const path = rawPath.replace(/\/$/, '');
  // What the parser reads must be what stands there: no short address forms, no dot segments, no escapes in the host.
  if (url.hostname !== host || url.pathname !== (rawPath || '/')) throw invalid();
  if (!HOST.test(host) || Number(port ?? 443) === 0 || path.endsWith('/')) throw invalid();
  const hasPort = port !== undefined && Number(port) !== 443;
  const issuer = `https://${host}${hasPort ? `:${Number(port)}` : ''}${path}`;
  if (issuer.length > LONGEST) throw invalid();
  return {
    issuer,
    warnings: [
      ...(hasPort ? (['issuer-has-port'] as const) : []),
      ...(isLocal(host) ? (['issuer-not-public'] as const) : []),
    ],
  };
}

function isLocal(host: string): boolean {
  return /^\[|^\d{1,3}(?:\.\d{1,3}){3}$|^(?:.+\.)?localhost$/.test(host);
}

function invalid(): FederationError {
  return new FederationError({
    code: 'invalid-issuer',
    message:
      'The issuer must be an https address of at most 255 characters without query, fragment and user information, such as https://access.example.com.',
  });
}

/** Where the bucket of {@link issuerFromS3Uri} lies. */
export interface S3IssuerOptions {
  /** Region of the bucket; needed in China, where the host has another suffix. Default: the global host. */
  readonly region?: string | undefined;
}

/**
 * Makes the issuer of documents that lie in a bucket, for integration resources that still name one
 * (`s3://bucket/prefix`). New set-ups should publish the documents with createOidcProvider.
 *
 * @throws {@link FederationError} `invalid-issuer-s3-uri` for another scheme, a bad bucket name or no prefix;
 *   `invalid-region`
 */
export function issuerFromS3Uri(uri: string, options: S3IssuerOptions = {}): IssuerResult {
  const match =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([!-"$-.0->@-[\]-~][!-"$->@-[\]-~]*?)\/?$/.exec(
      typeof uri === 'string' ? uri : '',
    );
  const [, bucket, prefix] = match ?? [];
  if (!bucket || !prefix) {
    throw new FederationError({
      code: 'invalid-issuer-s3-uri',
      message: 'The S3 address of the issuer must have the form s3://bucket/prefix.',
    });
  }
  return issuerFromPublicAddress(`https://${bucket}.${s3Host(options.region)}/${prefix}`);
}

function s3Host(region: string | undefined): string {
  if (region === undefined) return 's3.amazonaws.com';
  try {
    const { dnsSuffix, pseudoRegions } = resolvePartition(region);
    // A pseudo region such as aws-global has no hosts.
    if (!pseudoRegions.includes(region)) return `s3.${region}.${dnsSuffix}`;
  } catch (cause) {
    throw invalidRegion(cause);
  }
  throw invalidRegion();
}

function invalidRegion(cause?: unknown): FederationError {
  return new FederationError({
    code: 'invalid-region',
    message: 'The region of the bucket is no AWS region: a name such as us-east-1 is expected.',
    cause,
  });
}

/**
 * The issuer without its scheme, as ARNs and condition keys write it.
 *
 * @param issuer - with or without `https://`
 * @throws {@link FederationError} `invalid-issuer`
 */
export function issuerHostPath(issuer: string): string {
  return issuerFromPublicAddress(issuer).issuer.slice('https://'.length);
}

/** Parts of the ARN of an IAM OIDC provider. */
export interface ProviderArnQuery {
  /** With or without `https://`. */
  readonly issuer: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Default `aws`. */
  readonly partition?: string | undefined;
}

/**
 * The ARN that IAM gives to the provider of an issuer.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 * @throws {@link FederationError} `invalid-issuer`, `invalid-account-id`, `unknown-partition`
 *
 * @example
 * ```ts
 * formatProviderArn({ issuer: 'https://access.example.com', accountId: '111122223333' });
 * // 'arn:aws:iam::111122223333:oidc-provider/access.example.com'
 * ```
 */
export function formatProviderArn(q: ProviderArnQuery): string {
  const { name } = readPartition(q.partition ?? 'aws');
  return `arn:${name}:iam::${readAccountId(q.accountId)}:oidc-provider/${issuerHostPath(q.issuer)}`;
}
