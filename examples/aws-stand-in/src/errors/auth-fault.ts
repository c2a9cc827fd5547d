import { AwsFault, type Protocol } from './aws-fault.js';

/** Why a request was refused before any service looked at it. */
export type AuthFaultKind =
  | 'missing-auth'
  | 'malformed-auth'
  | 'unknown-key'
  | 'bad-token'
  | 'session-expired'
  | 'signature-mismatch'
  | 'wrong-scope'
  | 'unsigned-header'
  | 'skew'
  | 'payload-mismatch'
  | 'denied';

type Family = 'query' | 'ec2' | 's3' | 'json';

type Row = Readonly<Record<Family, readonly [code: string, status: number]>>;

// One row a kind. JSON services answer 400 for authentication and for denials alike; restJson answers 403.
const TABLE: Readonly<Record<AuthFaultKind, Row>> = {
  'missing-auth': {
    query: ['MissingAuthenticationToken', 403],
    ec2: ['AuthFailure', 401],
    s3: ['AccessDenied', 403],
    json: ['MissingAuthenticationTokenException', 400],
  },
  'malformed-auth': {
    query: ['IncompleteSignature', 400],
    ec2: ['AuthFailure', 401],
    s3: ['AuthorizationHeaderMalformed', 400],
    json: ['IncompleteSignatureException', 400],
  },
  'unknown-key': {
    query: ['InvalidClientTokenId', 403],
    ec2: ['AuthFailure', 401],
    s3: ['InvalidAccessKeyId', 403],
    json: ['UnrecognizedClientException', 400],
  },
  'bad-token': {
    query: ['InvalidClientTokenId', 403],
    ec2: ['AuthFailure', 401],
    s3: ['InvalidToken', 400],
    json: ['UnrecognizedClientException', 400],
  },
  'session-expired': {
    query: ['ExpiredToken', 403],
    ec2: ['RequestExpired', 400],
    s3: ['ExpiredToken', 400],
    json: ['ExpiredTokenException', 400],
  },
  'signature-mismatch': {
    query: ['SignatureDoesNotMatch', 403],
    ec2: ['AuthFailure', 401],
    s3: ['SignatureDoesNotMatch', 403],
    json: ['InvalidSignatureException', 400],
  },
  'wrong-scope': {
    query: ['SignatureDoesNotMatch', 403],
    ec2: ['AuthFailure', 401],
    s3: ['AuthorizationHeaderMalformed', 400],
    json: ['InvalidSignatureException', 400],
  },
  'unsigned-header': {
    query: ['SignatureDoesNotMatch', 403],
    ec2: ['AuthFailure', 401],
    s3: ['AccessDenied', 403],
    json: ['InvalidSignatureException', 400],
  },
  skew: {
    query: ['SignatureDoesNotMatch', 403],
    ec2: ['RequestExpired', 400],
    s3: ['RequestTimeTooSkewed', 403],
    json: ['InvalidSignatureException', 400],
  },
  'payload-mismatch': {
    query: ['SignatureDoesNotMatch', 403],
    ec2: ['AuthFailure', 401],
    s3: ['XAmzContentSHA256Mismatch', 400],
    json: ['InvalidSignatureException', 400],
  },
  denied: {
    query: ['AccessDenied', 403],
    ec2: ['UnauthorizedOperation', 403],
    s3: ['AccessDenied', 403],
    json: ['AccessDeniedException', 400],
  },
};

const FAMILY: Readonly<Record<Protocol, Family>> = {
  query: 'query',
  restXml: 'query',
  ec2: 'ec2',
  s3: 's3',
  'awsJson1.0': 'json',
  'awsJson1.1': 'json',
  cbor: 'json',
  restJson: 'json',
};

/**
 * The refusal of one kind with the code and status that services of the protocol use.
 *
 * @param details further elements of an S3 error body
 */
export function authFault(
  kind: AuthFaultKind,
  protocol: Protocol,
  message: string,
  details?: Readonly<Record<string, string>>,
): AwsFault {
  const [code, status] = TABLE[kind][FAMILY[protocol]];
  const [queryCode] = TABLE[kind].query;
  return new AwsFault(code, protocol === 'restJson' ? 403 : status, message, {
    details,
    queryCode,
  });
}
