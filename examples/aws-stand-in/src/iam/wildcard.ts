/**
 * IAM wildcard match: `*` any run, `?` one character, both ends anchored. Two pointers, so hostile patterns stay cheap.
 */
export function wildcardMatch(pattern: string, value: string): boolean {
  let p = 0;
  let v = 0;
  let star = -1;
  let mark = 0;
  while (v < value.length) {
    if (
      p < pattern.length &&
      (pattern[p] === '?' || pattern[p] === value[v]) &&
      pattern[p] !== '*'
    ) {
      p += 1;
      v += 1;
    } else if (pattern[p] === '*') {
      star = p;
      mark = v;
      p += 1;
    } else if (star >= 0) {
      p = star + 1;
      mark += 1;
      v = mark;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
