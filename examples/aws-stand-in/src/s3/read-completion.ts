import { AwsFault } from '../errors/aws-fault.js';
import { CHECKSUM_NAMES, type ChecksumName } from './checksums.js';

/** One part as CompleteMultipartUpload names it. */
export interface CompletedPart {
  readonly number: number;
  /** Hex MD5 without quotes. */
  readonly etag: string;
  readonly checksums: ReadonlyMap<ChecksumName, string>;
}

/**
 * Reads the body of CompleteMultipartUpload.
 *
 * @param xml the document; elements carry text only, so no general XML reader is needed
 * @throws {AwsFault} MalformedXML
 */
export function readCompletion(xml: string): readonly CompletedPart[] {
  // Splitting stays linear where a lazy pattern would not.
  const parts = xml
    .split('<Part>')
    .slice(1)
    .map((text) => readPart(text.split('</Part>')[0] ?? ''));
  if (parts.length > 0 && parts.length <= 10_000) return parts;
  throw malformed();
}

function readPart(inner: string): CompletedPart {
  const fields = new Map(
    [...inner.matchAll(/<([A-Za-z0-9]+)>([^<]*)<\/\1>/g)].map(
      ([, name = '', value = '']) => [name, value] as const,
    ),
  );
  const number = Number(fields.get('PartNumber'));
  const etag = (fields.get('ETag') ?? '').replaceAll('&quot;', '').replaceAll('"', '');
  if (!Number.isInteger(number) || etag === '') throw malformed();
  const checksums = new Map<ChecksumName, string>();
  for (const name of CHECKSUM_NAMES) {
    const value = fields.get(`Checksum${name.toUpperCase()}`);
    if (value !== undefined) checksums.set(name, value);
  }
  return { number, etag, checksums };
}

function malformed(): AwsFault {
  return new AwsFault(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}
