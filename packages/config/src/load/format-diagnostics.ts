import type { Diagnostic } from './diagnostic.js';
import { maskSecrets } from './mask-secrets.js';
import type { SourceText } from './source-text.js';

/** Longer lines are cut around the place. */
const MAX_WIDTH = 100;

/** What a formatter needs of a diagnostic; those of other packages with the same form do as well. */
export type FormattableDiagnostic = Omit<Diagnostic, 'code'> & { readonly code: string };

/**
 * Writes diagnostics for people: `file:line:column code message`, the line of the source and a caret below the
 * place, and the hint. Values of secret fields are shown as stars, control characters as blanks or marks.
 *
 * @param diagnostics - in the order in which they are to be shown
 * @param sources - the texts that were loaded; a diagnostic whose text is not among them is shown without its line
 * @returns the text, with a line end after each line; empty for no diagnostics
 * @example
 * ```ts
 * const sources = [{ filename: 'a.yaml', text: 'kind: rol\n' }];
 * const { diagnostics } = loadResources(sources);
 * const shown = formatDiagnostics(diagnostics, sources); // a.yaml:1:7 invalid-kind …
 * ```
 */
export function formatDiagnostics(
  diagnostics: readonly FormattableDiagnostic[],
  sources: readonly SourceText[],
): string {
  const lines = new Map<string | undefined, readonly string[]>();
  for (const { filename, text } of sources) {
    // The first text of a name wins; two texts without a name cannot be told apart, so neither is shown.
    const shown = lines.has(filename)
      ? []
      : maskSecrets(text)
          .replace(/^\ufeff/, '')
          .split(/\r?\n/);
    lines.set(filename, shown);
  }
  return diagnostics
    .map((diagnostic) => formatOne(diagnostic, lines.get(diagnostic.filename)))
    .join('');
}

function formatOne(
  diagnostic: FormattableDiagnostic,
  lines: readonly string[] | undefined,
): string {
  const { filename, start, end, code, message, hint, severity } = diagnostic;
  const place = `${filename === undefined ? '' : `${clean(filename)}:`}${start.line}:${start.column}`;
  const note = severity === 'error' ? '' : ` (${severity})`;
  const head = `${place} ${code} ${clean(message)}${note}\n`;
  const line = lines?.[start.line - 1];
  const tail = hint === undefined ? '' : `    hint: ${clean(hint)}\n`;
  if (line === undefined || line.trim() === '') return head + tail;
  const width =
    end.line === start.line
      ? Math.max(1, end.column - start.column)
      : line.length - start.column + 1;
  return head + frame(line, start.line, start.column - 1, Math.max(1, width)) + tail;
}

function frame(line: string, number: number, column: number, width: number): string {
  const from =
    line.length <= MAX_WIDTH ? 0 : Math.max(0, Math.min(column - 40, line.length - MAX_WIDTH));
  const shown = clean(line.slice(from, from + MAX_WIDTH));
  const caret = '^'.repeat(Math.max(1, Math.min(width, shown.length - (column - from))));
  const gutter = `${number}`.padStart(5);
  const mark = from > 0 ? '…' : ' ';
  return `${gutter} |${mark}${shown}\n${' '.repeat(5)} | ${' '.repeat(column - from)}${caret}\n`;
}

/** One line for a terminal: no control characters, no text that runs the other way. */
function clean(text: string): string {
  return (
    text
      .replaceAll('\t', ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
      .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd')
  );
}
