import { isDeepStrictEqual } from 'node:util';

/** Deep and exact, whatever the key order and prototypes. */
export function equal(expected, got) {
  return isDeepStrictEqual(plain(expected), plain(got));
}

/** Every member of `expected` is there and equal: maps by this rule again, lists item by item. */
export function subset(expected, got) {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(got) &&
      got.length === expected.length &&
      expected.every((item, index) => subset(item, got[index]))
    );
  }
  if (expected === null || typeof expected !== 'object') return Object.is(expected, got);
  if (got === null || typeof got !== 'object' || Array.isArray(got)) return false;
  return Object.keys(expected).every(
    (key) => Object.hasOwn(got, key) && subset(expected[key], got[key]),
  );
}

/** The outcome of a case for the runner. */
export function outcome(expected, got, same = equal) {
  return { pass: same(expected, got), expected, got };
}

/** What `run` gives, or `{ error: code }` when it throws a coded error of a package. Other errors go on. */
export function codeOrValue(run) {
  try {
    return run();
  } catch (error) {
    if (typeof error?.code === 'string' && error.cause?.name !== 'TypeError')
      return { error: error.code };
    throw error;
  }
}

/** Members that are undefined are as good as absent. */
function plain(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
