import { ConfigError } from '../errors.js';
import { convertDocument } from './convert-node.js';
import { guardedDocuments } from './guarded-documents.js';
import type { Limits } from './limits.js';
import type { Node, Span } from './node.js';
import { createPositions, type PositionOf } from './positions.js';
import type { Collector, Reporter } from './reporter.js';
import type { SourceText } from './source-text.js';

/** One document with content. */
export interface ReadDocument {
  /** From 0; documents without content count. */
  readonly index: number;
  /** Offset of its first line, `---` included. */
  readonly start: number;
  readonly root: Node;
  readonly reporter: Reporter;
  readonly positionOf: PositionOf;
  readonly filename: string | undefined;
}

/** What one source gives. */
export interface ReadDocuments {
  readonly list: readonly ReadDocument[];
  /** Whether something of the text could not be read at all; that has been reported. */
  readonly failed: boolean;
  /** Whether the text ends at a fault: the documents before it are there for their faults only. */
  readonly isBroken: boolean;
}

/** What YAML does not allow in a text, and halves of surrogate pairs, which are no text at all. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * Reads the documents of one source. Faults of the text as a whole go to the collector; at a syntax error or a limit
 * the text ends.
 *
 * @throws ConfigError `invalid-argument` for a source without a text, from callers without types
 */
export function readDocuments(
  source: SourceText,
  sourceIndex: number,
  limits: Limits,
  collector: Collector,
): ReadDocuments {
  if (typeof source?.text !== 'string') {
    const message = 'A source must have its text: { text, filename? } is expected.';
    throw new ConfigError({ code: 'invalid-argument', message });
  }
  const shift = source.text.startsWith('\ufeff') ? 1 : 0;
  const text = source.text.slice(shift);
  const positionOf = createPositions(text.length > limits.maxBytes ? '' : text, shift);
  const reporters = collector.text(sourceIndex, source.filename, positionOf);
  if (isLonger(source.text, limits.maxBytes)) {
    const message = `The text is longer than ${limits.maxBytes} bytes.`;
    reporters.document(0).report({ code: 'too-large', message, at: at(0) });
    return { list: [], failed: true, isBroken: true };
  }
  const forbidden = text.search(FORBIDDEN);
  if (forbidden >= 0) {
    const message = 'The text has a control character or half of a surrogate pair here.';
    reporters.document(0).report({ code: 'yaml-syntax', message, at: at(forbidden) });
    return { list: [], failed: true, isBroken: true };
  }

  const documents: ReadDocument[] = [];
  let index = 0;
  let isFaulty = false;
  for (const item of guardedDocuments(text, limits)) {
    const reporter = reporters.document(index);
    if (item.type === 'fault') {
      const hint =
        item.fault.code === 'yaml-syntax' ? templateHint(text, item.fault.at) : undefined;
      reporter.report({ ...item.fault, hint });
      return { list: documents, failed: true, isBroken: true };
    }
    if (index >= limits.maxDocuments) {
      const message = `The text has more than ${limits.maxDocuments} documents.`;
      reporter.report({ code: 'too-large', message, at: at(item.start) });
      return { list: documents, failed: true, isBroken: true };
    }
    const root = convertDocument(item.document, text, limits, reporter);
    if (root === 'broken') isFaulty = true;
    else if (root !== 'empty') {
      const { filename } = source;
      documents.push({ index, start: item.start, root, reporter, positionOf, filename });
    }
    index += 1;
  }
  return { list: documents, failed: isFaulty, isBroken: false };
}

function at(offset: number): Span {
  return { start: offset, end: offset + 1 };
}

function isLonger(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes;
}

/** A template without quotes next to other text is no YAML at all. */
function templateHint(text: string, span: Span): string | undefined {
  const start = text.lastIndexOf('\n', span.start - 1) + 1;
  const end = text.indexOf('\n', span.start);
  const line = text.slice(start, end < 0 ? undefined : end);
  return line.includes('{{') ? 'put quotes around the text with {{ }}' : undefined;
}
