import type { RawRequest } from '../request.js';
import { canonicalHeaderValue } from './canonical-headers.js';
import type { ParsedAuthorization } from './parse-authorization.js';
import type { KnownShape, SigningCache } from './signing-cache.js';

/** What the stages of verification hand on. Internal: it holds the raw request. */
export interface SignatureState {
  readonly request: RawRequest;
  readonly form: 'header' | 'query';
  readonly auth: ParsedAuthorization;
  /** The timestamp of the string to sign, `YYYYMMDDTHHMMSSZ`. */
  readonly timestamp: string;
  /** The same in milliseconds since 1970. */
  readonly time: number;
  readonly path: string;
  readonly query: string;
  /** Decoded authentication parameters of the query. */
  readonly parameters: ReadonlyMap<string, string> | undefined;
  readonly known: KnownShape;
  readonly cache: SigningCache;
}

/** The first value of a header, folded; undefined when there is none. */
export function headerOf(
  state: Pick<SignatureState, 'request' | 'known'>,
  lowerName: string,
): string | undefined {
  const at = state.known.shape.positions.get(lowerName);
  const pair = at === undefined ? undefined : state.request.headers[at[0] ?? -1];
  return pair === undefined ? undefined : canonicalHeaderValue(pair[1]);
}
