/** What a Unicode class costs to build, compared with a letter. */
const UNICODE_CLASS_WEIGHT = 85;

/** What a wide range costs at most when both cases count: the engine looks up each of its characters. */
const MAX_RANGE_WEIGHT = 512;

/** How costly a regular expression is. */
export interface PatternSize {
  /**
   * An upper estimate of the steps once counted repetitions are written out, or of the effort to parse it, whichever is
   * more. The engine is linear in this number, so `((x{100}){10})` must be refused before it is built, not after.
   */
  readonly size: number;
  /** Whether nothing in it leaves a choice, so that a match never looks further than it reaches. */
  readonly isStraight: boolean;
}

/**
 * Estimates a pattern before it is built. Texts that are no valid expression get some number; the engine refuses them later.
 *
 * @param ignoreCase - whether both cases count without a flag in the pattern
 */
export function estimatePattern(pattern: string, ignoreCase: boolean): PatternSize {
  const folds = ignoreCase || /\(\?[a-zA-Z-]*i/.test(pattern);
  const open: number[] = [];
  let total = 0;
  let last = 0;
  let position = 0;
  let effort = 0;
  let isStraight = true;
  // A class that is not closed takes the rest: looking for its end again from each bracket would take cubic time.
  const atom =
    /\\Q[\s\S]*?(?:\\E|$)|\\[pP]\{[^}]*\}|\\x\{[^}]*\}|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:[a-z^]*:\]|[^\]\\])*(?:\]|$)|[\s\S]/y;
  const repeat = /\{(\d{1,6})(?:(,)(\d{0,6}))?\}/y;
  while (position < pattern.length) {
    repeat.lastIndex = position;
    const counted = repeat.exec(pattern);
    if (counted !== null) {
      const count = Math.max(Number(counted[1]), Number(counted[3] ?? 0), 1);
      total += last * count;
      last *= count + 1;
      isStraight &&= counted[2] === undefined;
      position += counted[0].length;
      continue;
    }
    atom.lastIndex = position;
    const text = atom.exec(pattern)?.[0] ?? '?';
    position += text.length;
    if (text === '(') {
      open.push(total);
      total = 0;
      last = 0;
    } else if (text === ')') {
      last = total + 2;
      total = (open.pop() ?? 0) + last;
    } else if (text === '*' || text === '+' || text === '?') {
      last += 1;
      total += 1;
      isStraight = false;
    } else {
      last = text.startsWith('\\Q') ? text.length : 1;
      total += last;
      isStraight &&= text !== '|';
      effort += (text.match(/\\[pP]/g)?.length ?? 0) * UNICODE_CLASS_WEIGHT;
      if (folds) effort += foldingWeight(text);
    }
  }
  const size = open.reduce((sum, outer) => sum + outer, total);
  return { size: Math.max(size, effort), isStraight };
}

/** What the ranges of a class add when both cases count; taken from the upper end, which is never too little. */
function foldingWeight(text: string): number {
  if (!text.startsWith('[')) return 0;
  let weight = 0;
  for (const [, hex, char] of text.matchAll(/-(?:\\x\{([0-9a-fA-F]{1,8})\}|([^\\\]]))/gu)) {
    const end = hex === undefined ? (char?.codePointAt(0) ?? 0) : Number.parseInt(hex, 16);
    weight += Math.min(end >> 8, MAX_RANGE_WEIGHT);
  }
  return weight;
}
