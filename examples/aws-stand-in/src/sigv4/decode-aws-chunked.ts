import { createHash } from 'node:crypto';
import { authFault } from '../errors/auth-fault.js';
import { AwsFault } from '../errors/aws-fault.js';
import { type ByteReader, createByteReader } from './byte-reader.js';
import { equalText } from './verify-signature.js';

/** Computes the signature of a text under the request's signing key. */
export type TextSigner = (text: string) => Promise<string>;

/** How the frames of one request are checked. */
export interface ChunkRules {
  /** Set for the signed forms: the chain begins with the signature of the headers. */
  readonly signed?:
    | {
        readonly seedSignature: string;
        readonly timestamp: string;
        readonly scope: string;
        readonly sign: TextSigner;
      }
    | undefined;
  /** True for the forms whose name ends in `-TRAILER`. */
  readonly hasTrailers: boolean;
  /** Lower-case names of `x-amz-trailer`. */
  readonly declaredTrailers: readonly string[];
  /** `x-amz-decoded-content-length`. */
  readonly decodedLength: number;
  /** Called once, after the last chunk. */
  readonly onTrailers: (trailers: ReadonlyMap<string, string>) => void;
}

const EMPTY_HASH = createHash('sha256').digest('hex');
const MAX_LINE = 4096;
const MAX_TRAILERS = 16;
/** S3 refuses smaller chunks, except the last one with data. */
const MIN_CHUNK = 8192;

/**
 * Unwraps an aws-chunked body and verifies every frame.
 * A piece is handed on before its chunk is verified, so nothing may be kept until the generator has ended.
 *
 * @throws {AwsFault} on a bad frame, signature, trailer or length
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  rules: ChunkRules,
): AsyncGenerator<Buffer> {
  const reader = createByteReader(source);
  let previous = rules.signed?.seedSignature ?? '';
  let total = 0;
  let small = false;
  for (;;) {
    const { size, signature } = parseChunkLine(await reader.line(MAX_LINE), rules);
    if (small && size > 0) {
      const message = 'Only the last chunk is allowed to have a size less than 8192 bytes';
      throw new AwsFault('InvalidChunkSizeError', 403, message);
    }
    small = size < MIN_CHUNK;
    total += size;
    if (total > rules.decodedLength) throw incomplete();
    const hash = createHash('sha256');
    for (let left = size; left > 0; ) {
      const piece = await reader.some(left);
      if (!piece) throw incomplete();
      if (rules.signed) hash.update(piece);
      left -= piece.length;
      yield piece;
    }
    if (rules.signed) {
      const lines = [previous, EMPTY_HASH, hash.digest('hex')];
      previous = await check('AWS4-HMAC-SHA256-PAYLOAD', lines, signature, rules.signed);
    }
    if (size === 0) break;
    if ((await reader.line(2)) !== '') throw malformed('A chunk does not end where its size says.');
  }
  if (total !== rules.decodedLength) throw incomplete();
  rules.onTrailers(await readTrailers(reader, rules, previous));
  if ((await reader.some(1)) !== undefined) throw malformed('Bytes follow the last chunk.');
}

function parseChunkLine(line: string | undefined, rules: ChunkRules) {
  if (line === undefined) throw incomplete();
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
  if (!match) throw malformed('A chunk header is malformed.');
  const signature = match[2] ?? '';
  if ((signature !== '') !== (rules.signed !== undefined)) {
    throw malformed('Chunk signatures must be present in the signed form and only there.');
  }
  return { size: Number.parseInt(match[1] ?? '', 16), signature };
}

async function readTrailers(
  reader: ByteReader,
  rules: ChunkRules,
  previous: string,
): Promise<ReadonlyMap<string, string>> {
  const trailers = new Map<string, string>();
  let signature = '';
  for (;;) {
    const line = await reader.line(MAX_LINE);
    if (line === undefined) throw incomplete();
    if (line === '') break;
    const mark = line.indexOf(':');
    const name = line.slice(0, Math.max(mark, 0)).toLowerCase().trim();
    const value = line.slice(mark + 1).trim();
    if (name === 'x-amz-trailer-signature' && rules.signed) {
      signature = value;
      continue;
    }
    if (signature !== '' || !rules.declaredTrailers.includes(name) || trailers.has(name)) {
      throw trailerFault(`The trailer ${name} was not declared in x-amz-trailer.`);
    }
    trailers.set(name, value);
    if (trailers.size > MAX_TRAILERS) throw trailerFault('Too many trailers.');
  }
  if (!rules.hasTrailers && (trailers.size > 0 || signature !== '')) {
    throw trailerFault('This payload mode has no trailers.');
  }
  const missing = rules.declaredTrailers.find((name) => !trailers.has(name));
  if (missing !== undefined) throw trailerFault(`The declared trailer ${missing} was not sent.`);
  if (rules.hasTrailers && rules.signed) {
    const canonical = [...trailers]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}:${value}\n`)
      .join('');
    const lines = [previous, createHash('sha256').update(canonical).digest('hex')];
    await check('AWS4-HMAC-SHA256-TRAILER', lines, signature, rules.signed);
  }
  return trailers;
}

async function check(
  algorithm: string,
  lines: readonly string[],
  given: string,
  signed: NonNullable<ChunkRules['signed']>,
): Promise<string> {
  const text = [algorithm, signed.timestamp, signed.scope, ...lines].join('\n');
  const expected = await signed.sign(text);
  if (equalText(expected, given)) return given;
  throw authFault(
    'signature-mismatch',
    's3',
    'The chunk signature we calculated does not match the signature you provided.',
    { StringToSign: text, SignatureProvided: given },
  );
}

function incomplete(): AwsFault {
  return new AwsFault(
    'IncompleteBody',
    400,
    'The request body terminated unexpectedly or does not have the stated decoded length',
  );
}

function malformed(message: string): AwsFault {
  return new AwsFault('InvalidRequest', 400, message);
}

function trailerFault(message: string): AwsFault {
  return new AwsFault('MalformedTrailerError', 400, message);
}
