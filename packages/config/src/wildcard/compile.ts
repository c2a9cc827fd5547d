/** How {@link compileWildcard} reads a pattern. */
export interface WildcardOptions {
  /** `one`: a question mark stands for exactly one character. `literal`: it stands for itself. Default `one`. */
  readonly question?: 'one' | 'literal' | undefined;
}

const STAR = 0x2a;
const QUESTION = 0x3f;

/**
 * Compiles a pattern in the wildcard meaning AWS gives to ARNs: `*` is any run of characters, also an
 * empty one and also `/` and `:`; `?` is one character (one code point); everything else stands for
 * itself, upper and lower case apart, and both ends are anchored. There is no escape character.
 *
 * The matcher is a loop with two pointers, not a regular expression: it never backs up further than to
 * the last star, so the cost is linear for one star and at worst the product of the two lengths.
 * Callers bound the length of both texts.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 * @param pattern - the pattern; an empty one matches only the empty text
 * @returns a function that says whether the whole of a text matches
 * @example
 * ```ts
 * const matches = compileWildcard('arn:aws:sts::111122223333:assumed-role/app-?/i-*');
 * matches('arn:aws:sts::111122223333:assumed-role/app-1/i-0abc'); // true
 * ```
 */
export function compileWildcard(
  pattern: string,
  options: WildcardOptions = {},
): (value: string) => boolean {
  const question = options.question === 'literal' ? -1 : QUESTION;
  if (!pattern.includes('*') && (question === -1 || !pattern.includes('?'))) {
    return (value) => value === pattern;
  }
  return (value) => matchWildcard(pattern, value, question);
}

function matchWildcard(pattern: string, value: string, question: number): boolean {
  let p = 0;
  let v = 0;
  let afterStar = -1;
  let retryAt = 0;
  while (v < value.length) {
    const expected = pattern.charCodeAt(p);
    if (expected === STAR) {
      p += 1;
      if (p === pattern.length) return true;
      afterStar = p;
      retryAt = v;
    } else if (p < pattern.length && expected === question) {
      p += 1;
      v = nextCharacter(value, v);
    } else if (p < pattern.length && expected === value.charCodeAt(v)) {
      p += 1;
      v += 1;
    } else if (afterStar >= 0) {
      // Only the last star has to give: what stands before it has already found its leftmost place.
      retryAt = nextCharacter(value, retryAt);
      p = afterStar;
      v = retryAt;
    } else {
      return false;
    }
  }
  while (pattern.charCodeAt(p) === STAR) p += 1;
  return p === pattern.length;
}

/** Steps over a surrogate pair as one character, so that `?` is never half of one. */
function nextCharacter(value: string, index: number): number {
  const unit = value.charCodeAt(index);
  if (unit < 0xd800 || unit > 0xdbff) return index + 1;
  const next = value.charCodeAt(index + 1);
  return next >= 0xdc00 && next <= 0xdfff ? index + 2 : index + 1;
}
