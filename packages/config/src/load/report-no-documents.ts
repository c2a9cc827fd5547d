import type { Collector } from './reporter.js';
import type { SourceText } from './source-text.js';

/** Nothing to load is a result, too, but seldom what was meant. */
export function reportNoDocuments(source: SourceText | undefined, collector: Collector): void {
  const positionOf = (offset: number) => ({ line: 1, column: 1, offset });
  const reporter = collector.text(0, source?.filename, positionOf).document(0);
  const message = 'There is no document: the text is empty or has comments only.';
  reporter.report({ code: 'no-documents', message, at: { start: 0, end: 0 } });
}
