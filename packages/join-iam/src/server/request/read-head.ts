import { JoinIamError } from '../../errors.js';
import { MAX_HEADER_LINES, MAX_REQUEST_BYTES } from '../../wire/constants.js';

/** The head of a request: checked syntax, no meaning yet. */
export interface RequestHead {
  /** Lower-case name → value without outer spaces. A Map: names are the stranger's. */
  readonly headers: ReadonlyMap<string, string>;
  /** Index of the first byte after the head. */
  readonly bodyStart: number;
}

const CR = 0x0d;
const LF = 0x0a;
const NAME = /^[A-Za-z0-9-]+$/;

/**
 * Steps 1 to 5: size, bytes, start line, header lines, duplicates. Every rule refuses what two HTTP parsers
 * could read in two ways; nothing is repaired.
 */
export function readHead(bytes: Buffer): RequestHead {
  if (bytes.length > MAX_REQUEST_BYTES) {
    throw new JoinIamError('request-too-large', {
      message: `The signed request is larger than ${MAX_REQUEST_BYTES} bytes.`,
    });
  }
  const end = bytes.indexOf('\r\n\r\n', 0, 'latin1');
  if (end <= 0) throw malformed('The signed request has no complete head.');
  checkBytes(bytes, end);
  const [startLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  if (lines.length > MAX_HEADER_LINES) {
    throw malformed(`The signed request has more than ${MAX_HEADER_LINES} header lines.`);
  }
  checkStartLine(startLine);
  return { headers: readLines(lines), bodyStart: end + 4 };
}

function checkBytes(bytes: Buffer, end: number): void {
  for (let i = 0; i < end; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x20 && byte <= 0x7e) continue;
    // A CR just before `end` cannot occur: the first CRLF CRLF would have begun there.
    if (byte === CR && bytes[i + 1] === LF && i + 1 < end) {
      i += 1;
      continue;
    }
    throw malformed(
      'The head of the signed request has a byte that is neither printable ASCII nor CRLF.',
    );
  }
}

function checkStartLine(line: string): void {
  const parts = line.split(' ');
  const [method, target, version] = parts;
  if (parts.length !== 3 || parts.includes('')) {
    throw malformed('The start line of the signed request is not three words with single spaces.');
  }
  if (version !== 'HTTP/1.1') {
    throw new JoinIamError('http-version', { message: 'The signed request is not HTTP/1.1.' });
  }
  if (method !== 'POST') {
    throw new JoinIamError('method-not-allowed', {
      message: 'The signed request does not use the method POST.',
      detail: `method ${method}`,
    });
  }
  if (target !== '/') {
    throw new JoinIamError('target-not-allowed', {
      message: 'The target of the signed request is not exactly "/".',
      detail: `target ${target}`,
    });
  }
}

function readLines(lines: readonly string[]): ReadonlyMap<string, string> {
  const pairs = lines.map(readLine);
  const headers = new Map<string, string>();
  for (const [name, value] of pairs) {
    // First-value readers, last-value readers and STS, which joins them, would each see another request.
    if (headers.has(name)) {
      throw new JoinIamError('header-duplicate', {
        message: 'The signed request has the same header twice.',
        detail: `header ${name}`,
      });
    }
    headers.set(name, value);
  }
  return headers;
}

function readLine(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0));
  if (!NAME.test(name)) throw malformed('A header line of the signed request has no proper name.');
  let start = colon + 1;
  let end = line.length;
  // Spaces only: trim() also removes characters that other parsers keep.
  while (line[start] === ' ') start += 1;
  while (end > start && line[end - 1] === ' ') end -= 1;
  const value = line.slice(start, end);
  if (value === '') throw malformed('A header of the signed request has no value.');
  // The canonical form collapses runs of spaces: different requests would share one signature.
  if (value.includes('  ')) {
    throw malformed('A header value of the signed request has two spaces in a row.');
  }
  return [name.toLowerCase(), value];
}

function malformed(message: string): JoinIamError {
  return new JoinIamError('request-malformed', { message });
}
