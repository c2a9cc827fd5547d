import { SigV4ProxyError } from '../errors.js';
import { type FormPair, parseForm, setFormValue } from './form.js';

/** A call to STS whose session length may have to be cut. */
export interface CapDurationQuery {
  /** The query string without its question mark. */
  readonly query: string;
  /** The form body; the whole of it. */
  readonly body: string | Uint8Array;
  /** How long the client's identity lasts. */
  readonly identityRemainingSeconds: number;
}

/** The call as it may go out. */
export type CappedDuration =
  | { readonly unchanged: true }
  | {
      readonly unchanged?: undefined;
      readonly query: string;
      readonly body: string;
      /** For the Content-Length header. */
      readonly contentLength: number;
      /** What the session will last, for the response header `x-sigv4-proxy-duration-seconds`. */
      readonly durationSeconds: number;
    };

const MIN_SECONDS = 900;
/** What STS takes when the call names no length. */
const DEFAULT_SECONDS: ReadonlyMap<string, number> = new Map([
  ['AssumeRole', 3600],
  ['AssumeRoleWithSAML', 3600],
  ['AssumeRoleWithWebIdentity', 3600],
  ['AssumeRoot', 900],
  ['GetFederationToken', 43200],
  ['GetSessionToken', 43200],
]);

/**
 * Keeps a session that the client asks of STS itself from outliving the client's identity. STS reads parameters from query and
 * body, so both are looked at, the larger length counts, and both are set.
 *
 * @param query attacker-controlled but for the remaining time; the signature has been verified
 * @throws {@link SigV4ProxyError} `malformed-body`, `duplicate-parameter`, `identity-expires-too-soon` (less than 15 minutes left)
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function capAssumeRoleDuration(query: CapDurationQuery): CappedDuration {
  const body = textOf(query.body);
  const places = [parseForm(query.query), parseForm(body)];
  const actions = places.map((pairs) => single(pairs, 'Action'));
  const asked = places.map((pairs) => single(pairs, 'DurationSeconds'));
  const defaults = actions.flatMap((action) => DEFAULT_SECONDS.get(action ?? '') ?? []);
  if (defaults.length === 0) return { unchanged: true };

  const limit = Math.floor(query.identityRemainingSeconds);
  if (!(limit >= MIN_SECONDS)) {
    throw new SigV4ProxyError(
      'identity-expires-too-soon',
      'The identity of the caller ends in less than 15 minutes, the shortest session of STS; sign in again.',
    );
  }
  const stated = asked.filter((value) => value !== undefined).map(secondsOf);
  const wanted = stated.length > 0 ? Math.max(...stated) : Math.max(...defaults);
  if (wanted <= limit) return { unchanged: true };

  const value = String(limit);
  const newBody = body === '' ? body : setFormValue(body, 'DurationSeconds', value);
  return {
    query: query.query === '' ? '' : setFormValue(query.query, 'DurationSeconds', value),
    body: newBody,
    contentLength: Buffer.byteLength(newBody),
    durationSeconds: limit,
  };
}

function single(pairs: readonly FormPair[], name: string): string | undefined {
  const found = pairs.filter((pair) => pair.name === name);
  if (found.length <= 1) return found[0]?.value;
  throw new SigV4ProxyError(
    'duplicate-parameter',
    `The parameter ${name} is there more than once; send it once.`,
  );
}

function secondsOf(text: string): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new SigV4ProxyError('malformed-body', 'DurationSeconds is not a whole number of seconds.');
}

function textOf(body: string | Uint8Array): string {
  if (typeof body === 'string') return body;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new SigV4ProxyError('malformed-body', 'The form body is not UTF-8.', { cause });
  }
}
