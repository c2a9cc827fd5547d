import { ConfigError } from '../errors.js';

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

/**
 * Fills the defaults. Deeper nesting than the default is never read: the YAML library recurses.
 *
 * @throws ConfigError `invalid-argument` for a limit that is no number from 0
 */
export function resolveLimits(limits: LoadLimits): Limits {
  return {
    maxBytes: limitOf(limits, 'maxBytes', 1024 * 1024),
    maxDocuments: limitOf(limits, 'maxDocuments', 1000),
    maxDepth: Math.min(limitOf(limits, 'maxDepth', DEPTH), DEPTH),
    maxAliases: limitOf(limits, 'maxAliases', 100),
  };
}

function limitOf(limits: LoadLimits, name: keyof LoadLimits, fallback: number): number {
  const value = limits[name] ?? fallback;
  // Nothing is greater than NaN, so it would be no limit at all.
  if (typeof value === 'number' && value >= 0) return value;
  const message = `The limit ${name} must be a number from 0.`;
  throw new ConfigError({ code: 'invalid-argument', message });
}
