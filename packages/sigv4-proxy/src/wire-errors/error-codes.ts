import type { SigV4ProxyErrorKind } from '../error-kinds.js';

/** How one kind of error looks to one family of protocols. */
export interface WireCode {
  /** HTTP status. */
  readonly status: number;
  /** The error code that SDKs turn into a class. */
  readonly code: string;
}

/** Families of protocols that share error codes. */
export type CodeFamily = 'query' | 'ec2' | 's3' | 'json' | 'restJson';

type Row = readonly [
  query: WireCode,
  ec2: WireCode,
  s3: WireCode,
  jsonCode: string,
  jsonStatus?: number,
  restJsonStatus?: number,
];

function wire(status: number, code: string): WireCode {
  return { status, code };
}

const UNAVAILABLE: Row = [
  wire(503, 'ServiceUnavailable'),
  wire(503, 'ServiceUnavailable'),
  wire(503, 'ServiceUnavailable'),
  'ServiceUnavailableException',
  503,
  503,
];

/**
 * The codes AWS itself uses, so that SDKs raise their usual classes. Refusals by policy stay below 500, because SDKs retry
 * those; passing troubles are 503 for the same reason.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const ROWS: Readonly<Record<SigV4ProxyErrorKind, Row>> = {
  'missing-auth': [
    wire(403, 'MissingAuthenticationToken'),
    wire(401, 'AuthFailure'),
    wire(403, 'AccessDenied'),
    'MissingAuthenticationTokenException',
  ],
  'malformed-auth': [
    wire(400, 'IncompleteSignature'),
    wire(401, 'AuthFailure'),
    wire(400, 'AuthorizationHeaderMalformed'),
    'IncompleteSignatureException',
  ],
  'unknown-key': [
    wire(403, 'InvalidClientTokenId'),
    wire(401, 'AuthFailure'),
    wire(403, 'InvalidAccessKeyId'),
    'UnrecognizedClientException',
  ],
  'signature-mismatch': [
    wire(403, 'SignatureDoesNotMatch'),
    wire(401, 'AuthFailure'),
    wire(403, 'SignatureDoesNotMatch'),
    'InvalidSignatureException',
  ],
  skew: [
    wire(403, 'SignatureDoesNotMatch'),
    wire(400, 'RequestExpired'),
    wire(403, 'RequestTimeTooSkewed'),
    'InvalidSignatureException',
  ],
  'payload-mismatch': [
    wire(403, 'SignatureDoesNotMatch'),
    wire(401, 'AuthFailure'),
    wire(400, 'XAmzContentSHA256Mismatch'),
    'InvalidSignatureException',
  ],
  denied: [
    wire(403, 'AccessDenied'),
    wire(403, 'UnauthorizedOperation'),
    wire(403, 'AccessDenied'),
    'AccessDeniedException',
  ],
  'session-expired': [
    wire(403, 'ExpiredToken'),
    wire(400, 'RequestExpired'),
    wire(400, 'ExpiredToken'),
    'ExpiredTokenException',
  ],
  endpoint: [
    wire(400, 'ValidationError'),
    wire(400, 'InvalidParameterValue'),
    wire(400, 'InvalidRequest'),
    'ValidationException',
    400,
    400,
  ],
  'too-large': [
    wire(413, 'RequestEntityTooLarge'),
    wire(413, 'RequestEntityTooLarge'),
    wire(400, 'EntityTooLarge'),
    'RequestEntityTooLargeException',
    413,
    413,
  ],
  credentials: UNAVAILABLE,
  upstream: UNAVAILABLE,
  internal: [
    wire(500, 'InternalFailure'),
    wire(500, 'InternalError'),
    wire(500, 'InternalError'),
    'InternalFailure',
    500,
    500,
  ],
};

/**
 * Status and code of an error kind in a family of protocols.
 *
 * @param kind what went wrong
 * @param family how the client speaks
 */
export function wireCodeOf(kind: SigV4ProxyErrorKind, family: CodeFamily): WireCode {
  const [query, ec2, s3, code, jsonStatus = 400, restJsonStatus = 403] = ROWS[kind];
  if (family === 'query') return query;
  if (family === 'ec2') return ec2;
  if (family === 's3') return s3;
  return { code, status: family === 'json' ? jsonStatus : restJsonStatus };
}
