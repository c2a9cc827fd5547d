import { malformedXml, xmlElements, xmlText } from '../http/read-xml.js';
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
 * @param xml the document; elements carry text only
 * @throws {AwsFault} MalformedXML
 */
export function readCompletion(xml: string): readonly CompletedPart[] {
  const parts = xmlElements(xml, 'Part').map(readPart);
  if (parts.length > 0 && parts.length <= 10_000) return parts;
  throw malformedXml();
}

function readPart(inner: string): CompletedPart {
  const number = Number(xmlText(inner, 'PartNumber'));
  const etag = (xmlText(inner, 'ETag') ?? '').replaceAll('"', '');
  if (!Number.isInteger(number) || etag === '') throw malformedXml();
  const checksums = new Map<ChecksumName, string>();
  for (const name of CHECKSUM_NAMES) {
    const value = xmlText(inner, `Checksum${name.toUpperCase()}`);
    if (value !== undefined) checksums.set(name, value);
  }
  return { number, etag, checksums };
}
