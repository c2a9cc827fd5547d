import { EvaluationFailure } from '../expression/evaluation-failure.js';
import { isList, sameValue, type WhereContext, type WhereValue } from './where-values.js';

type Predicate = (args: readonly WhereValue[], context: WhereContext) => boolean;

/** Functions that answer yes or no, with the number of arguments they take. Wrong types give no. */
export const PREDICATES: ReadonlyMap<
  string,
  { readonly arity: number | 'any'; readonly run: Predicate }
> = new Map<string, { arity: number | 'any'; run: Predicate }>([
  [
    'contains',
    { arity: 2, run: ([list, item]) => isText(item) && listOf(list)?.includes(item) === true },
  ],
  ['equals', { arity: 2, run: ([a, b]) => sameValue(a, b) }],
  [
    'has_prefix',
    {
      arity: 2,
      run: ([text, prefix]) => isText(text) && isText(prefix) && text.startsWith(prefix),
    },
  ],
  [
    'all_end_with',
    {
      arity: 2,
      run: ([items, suffix]) => isText(suffix) && every(items, (item) => item.endsWith(suffix)),
    },
  ],
  [
    'all_equal',
    {
      arity: 2,
      run: ([items, wanted]) => isText(wanted) && every(items, (item) => item === wanted),
    },
  ],
  [
    'is_subset',
    {
      arity: 'any',
      run: ([items, ...set]) => set.every(isText) && every(items, (item) => set.includes(item)),
    },
  ],
  [
    'contains_all',
    { arity: 2, run: ([list, items]) => compare(list, items, (has, wanted) => wanted.every(has)) },
  ],
  [
    'contains_any',
    { arity: 2, run: ([list, items]) => compare(list, items, (has, wanted) => wanted.some(has)) },
  ],
  ['can_view', { arity: 0, run: (_, context) => askCanView(context) }],
]);

/** `set("a", "b")`: the one function that gives a list. */
export function makeSet(args: readonly WhereValue[]): readonly string[] {
  return args.filter(isText);
}

function isText(value: WhereValue): value is string {
  return typeof value === 'string';
}

function listOf(value: WhereValue): readonly string[] | undefined {
  return isList(value) ? value : undefined;
}

/** A text counts as a list of one here, unlike in `contains`. */
function every(value: WhereValue, test: (item: string) => boolean): boolean {
  if (isText(value)) return test(value);
  return listOf(value)?.every(test) === true;
}

function compare(
  list: WhereValue,
  items: WhereValue,
  test: (has: (item: string) => boolean, wanted: readonly string[]) => boolean,
): boolean {
  const all = listOf(list);
  const wanted = listOf(items);
  if (all === undefined || wanted === undefined || all.length === 0 || wanted.length === 0) {
    return false;
  }
  return test((item) => all.includes(item), wanted);
}

function askCanView({ canView }: WhereContext): boolean {
  if (canView === undefined) throw new EvaluationFailure('can_view() needs an object to look at');
  try {
    return canView() === true;
  } catch {
    throw new EvaluationFailure('the check behind can_view() failed');
  }
}
