import { SigV4ProxyError } from '../errors.js';
import { decodeBytes } from './canonical-query.js';

/** The token of an S3 Express session in zonal calls. Clients write it themselves, like a parameter of the call. */
export const ZONAL_TOKEN = 'x-amz-s3session-token';

/** Lower-case names of the parameters that make a presigned request, beside its signed parameters. */
export const AUTH_PARAMETERS: ReadonlySet<string> = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-signedheaders',
  'x-amz-signature',
  'x-amz-security-token',
  'x-amz-region-set',
]);

const READ_TOO: ReadonlySet<string> = new Set(['x-amz-content-sha256', ZONAL_TOKEN]);

// Whether any parameter name could be one of ours, plainly or percent-encoded.
const MAY_HOLD_AUTH = /(?:^|&)[^=&]*(?:%|x-amz-)/i;

/**
 * The authentication parameters of a query by lower-case name, decoded; undefined when there are none. Names are compared without
 * case, so that no spelling of `X-Amz-Signature` passes unseen.
 *
 * @param query raw; attacker-controlled
 * @throws SigV4ProxyError `duplicate-parameter`
 */
export function readQueryAuth(query: string): ReadonlyMap<string, string> | undefined {
  if (query === '' || !MAY_HOLD_AUTH.test(query)) return undefined;
  const found = new Map<string, string>();
  for (const piece of query.split('&')) {
    const equals = piece.indexOf('=');
    const name = decode(equals < 0 ? piece : piece.slice(0, equals)).toLowerCase();
    if (!AUTH_PARAMETERS.has(name) && !READ_TOO.has(name)) continue;
    if (found.has(name)) {
      throw new SigV4ProxyError('duplicate-parameter', `The query parameter ${name} is repeated.`);
    }
    found.set(name, equals < 0 ? '' : decode(piece.slice(equals + 1)));
  }
  return found.size > 0 ? found : undefined;
}

const decode = (text: string) => decodeBytes(text.replaceAll('+', ' '));
