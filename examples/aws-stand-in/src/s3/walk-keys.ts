import { AwsFault } from '../errors/aws-fault.js';
import { parameter, type S3Request } from './s3-request.js';

/** One page of a listing. */
export interface KeyPage<T> {
  readonly entries: readonly (readonly [key: string, value: T])[];
  /** Common prefixes, each once. */
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
  /** Where the next page begins after. */
  readonly last: string;
}

/** What to list. */
export interface KeyQuery {
  readonly prefix: string;
  /** '' for none. */
  readonly delimiter: string;
  /** Only what sorts behind this; '' for everything. */
  readonly after: string;
  /** Entries and prefixes together. */
  readonly limit: number;
}

/** Lists keys as S3 does: in the order of their bytes, with everything up to the delimiter folded into a prefix. */
export function walkKeys<T>(
  all: ReadonlyMap<string, T>,
  { prefix, delimiter, after, limit }: KeyQuery,
): KeyPage<T> {
  const entries: (readonly [string, T])[] = [];
  const prefixes: string[] = [];
  let last = after;
  let truncated = false;
  for (const [key, value] of [...all].sort(([a], [b]) => compareKeys(a, b))) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = cut < 0 ? key : key.slice(0, cut + delimiter.length);
    // A common prefix that was already given covers every key under it.
    if (compareKeys(entry, after) <= 0 || entry === prefixes.at(-1)) continue;
    if (entries.length + prefixes.length >= limit) {
      truncated = true;
      break;
    }
    if (cut < 0) entries.push([key, value]);
    else prefixes.push(entry);
    last = entry;
  }
  return { entries, prefixes, truncated, last };
}

/**
 * A limit of a listing, 1000 at most and by default.
 *
 * @throws {AwsFault} InvalidArgument
 */
export function readMaxKeys(request: S3Request, name: string): number {
  const text = parameter(request, name);
  if (text === undefined) return 1000;
  if (!/^\d{1,9}$/.test(text)) {
    const message = `Provided ${name} not an integer or within integer range`;
    throw new AwsFault('InvalidArgument', 400, message);
  }
  return Math.min(Number(text), 1000);
}

/** Writes keys as the client wants them: url-encoded, or as they are. */
export function keyWriter(request: S3Request): (text: string) => string {
  const encoding = parameter(request, 'encoding-type');
  if (encoding === undefined) return (text) => text;
  if (encoding !== 'url') {
    throw new AwsFault('InvalidArgument', 400, 'Invalid Encoding Method specified in Request', {
      details: { ArgumentName: 'encoding-type', ArgumentValue: encoding },
    });
  }
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
}

// S3 sorts by the bytes of UTF-8, which differs from JavaScript's order outside the basic plane.
function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
