import {
  type Diagnostic,
  type LoadResourcesOptions,
  type LoadResult,
  loadResources,
} from '@postern/config';

/** Loads one text without a name. */
export function loadText(text: string, options?: LoadResourcesOptions): LoadResult {
  return loadResources([{ text }], options);
}

/** `line:column code path`, and the hint where there is one: short enough to read a list of them. */
export function brief(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ start, code, path, hint }) =>
    [`${start.line}:${start.column}`, code, path, hint === undefined ? '' : `→ ${hint}`]
      .filter((part) => part !== '')
      .join(' '),
  );
}

/** The diagnostics of one text, brief. */
export function faultsOf(text: string, options?: LoadResourcesOptions): readonly string[] {
  return brief(loadText(text, options).diagnostics);
}
