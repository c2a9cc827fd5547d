import { authFault } from '../errors/auth-fault.js';
import { AwsFault, type Protocol } from '../errors/aws-fault.js';
import { parseQuery, type QueryPairs, queryValue } from '../http/query.js';
import { header, type WireRequest } from '../http/wire-request.js';

/** What a request says about its own signature. Nothing of it is proven yet. */
export interface SignatureClaim {
  readonly form: 'header' | 'query';
  readonly accessKeyId: string;
  /** YYYYMMDD of the credential scope. */
  readonly scopeDate: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly timestamp: string;
  readonly signingDate: Date;
  /** Seconds, presigned requests only. */
  readonly expiresIn?: number | undefined;
  readonly sessionToken?: string | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

const QUERY_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
  'X-Amz-Security-Token',
];

/** True when the request carries no signature of any kind. */
export function isUnsigned(request: WireRequest): boolean {
  const pairs = parseQuery(request.query);
  return (
    !request.headers.has('authorization') &&
    !pairs.some(([name]) => name === 'X-Amz-Signature' || name === 'X-Amz-Algorithm')
  );
}

/**
 * Reads the claim from the Authorization header or the presigned query.
 *
 * @throws {AwsFault} missing, doubled or malformed authentication
 */
export function readClaim(request: WireRequest, protocol: Protocol): SignatureClaim {
  const pairs = parseQuery(request.query);
  const inQuery = pairs.some(([name]) => name === 'X-Amz-Signature' || name === 'X-Amz-Algorithm');
  const authorization = header(request, 'authorization');
  if (inQuery && authorization !== undefined) {
    throw authFault(
      'malformed-auth',
      protocol,
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    );
  }
  if (inQuery) return readPresigned(pairs, protocol);
  if (authorization === undefined || authorization === '') {
    if (pairs.some(([name]) => name === 'AWSAccessKeyId')) throw oldSignature(protocol);
    const message = protocol === 's3' ? 'Access Denied' : 'Request is missing Authentication Token';
    throw authFault('missing-auth', protocol, message);
  }
  if (authorization.startsWith('AWS ')) throw oldSignature(protocol);
  return readHeader(authorization, request, protocol);
}

// Signature version 2, which AWS CLI 1 still makes for presigned S3 addresses of some endpoints.
function oldSignature(protocol: Protocol): AwsFault {
  const message =
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
  return protocol === 's3'
    ? new AwsFault('InvalidRequest', 400, message)
    : authFault('malformed-auth', protocol, message);
}

function readHeader(
  authorization: string,
  request: WireRequest,
  protocol: Protocol,
): SignatureClaim {
  const broken = (message: string) => authFault('malformed-auth', protocol, message);
  const blank = authorization.search(/[ \t]/);
  const algorithm = blank < 0 ? authorization : authorization.slice(0, blank);
  if (algorithm !== ALGORITHM) {
    throw broken(`Unsupported AWS 'algorithm': the stand-in knows ${ALGORITHM} only.`);
  }
  const parts = new Map<string, string>();
  for (const piece of authorization.slice(blank).split(',')) {
    const mark = piece.indexOf('=');
    const name = piece.slice(0, Math.max(mark, 0)).trim();
    if (mark < 0) throw broken('A part of the Authorization header is not a key=value pair.');
    if (parts.has(name)) throw broken(`The Authorization header holds ${name} twice.`);
    parts.set(name, piece.slice(mark + 1).trim());
  }
  const need = (name: string) => {
    const value = parts.get(name);
    if (!value) throw broken(`Authorization header requires '${name}' parameter.`);
    return value;
  };
  const credential = need('Credential');
  const signedHeaders = need('SignedHeaders');
  const signature = need('Signature');
  if (parts.size > 3) throw broken('The Authorization header holds an unknown parameter.');
  const sent = header(request, 'x-amz-date') ?? isoFromHttpDate(header(request, 'date'));
  if (sent === undefined) {
    throw broken(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  return {
    form: 'header',
    ...readCredential(credential, protocol),
    signedHeaders: readSignedHeaders(signedHeaders, protocol),
    signature: readSignature(signature, protocol),
    ...readTimestamp(sent, protocol),
    sessionToken: header(request, 'x-amz-security-token'),
  };
}

function readPresigned(pairs: QueryPairs, protocol: Protocol): SignatureClaim {
  const broken = (message: string) =>
    protocol === 's3'
      ? new AwsFault('AuthorizationQueryParametersError', 400, message)
      : authFault('malformed-auth', protocol, message);
  for (const name of QUERY_PARAMETERS) {
    const count = pairs.filter(([key]) => key === name).length;
    if (count > 1) throw broken(`The query holds '${name}' more than once.`);
    if (count === 0 && name !== 'X-Amz-Security-Token') {
      throw broken(`AWS query-string parameters must include '${name}'.`);
    }
  }
  const value = (name: string) => queryValue(pairs, name) ?? '';
  if (value('X-Amz-Algorithm') !== ALGORITHM) {
    throw broken(`Unsupported AWS 'algorithm': the stand-in knows ${ALGORITHM} only.`);
  }
  const expires = value('X-Amz-Expires');
  if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > 604_800) {
    throw broken('X-Amz-Expires must be between 1 and 604800 seconds.');
  }
  return {
    form: 'query',
    ...readCredential(value('X-Amz-Credential'), protocol),
    signedHeaders: readSignedHeaders(value('X-Amz-SignedHeaders'), protocol),
    signature: readSignature(value('X-Amz-Signature'), protocol),
    ...readTimestamp(value('X-Amz-Date'), protocol),
    expiresIn: Number(expires),
    sessionToken: queryValue(pairs, 'X-Amz-Security-Token'),
  };
}

function readCredential(text: string, protocol: Protocol) {
  const [accessKeyId = '', scopeDate = '', region = '', service = '', terminator = '', ...rest] =
    text.split('/');
  if (rest.length > 0 || terminator === '') {
    throw authFault(
      'malformed-auth',
      protocol,
      'Credential must have exactly 5 slash-delimited elements, keyid/date/region/service/term.',
    );
  }
  if (terminator !== 'aws4_request') {
    const message = "Credential should be scoped with a valid terminator: 'aws4_request'.";
    throw authFault('wrong-scope', protocol, message);
  }
  return { accessKeyId, scopeDate, region, service };
}

function readSignedHeaders(text: string, protocol: Protocol): readonly string[] {
  const names = text.split(';');
  const sorted = names.every((name, i) => i === 0 || (names[i - 1] ?? '') < name);
  if (!sorted || names.some((name) => !/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name))) {
    throw authFault(
      'malformed-auth',
      protocol,
      'SignedHeaders must be lower case, sorted and without repetition.',
    );
  }
  return names;
}

function readSignature(text: string, protocol: Protocol): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw authFault('malformed-auth', protocol, 'The signature is not 64 lower-case hex digits.');
}

function readTimestamp(text: string, protocol: Protocol) {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  const [, y, mo, d, h, mi, s] = match ?? [];
  const signingDate = new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}.000Z`);
  // The way back must give the same text, else February 31 would pass as March 3.
  const back = Number.isNaN(signingDate.getTime()) ? '' : signingDate.toISOString();
  if (!match || back.replace(/[-:]|\.000/g, '') !== text) {
    throw authFault('malformed-auth', protocol, "Date must be in ISO-8601 'basic format'.");
  }
  return { timestamp: text, signingDate };
}

function isoFromHttpDate(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^\d{8}T\d{6}Z$/.test(text)) return text;
  const time = Date.parse(text);
  if (Number.isNaN(time)) return text;
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
