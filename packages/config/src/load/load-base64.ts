import type { ServiceConfig } from '../types/service.js';
import type { Diagnostic } from './diagnostic.js';
import { resolveLimits } from './limits.js';
import { type LoadFileResult, loadServiceConfig } from './load-file.js';
import type { LoadOptions } from './load-resources.js';
import type { SourceText } from './source-text.js';

/** What {@link loadServiceConfigFromBase64} gives. */
export interface LoadBase64Result extends LoadFileResult<ServiceConfig> {
  /** The decoded text, for `formatDiagnostics`. Undefined when it could not be decoded. It may hold secrets. */
  readonly source: SourceText | undefined;
}

/**
 * Loads a service file that was handed over as base64, as in an environment variable. Lines and columns are those
 * of the decoded text. Never throws for what the text holds.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4648#section-4
 * @param source - base64 with padding; line breaks and blanks do not matter
 */
export function loadServiceConfigFromBase64(
  source: SourceText,
  options: LoadOptions = {},
): LoadBase64Result {
  const { maxBytes } = resolveLimits(options);
  // Four characters carry three bytes; what is longer is refused before it is decoded, line breaks allowed for.
  if (source.text.length > maxBytes * 2 + 4) {
    return refused(source, 'too-large', `The text is longer than ${maxBytes} bytes.`);
  }
  const text = decode(source.text.replace(/\s+/g, ''));
  if (text === undefined)
    return refused(source, 'invalid-value', 'The text is not base64 of UTF-8.');
  const decoded = { ...source, text };
  return { ...loadServiceConfig(decoded, options), source: decoded };
}

function decode(base64: string): string | undefined {
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return undefined;
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined; // Not UTF-8; the decoder's own error tells nothing more.
  }
}

function refused(source: SourceText, code: Diagnostic['code'], message: string): LoadBase64Result {
  const start = { line: 1, column: 1, offset: 0 };
  const filename = source.filename === undefined ? {} : { filename: source.filename };
  const diagnostic: Diagnostic = {
    severity: 'error',
    code,
    message,
    ...filename,
    document: 0,
    path: '',
    pointer: '',
    start,
    end: start,
  };
  return { config: undefined, diagnostics: [diagnostic], source: undefined };
}
