import type { HeaderList } from '../request.js';

/** Where the headers of a request stand, by name. Made once for a list of names, whatever the values. */
export interface HeaderShape {
  /** The names as sent, in order. */
  readonly names: readonly string[];
  /** Positions by lower-case name. */
  readonly positions: ReadonlyMap<string, readonly number[]>;
  /** Lower-case names that start with `x-amz-`. */
  readonly amzNames: readonly string[];
  /** A name that may stand once only and stands twice. */
  readonly repeated: string | undefined;
  /** Positions of the headers that every request is asked for; -1 where there is none. */
  readonly at: {
    readonly authorization: number;
    readonly amzDate: number;
    readonly date: number;
    readonly host: number;
    readonly token: number;
    readonly sha256: number;
  };
}

/** The header lines of a canonical request for one shape and one list of signed names. */
export interface HeaderPlan {
  /** The lower-case names, ascending. */
  readonly signedHeaders: readonly string[];
  /** The same, as it stands in the canonical request. */
  readonly signedText: string;
  /** One entry a line. */
  readonly lines: readonly HeaderLine[];
  /** The first name that is signed but not in the request. */
  readonly missing: string | undefined;
  /** The first `x-amz-*` name that is in the request but not signed. */
  readonly unsigned: string | undefined;
}

/** A line: its name with a colon, and where the value comes from. */
export interface HeaderLine {
  readonly prefix: string;
  /** Where the one value stands; undefined when there are more, or none. */
  readonly at: number | undefined;
  readonly positions: readonly number[];
  /** The value that was last seen to need no folding, and the line it made: most are the same in every request. */
  regular: string | undefined;
  text: string;
}

/** Canonical header lines; `ascii` is false when a byte above 0x7f is among them. */
export interface HeaderBlock {
  readonly text: string;
  readonly ascii: boolean;
}

/**
 * Indexes header names.
 *
 * @param names as sent; attacker-controlled, may repeat
 */
export function describeHeaders(names: readonly string[]): HeaderShape {
  const positions = new Map<string, number[]>();
  const amzNames: string[] = [];
  let repeated: string | undefined;
  names.forEach((name, index) => {
    const lower = name.toLowerCase();
    const seen = positions.get(lower);
    if (seen !== undefined) {
      seen.push(index);
      if (SINGLE.has(lower)) repeated ??= lower;
      return;
    }
    positions.set(lower, [index]);
    if (lower.startsWith('x-amz-')) amzNames.push(lower);
  });
  const first = (name: string) => positions.get(name)?.[0] ?? -1;
  const at = {
    authorization: first('authorization'),
    amzDate: first('x-amz-date'),
    date: first('date'),
    host: first('host'),
    token: first('x-amz-security-token'),
    sha256: first('x-amz-content-sha256'),
  };
  return { names, positions, amzNames, repeated, at };
}

/**
 * Says which values make the canonical header lines.
 *
 * @param shape of the request
 * @param signedHeaders lower-case names, ascending
 */
export function planHeaders(shape: HeaderShape, signedHeaders: readonly string[]): HeaderPlan {
  const signed = new Set(signedHeaders);
  return {
    signedHeaders,
    signedText: signedHeaders.join(';'),
    lines: signedHeaders.map((name) => lineOf(name, shape.positions.get(name) ?? [])),
    missing: signedHeaders.find((name) => !shape.positions.has(name)),
    unsigned: shape.amzNames.find((name) => !signed.has(name)),
  };
}

function lineOf(name: string, positions: readonly number[]): HeaderLine {
  const at = positions.length === 1 ? positions[0] : undefined;
  return { prefix: `${name}:`, at, positions, regular: undefined, text: '' };
}

/**
 * The header lines of a canonical request, each ended by a line feed.
 *
 * @param plan made for the shape of these headers
 * @param headers the header list
 */
export function canonicalHeaders(plan: HeaderPlan, headers: HeaderList): HeaderBlock {
  let text = '';
  let ascii = true;
  for (const line of plan.lines) {
    const value = line.at === undefined ? undefined : headers[line.at]?.[1];
    if (value !== undefined && value === line.regular) {
      text += line.text;
    } else if (value !== undefined && !IRREGULAR.test(value)) {
      const fresh = `${line.prefix}${value}\n`;
      if (value.length <= MAX_REMEMBERED) {
        line.regular = value;
        line.text = fresh;
      }
      text += fresh;
    } else {
      const values = line.positions.map((position) => headers[position]?.[1] ?? '');
      ascii &&= values.every((item) => ASCII.test(item));
      text += `${line.prefix}${values.map(canonicalHeaderValue).join(',')}\n`;
    }
  }
  return { text, ascii };
}

/**
 * A header value as it is signed: trimmed, runs of blanks and tabs made one blank, also inside quotes.
 *
 * @param value attacker-controlled
 */
export function canonicalHeaderValue(value: string): string {
  return IRREGULAR.test(value) ? foldBlanks(value) : value;
}

// Two of these would let one reader see another request than the next.
const SINGLE: ReadonlySet<string> = new Set([
  'authorization',
  'x-amz-date',
  'date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'host',
  'x-amz-target',
]);

// True for every value that folding changes or that is not printable ASCII; almost none is.
const IRREGULAR = /^ | $| {2}|[^ -~]/;
const MAX_REMEMBERED = 2048;
const ASCII = /^[\0-\x7f]*$/;

function foldBlanks(value: string): string {
  // Line breaks cannot arrive over HTTP/1.1; as a blank they can at least not start a line of their own.
  const folded = value.replace(/[ \t\r\n]+/g, ' ');
  const start = folded.startsWith(' ') ? 1 : 0;
  const end = folded.endsWith(' ') && folded.length > start ? folded.length - 1 : folded.length;
  return folded.slice(start, end);
}
