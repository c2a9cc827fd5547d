/** A text to load and where it came from. */
export interface SourceText {
  /** The whole text: YAML or JSON, one or more documents. A byte-order mark and CRLF line ends are fine. */
  readonly text: string;
  /** Shown in diagnostics. Default: none; of several texts without a name each is called `source 1`, `source 2` … by its place. */
  readonly filename?: string | undefined;
}

/** Several texts without a name get one each, so that what is said of them can be told apart. */
export function nameSources(sources: readonly SourceText[]): readonly SourceText[] {
  const isUnnamed = (source: SourceText | null | undefined) => source?.filename === undefined;
  if (sources.filter(isUnnamed).length < 2) return sources;
  return sources.map((source, index) =>
    isUnnamed(source) ? { ...source, filename: `source ${index + 1}` } : source,
  );
}
