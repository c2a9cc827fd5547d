/** What a Unicode class costs to build, compared with a letter. */
const UNICODE_CLASS_WEIGHT = 50;

/**
 * An upper estimate of the steps a regular expression has once its counted repetitions are written out, or of
 * the effort to parse it, whichever is more. The engine is linear in this number, so `((x{100}){10})` must be refused
 * before it is built, not after. Texts that are no valid expression get some number; the engine refuses them later.
 */
export function estimatePatternSize(pattern: string): number {
  const open: number[] = [];
  let total = 0;
  let last = 0;
  let position = 0;
  let unicode = 0;
  const atom =
    /\\Q[\s\S]*?(?:\\E|$)|\\[pP]\{[^}]*\}|\\x\{[^}]*\}|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:[^\]]*:\]|[^\]\\])*\]|[\s\S]/y;
  const repeat = /\{(\d{1,6})(?:,(\d{0,6}))?\}/y;
  while (position < pattern.length) {
    repeat.lastIndex = position;
    const counted = repeat.exec(pattern);
    if (counted !== null) {
      const count = Math.max(Number(counted[1]), Number(counted[2] ?? 0), 1);
      total += last * count;
      last *= count + 1;
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
    } else {
      last = text.startsWith('\\Q') ? text.length : 1;
      total += last;
      unicode += text.match(/\\[pP]/g)?.length ?? 0;
    }
  }
  const size = open.reduce((sum, outer) => sum + outer, total);
  return Math.max(size, unicode * UNICODE_CLASS_WEIGHT);
}
