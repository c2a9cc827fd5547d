import { timingSafeEqual } from 'node:crypto';
import { authFault } from '../errors/auth-fault.js';
import type { AwsFault, Protocol } from '../errors/aws-fault.js';
import type { ServiceTarget } from '../hosts/classify-host.js';
import type { WireRequest } from '../http/wire-request.js';
import type { Caller } from '../iam/caller.js';
import { readClaim, type SignatureClaim } from './claim.js';
import { Recomputer } from './recomputer.js';

/** A request whose signature was verified, and who signed it. */
export interface Verified {
  readonly caller: Caller;
  readonly claim: SignatureClaim;
  /** Verifies the chunks that follow the headers. */
  readonly recomputer: Recomputer;
}

/** What a signature is checked against. */
export interface VerifyContext {
  readonly target: ServiceTarget;
  /** Region that the scope must hold. */
  readonly region: string;
  readonly protocol: Protocol;
  readonly now: Date;
  readonly skewSeconds: number;
  readonly findCaller: (accessKeyId: string) => Caller | undefined;
  /** Called after every other check, just before the signature: the last line of the canonical request. */
  readonly payloadHash: (claim: SignatureClaim) => Promise<string> | string;
}

/**
 * The whole verification in AWS's order; the first failure is the answer:
 * claim, scope date, scope region and service, key, partition, token, time, signed headers, signature, session expiry.
 *
 * @throws {AwsFault}
 */
export async function verifySignature(
  request: WireRequest,
  context: VerifyContext,
): Promise<Verified> {
  const { protocol, target } = context;
  const claim = readClaim(request, protocol);
  checkScope(claim, context);
  const caller = context.findCaller(claim.accessKeyId);
  // A key of another partition does not exist here.
  if (!caller || caller.partition !== target.partition) throw unknownKey(claim, protocol);
  checkToken(claim, caller, protocol);
  checkTime(claim, context);
  checkHeaders(claim, request, protocol);
  const recomputer = new Recomputer(claim, caller.secretAccessKey);
  const expected = await recomputer.expected(claim, request, await context.payloadHash(claim));
  if (!equalText(expected.signature, claim.signature)) {
    const hide = (text: string) => hideToken(text, claim.sessionToken);
    const message =
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.';
    const details = {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: expected.stringToSign,
      SignatureProvided: claim.signature,
      CanonicalRequest: hide(expected.canonicalRequest),
    };
    const long = `${message} Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'${details.CanonicalRequest}'\n\nThe String-to-Sign should have been\n'${expected.stringToSign}'\n`;
    throw authFault('signature-mismatch', protocol, protocol === 's3' ? message : long, details);
  }
  const { session } = caller;
  if (session && session.expiration.getTime() <= context.now.getTime()) {
    const message =
      protocol === 's3'
        ? 'The provided token has expired.'
        : 'The security token included in the request is expired';
    throw authFault('session-expired', protocol, message);
  }
  return { caller, claim, recomputer };
}

/** Compares two texts of any length in constant time. */
export function equalText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function checkScope(claim: SignatureClaim, context: VerifyContext): void {
  const { protocol, target, region } = context;
  const wrong = (message: string, details?: Record<string, string>) =>
    authFault('wrong-scope', protocol, message, details);
  if (claim.scopeDate !== claim.timestamp.slice(0, 8)) {
    throw wrong(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${claim.scopeDate}' != '${claim.timestamp.slice(0, 8)}', from '${claim.timestamp}'.`,
    );
  }
  if (claim.service !== target.service) {
    throw wrong(`Credential should be scoped to correct service: '${target.service}'.`);
  }
  if (claim.region !== region) {
    throw protocol === 's3'
      ? wrong(
          `The authorization header is malformed; the region '${claim.region}' is wrong; expecting '${region}'`,
          { Region: region },
        )
      : wrong('Credential should be scoped to a valid region.');
  }
}

function checkToken(claim: SignatureClaim, caller: Caller, protocol: Protocol): void {
  const { session } = caller;
  if (session && claim.sessionToken === undefined) throw unknownKey(claim, protocol);
  const given = claim.sessionToken ?? '';
  const wanted = session?.sessionToken ?? '';
  if (equalText(given, wanted) && (session !== undefined || claim.sessionToken === undefined))
    return;
  const message =
    protocol === 's3'
      ? 'The provided token is malformed or otherwise invalid.'
      : 'The security token included in the request is invalid';
  throw authFault('bad-token', protocol, message);
}

function checkTime(claim: SignatureClaim, context: VerifyContext): void {
  const { protocol, now, skewSeconds } = context;
  const signed = claim.signingDate.getTime();
  const life = claim.expiresIn === undefined ? skewSeconds : claim.expiresIn;
  const late = now.getTime() > signed + life * 1000;
  const early = now.getTime() < signed - skewSeconds * 1000;
  if (!late && !early) return;
  const server = now.toISOString().replace(/\.\d{3}/, '');
  if (protocol === 's3' && claim.form === 'query' && late) {
    const expires = new Date(signed + life * 1000).toISOString().replace(/\.\d{3}/, '');
    throw authFault('denied', protocol, 'Request has expired', {
      'X-Amz-Expires': String(claim.expiresIn),
      Expires: expires,
      ServerTime: server,
    });
  }
  const compact = server.replace(/[-:]/g, '');
  const message =
    protocol === 's3'
      ? 'The difference between the request time and the current time is too large.'
      : late
        ? `Signature expired: ${claim.timestamp} is now earlier than the oldest allowed time at ${compact} (${life} s).`
        : `Signature not yet current: ${claim.timestamp} is still later than the newest allowed time at ${compact} (${skewSeconds} s).`;
  throw authFault('skew', protocol, message, {
    RequestTime: claim.timestamp,
    ServerTime: server,
    MaxAllowedSkewMilliseconds: String(skewSeconds * 1000),
  });
}

function checkHeaders(claim: SignatureClaim, request: WireRequest, protocol: Protocol): void {
  const refuse = (message: string, details?: Record<string, string>) =>
    authFault('unsigned-header', protocol, message, details);
  if (!claim.signedHeaders.includes('host')) {
    throw refuse("'Host' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const missing = claim.signedHeaders.find((name) => !request.headers.has(name));
  if (missing !== undefined) {
    throw authFault(
      'signature-mismatch',
      protocol,
      `The signed header '${missing}' is not in the request.`,
    );
  }
  const unsigned = [...request.headers.keys()].filter(
    (name) => name.startsWith('x-amz-') && !claim.signedHeaders.includes(name),
  );
  if (unsigned.length === 0) return;
  throw protocol === 's3'
    ? refuse('There were headers present in the request which were not signed', {
        HeadersNotSigned: unsigned.join(', '),
      })
    : refuse(`'${unsigned.join("', '")}' must be a 'SignedHeader' in the AWS Authorization.`);
}

function unknownKey(claim: SignatureClaim, protocol: Protocol): AwsFault {
  return protocol === 's3'
    ? authFault(
        'unknown-key',
        protocol,
        'The AWS Access Key Id you provided does not exist in our records.',
        { AWSAccessKeyId: claim.accessKeyId },
      )
    : authFault('unknown-key', protocol, 'The security token included in the request is invalid.');
}

function hideToken(text: string, token: string | undefined): string {
  if (!token) return text;
  return text.replaceAll(token, '(token)').replaceAll(encodeURIComponent(token), '(token)');
}
