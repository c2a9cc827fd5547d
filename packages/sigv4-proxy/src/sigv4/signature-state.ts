import type { RawRequest } from '../request.js';
import { canonicalHeaderValue } from './canonical-headers.js';
import type { KnownShape } from './header-memory.js';
import type { AuthorizationScope } from './parse-authorization.js';
import type { RequestQuery } from './request-query.js';
import type { SigningCache } from './signing-cache.js';

/** What the stages of verification hand on. Internal: it holds the raw request. */
export interface SignatureState {
  readonly request: RawRequest;
  readonly form: 'header' | 'query';
  readonly auth: AuthorizationScope;
  readonly signature: string;
  /** The timestamp of the string to sign, `YYYYMMDDTHHMMSSZ`. */
  readonly timestamp: string;
  /** The same in milliseconds since 1970. */
  readonly time: number;
  readonly path: string;
  readonly query: RequestQuery;
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
  return at === undefined ? undefined : headerAt(state.request, at[0] ?? -1);
}

/** The folded value at a position of a shape; undefined for -1. */
export function headerAt(request: RawRequest, position: number): string | undefined {
  const pair = position < 0 ? undefined : request.headers[position];
  return pair === undefined ? undefined : canonicalHeaderValue(pair[1]);
}
