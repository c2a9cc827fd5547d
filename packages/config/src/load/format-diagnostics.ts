import type { Diagnostic } from './diagnostic.js';
import { maskSecrets } from './mask-secrets.js';
import { nameSources, type SourceText } from './source-text.js';

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
  const shown = new Map<string | undefined, readonly string[]>();
  const wanted = new Set(diagnostics.map(({ filename }) => filename));
  for (const { filename, text } of nameSources(sources)) {
    // Two texts of one name cannot be told apart, so neither is shown.
    const isShown = wanted.has(filename) && !shown.has(filename) && !isBase64(text);
    shown.set(filename, isShown ? maskSecrets(text.replace(/^\ufeff/, '')).split(/\r?\n/) : []);
  }
  return diagnostics
    .map((diagnostic) => formatOne(diagnostic, shown.get(diagnostic.filename)))
    .join('');
}

/** The places of what was loaded from base64 are those of the decoded text, and all of it may be a secret. */
function isBase64(text: string): boolean {
  const packed = text.replace(/\s+/g, '');
  return packed.length % 4 === 0 && /^[A-Za-z0-9+/]{16,}={0,2}$/.test(packed);
}

function formatOne(
  diagnostic: FormattableDiagnostic,
  lines: readonly string[] | undefined,
): string {
  const { filename, start, end, code, message, hint, severity } = diagnostic;
  const place = `${filename === undefined ? '' : `${clean(filename)}:`}${start.line}:${start.column}`;
  const note = severity === 'error' ? '' : ` (${severity})`;
  const head = `${place} ${code} ${clean(message)}${note}\n`;
  const tail = hint === undefined ? '' : `    hint: ${clean(hint)}\n`;
  const number = lastLine(lines ?? [], start.line);
  const line = lines?.[number - 1];
  if (line === undefined) return head + tail;
  // What ends too early is shown where the text ends.
  if (number < start.line) return head + frame(line, number, line.length, 1) + tail;
  const width =
    end.line === start.line
      ? Math.max(1, end.column - start.column)
      : line.length - start.column + 1;
  return head + frame(line, number, start.column - 1, Math.max(1, width)) + tail;
}

/** The line itself, or the last one before it that is not blank; 0 for none. */
function lastLine(lines: readonly string[], number: number): number {
  let line = number;
  while (line > 0 && lines[line - 1]?.trim() === '') line -= 1;
  return line;
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
