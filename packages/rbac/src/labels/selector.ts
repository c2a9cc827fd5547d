import { EvaluationFailure } from '../expression/evaluation-failure.js';
import { compileValuePattern, isRawPattern } from '../expression/value-pattern.js';
import { need, type Toolkit } from '../languages/toolkit.js';
import { pointerTo } from '../role/pointer.js';

/** How a selector and a set of labels relate; `error` means that a pattern of the selector is invalid. */
export type LabelMatch = 'match' | 'no-match' | 'error';

/** What one key of a selector wants. */
export interface SelectorKey {
  readonly key: string;
  /** Any of these; duplicates are gone. */
  readonly values: readonly string[];
  /** Compares one label value. */
  test(value: string): LabelMatch;
}

/** A compiled label selector, traits filled in. */
export interface CompiledSelector {
  /** Keys in alphabetical order, so that the order written never shows in a decision. */
  readonly keys: readonly SelectorKey[];
  /**
   * The keys all of whose values are plain text, when all keys must match and none can fail: labels without one of the values
   * cannot match, so an index may skip the selector.
   */
  readonly anchors: readonly SelectorKey[];
  match(labels: ReadonlyMap<string, string>): LabelMatch;
}

/**
 * Compiles a selector whose keys and values are final. Patterns are compiled at their first use.
 *
 * @param selector - key to values
 * @param anyOf - whether one matching key is enough; otherwise all keys must match
 */
export function compileSelector(
  selector: ReadonlyMap<string, readonly string[]>,
  kit: Toolkit,
  anyOf = false,
): CompiledSelector {
  const keys = [...selector]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => compileKey(key, [...new Set(values)], kit));
  const star = selector.get('*');
  const matchesAll = star !== undefined && star.length === 1 && star[0] === '*';
  const canFail = keys.some(
    ({ values }) => !values.includes('*') && values.some((text) => mayBeInvalid(text, kit)),
  );
  const match = (labels: ReadonlyMap<string, string>) => {
    return matchesAll ? 'match' : matchKeys(keys, labels, anyOf, canFail);
  };
  const anchors =
    matchesAll || anyOf || canFail
      ? []
      : keys.filter(({ values }) => values.length > 0 && !values.some(isPattern));
  return { keys, anchors, match };
}

function compileKey(key: string, values: readonly string[], kit: Toolkit): SelectorKey {
  if (values.includes('*')) return { key, values, test: () => 'match' };
  // Asked for now, because a decision must not throw.
  if (values.some(isRawPattern)) need(kit, 'regexp', kit.place && pointerTo(kit.place, key));
  const [only] = values;
  if (values.length === 1 && only !== undefined && !isPattern(only)) {
    return { key, values, test: (value) => (value === only ? 'match' : 'no-match') };
  }
  const tests: ((value: string) => LabelMatch)[] = values.map((text) => {
    return isPattern(text)
      ? lazyTest(text, kit)
      : (value) => (value === text ? 'match' : 'no-match');
  });
  const test = (value: string): LabelMatch => {
    for (const one of tests) {
      const result = one(value);
      if (result !== 'no-match') return result;
    }
    return 'no-match';
  };
  return { key, values, test };
}

function lazyTest(text: string, kit: Toolkit): (value: string) => LabelMatch {
  let compiled: ((value: string) => boolean) | 'invalid' | undefined;
  return (value) => {
    compiled ??= tryCompile(text, kit);
    if (compiled === 'invalid') return 'error';
    try {
      return compiled(value) ? 'match' : 'no-match';
    } catch (error) {
      if (error instanceof EvaluationFailure) return 'error';
      throw error;
    }
  };
}

function tryCompile(text: string, kit: Toolkit): ((value: string) => boolean) | 'invalid' {
  try {
    return compileValuePattern(text, kit);
  } catch {
    return 'invalid';
  }
}

function isPattern(text: string): boolean {
  return text.includes('*') || isRawPattern(text);
}

/** A regular expression can be invalid, a glob only too long. */
function mayBeInvalid(text: string, kit: Toolkit): boolean {
  return isRawPattern(text) || (text.includes('*') && text.length > kit.maxPatternLength);
}

/**
 * Every key must match, or with `anyOf` one. An error of one key wins over what the others say, whatever their order; where none
 * can fail, the first key that settles it does.
 */
function matchKeys(
  keys: readonly SelectorKey[],
  labels: ReadonlyMap<string, string>,
  anyOf: boolean,
  canFail: boolean,
): LabelMatch {
  const settling = anyOf ? 'match' : 'no-match';
  let result: LabelMatch = anyOf || keys.length === 0 ? 'no-match' : 'match';
  for (const { key, test } of keys) {
    const value = labels.get(key);
    const one = value === undefined ? 'no-match' : test(value);
    if (one === 'error') return one;
    if (one !== settling) continue;
    if (!canFail) return one;
    result = one;
  }
  return result;
}
