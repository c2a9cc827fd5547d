import type { PartitionName } from '@postern/config/aws';
import type { RestRoutes } from '../operation/rest-routes.js';
import type { HeaderList, ProxyMode } from '../request.js';

/** Service and region of a credential scope. */
export interface TargetScope {
  /** The signing name. */
  readonly service: string;
  /** The region; null or `*` for SigV4A, whose scope has none. */
  readonly region: string | null;
}

/** A verified request, as far as its destination depends on it. */
export interface TargetQuery {
  readonly mode: ProxyMode;
  /** The Host header as received. */
  readonly host: string;
  /** In mode `connect`: `host:port` of the CONNECT line. */
  readonly connectTarget?: string | undefined;
  /** In mode `connect`: the server name of the client's TLS handshake, when it sent one. */
  readonly serverName?: string | undefined;
  readonly scope: TargetScope;
  /** Default `AWS4-HMAC-SHA256`. */
  readonly algorithm?: string | undefined;
  /** The regions of a SigV4A signature. Default: those of the header X-Amz-Region-Set. */
  readonly regionSet?: readonly string[] | undefined;
  readonly method: string;
  /** The raw request target, path and query. */
  readonly path: string;
  /** The value of X-Amz-Target, when there is one. It must have been signed. */
  readonly target?: string | undefined;
  /** All headers. Default none. */
  readonly headers?: HeaderList | undefined;
}

/** What a name in front of the listener's means for S3, where it could be a bucket or an access point. */
export type S3HostLabel = 'bucket' | 'access-point';

/** How destinations are chosen. */
export interface TargetOptions {
  /** Names and port under which clients reach the listener, for mode `endpoint-url`. IP addresses count as names. */
  readonly listener?:
    | { readonly names: readonly string[]; readonly port?: number | undefined }
    | undefined;
  /** In mode `endpoint-url`: take FIPS hosts. Default false. */
  readonly useFipsEndpoint?: boolean | undefined;
  /** In mode `endpoint-url`: take dual-stack hosts. Default false. */
  readonly useDualstackEndpoint?: boolean | undefined;
  /** In mode `forwarded`: believe X-Forwarded-Host, because the hop has proved itself. Default false. */
  readonly trustForwardedHost?: boolean | undefined;
  /** Refuse X-Forwarded-Host outside mode `forwarded` instead of ignoring it. Default false. */
  readonly strictForwardedHeaders?: boolean | undefined;
  /** In mode `endpoint-url`: what `name-123456789012` in front of the listener's name is. Default: refuse it as ambiguous. */
  readonly s3HostLabel?: S3HostLabel | undefined;
  /** In mode `endpoint-url`: AWS hosts by signing name, for endpoints that no request names. Default none. */
  readonly overrides?: Readonly<Record<string, string>> | undefined;
  /**
   * In mode `endpoint-url`: the routes of `loadRestRoutes`, for services whose host depends on the operation. Default: none; such
   * requests are refused.
   */
  readonly routes?: RestRoutes | undefined;
  /** Ports of AWS hosts besides 443, such as 8182 for Neptune. Default none. */
  readonly allowedPorts?: readonly number[] | undefined;
}

/** Where a request goes and how it is signed for it. The host is an AWS API host of the partition. */
export interface Target {
  /** Lower case; with a port only if that is not 443. */
  readonly host: string;
  readonly signingName: string;
  /** The region to sign for; undefined with SigV4A. */
  readonly signingRegion?: string | undefined;
  /** The regions to sign for with SigV4A. */
  readonly signingRegionSet?: readonly string[] | undefined;
  readonly algorithm: 'AWS4-HMAC-SHA256' | 'AWS4-ECDSA-P256-SHA256';
  readonly partition: PartitionName;
}
