import type { PolicyDocument, PolicyStatement, RoleFinding } from '@postern/federation/policy';

/** Whom and what a trust policy is for; everything else that gets in deserves a look. */
export interface Expected {
  /** Trust policy of the set-up: the fix of everything that is found. */
  readonly trust: PolicyDocument;
  /** ARN of the identity provider, or of the role that assumes. */
  readonly principal: string;
  /** Accounts whose principals are no surprise. None: nobody but `principal` gets in. */
  readonly accounts?: readonly string[] | undefined;
  /** Values by condition key, lower case. Default: no condition is looked at. */
  readonly claims?: Readonly<Record<string, string>> | undefined;
}

/** Patterns are taken as the widest they could be: the first half reads them exactly. */
const WAYS_IN = /^sts:assumerole|[*?]/i;
const EQUALITY = /^(?:foranyvalue:)?string(?:equals|like|equalsignorecase)(?:ifexists)?$/i;

/**
 * The second half of the doctor: that the right one gets in is said elsewhere; here stands who and what gets in besides.
 * `*` and whole accounts where the role's own account is meant are left to the first half.
 */
export function checkOthers(
  { Statement }: PolicyDocument,
  expected: Expected,
): readonly RoleFinding[] {
  const allows = Statement.filter(
    ({ Effect, Action }) =>
      Effect === 'Allow' && (Action === undefined || listOf(Action).some((a) => WAYS_IN.test(a))),
  );
  const mine = allows.filter((statement) =>
    principalsOf(statement).some(({ name }) => name === expected.principal),
  );
  // A provider in place of ours is what the first half calls missing.
  const others = allows
    .flatMap(principalsOf)
    .filter((one) => isOther(one, expected) && (mine.length > 0 || one.type !== 'Federated'));
  const fix = { where: 'trust-policy', text: JSON.stringify(expected.trust, null, 2) } as const;
  const warnings = [
    ...[...new Set(others.map(({ name }) => name))].map(
      (name) => ['trust-too-wide', `The trust policy also lets ${name} in: remove it.`] as const,
    ),
    ...mine.flatMap((statement) => claimWarnings(statement, expected.claims ?? {})),
  ];
  return warnings.map(([code, message]) => ({ code, severity: 'warning', message, fix }));
}

interface Principal {
  readonly type: string;
  readonly name: string;
}

function principalsOf({ Principal: principal = {} }: PolicyStatement): readonly Principal[] {
  if (typeof principal === 'string') return [{ type: '*', name: principal }];
  return Object.entries(principal).flatMap(([type, names]) =>
    listOf(names).map((name) => ({ type, name })),
  );
}

function isOther({ type, name }: Principal, { principal, accounts }: Expected): boolean {
  if (name === principal || name === '*') return false;
  if (accounts === undefined) return true;
  // Services, and users of other providers, are somebody's intention; other accounts are somebody else's.
  const account = /^\d{12}$/.test(name) ? name : (name.split(':')[4] ?? '');
  const isWhole = name === account || name.endsWith(':root');
  return type === 'AWS' && !isWhole && /^\d{12}$/.test(account) && !accounts.includes(account);
}

function claimWarnings(
  { Condition = {} }: PolicyStatement,
  claims: Readonly<Record<string, string>>,
): readonly (readonly [RoleFinding['code'], string])[] {
  return Object.entries(Condition).flatMap(([operator, keys]) => {
    if (!EQUALITY.test(operator)) return [];
    return Object.entries(keys).flatMap(([key, values]) => {
      const right = Object.hasOwn(claims, key.toLowerCase())
        ? claims[key.toLowerCase()]
        : undefined;
      if (right === undefined) return [];
      const list = listOf(values).map(String);
      // Where the right value is missing, the first half says so.
      const isWide = (value: string) => /like/i.test(operator) && /[*?]/.test(value);
      if (!list.some((value) => value === right || isWide(value))) return [];
      const code = key.toLowerCase().endsWith(':aud') ? 'audience-mismatch' : 'subject-missing';
      return (
        list
          // A bare star is no condition at all, which the first half says.
          .filter((value) => value !== right && !(isWide(value) && /^\*+$/.test(value)))
          .map((value) => [code, sentenceFor(key, value, right, isWide(value))] as const)
      );
    });
  });
}

const sentenceFor = (key: string, value: string, right: string, isWide: boolean) =>
  isWide
    ? `The trust policy takes every ${key} that fits "${value}": name "${right}" alone.`
    : `The trust policy also takes the ${key} "${value}": name "${right}" alone.`;

const listOf = <T>(value: T | readonly T[]): readonly T[] =>
  // The cast follows the check: Array.isArray does not narrow readonly lists.
  Array.isArray(value) ? (value as readonly T[]) : [value as T];
