import { compileWildcard } from '@postern/config/wildcard';

/** Longest ARN pattern; an ARN has at most 2048 characters. */
const MAX_LENGTH = 2048;

/**
 * A matcher for an ARN with `*` and `?` that never crosses a `:` or a `/`: `arn:aws:iam::*:role/dev-*` matches the role
 * `dev-ops` of any account, but no role with a path.
 */
export function compileArnPattern(pattern: string): (arn: string) => boolean {
  if (pattern.length > MAX_LENGTH) return () => false;
  const wanted = pattern.split(/([:/])/);
  const tests = wanted.map((part) => compileWildcard(part));
  return (arn) => {
    if (arn.length > MAX_LENGTH) return false;
    const parts = arn.split(/([:/])/);
    return parts.length === tests.length && tests.every((test, at) => test(parts[at] ?? ''));
  };
}

/** Whether the wildcards of a value were all written by the author of the role: those of a trait stay literal. */
export function isWrittenPattern(text: string, value: string): boolean {
  const written = countWildcards(text.replace(/\{\{[^{}]*\}\}/g, ''));
  return written > 0 && written === countWildcards(value);
}

function countWildcards(text: string): number {
  return text.replace(/[^*?]/g, '').length;
}
