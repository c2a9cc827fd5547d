/** A text to load and where it came from. */
export interface SourceText {
  /** The whole text: YAML or JSON, one or more documents. A byte-order mark and CRLF line ends are fine. */
  readonly text: string;
  /** Shown in diagnostics. Default: none. */
  readonly filename?: string | undefined;
}
