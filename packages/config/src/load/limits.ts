/** Bounds on what a loader takes. Inputs beyond them give a diagnostic, never a slow or failing program. */
export interface LoadLimits {
  /** Bytes of one text in UTF-8. Default 1 MiB. */
  readonly maxBytes?: number | undefined;
  /** Documents in one text. Default 1000. */
  readonly maxDocuments?: number | undefined;
  /** Lists and maps inside one another. Default 64, which is also the most. */
  readonly maxDepth?: number | undefined;
  /** Nodes of one document that come from aliases. Default 100. */
  readonly maxAliases?: number | undefined;
}

/** All limits, resolved. */
export type Limits = Readonly<Record<keyof LoadLimits, number>>;

const DEPTH = 64;

/** Fills the defaults. Deeper nesting than the default is never read: the YAML library recurses. */
export function resolveLimits(limits: LoadLimits): Limits {
  return {
    maxBytes: limits.maxBytes ?? 1024 * 1024,
    maxDocuments: limits.maxDocuments ?? 1000,
    maxDepth: Math.min(limits.maxDepth ?? DEPTH, DEPTH),
    maxAliases: limits.maxAliases ?? 100,
  };
}
