import { checkArnPattern, pinsAccount, reportUnpinned } from './check-arn-pattern.js';
import { checkOrganizationalUnits } from './check-organizational-units.js';
import type { ParseTokenOptions } from './parse-token.js';
import { asMapping, asText, type FieldCheck, type Mapping, readFields } from './read-fields.js';
import type { IssueCollector, Path } from './token-issues.js';

const ACCOUNT = /^[0-9]{12}$/;
const ORGANIZATION = /^o-[a-z0-9]{10,32}$/;
const USER_ID = /^[A-Z0-9]{16,128}$/;

/** Conditions of other join methods. Ignoring one would widen access. */
const OTHER_METHODS = ['aws_role', 'aws_regions', 'aws_iid_ttl'];

/** Checks one entry of `spec.allow`. */
export function checkRule(
  value: unknown,
  path: Path,
  options: ParseTokenOptions,
  issues: IssueCollector,
): void {
  const rule = asMapping(value, path, issues);
  if (!rule) return;
  if (Object.keys(rule).length === 0) {
    issues.error(
      path,
      'empty-rule',
      'A rule without conditions would admit every AWS account: add aws_account or aws_arn.',
    );
    return;
  }
  const account = validAccount(rule);
  const inOrganization = isNonNull(rule, 'aws_organization_id');
  const allowUnpinned = options.allowUnpinnedAccounts === true;
  const text =
    (check: (value: string, path: Path) => void): FieldCheck =>
    (raw, at) => {
      const read = asText(raw, at, issues);
      if (read !== undefined) check(read, at);
    };
  // A condition that is written but empty must not count as absent.
  const field = (check: FieldCheck, name: string) =>
    OTHER_METHODS.includes(name)
      ? { check, evenNull: true }
      : { check, required: Object.hasOwn(rule, name) };
  const checks: readonly (readonly [string, FieldCheck])[] = [
    ['aws_account', text((read, at) => checkAccount(read, at, issues))],
    [
      'aws_arn',
      text((read, at) =>
        checkArnPattern(
          read,
          at,
          { account, pinned: isNonNull(rule, 'aws_account') || inOrganization, allowUnpinned },
          issues,
        ),
      ),
    ],
    ['aws_organization_id', text((read, at) => checkOrganization(read, at, options, issues))],
    [
      'aws_organizational_units',
      (raw, at) =>
        checkOrganizationalUnits(raw, at, Object.hasOwn(rule, 'aws_organization_id'), issues),
    ],
    [
      'aws_user_id',
      text((read, at) => {
        if (!USER_ID.test(read)) {
          issues.error(
            at,
            'invalid-user-id',
            'The unique id must be what STS reports before the colon: 16 to 128 capital letters and digits.',
          );
        } else if (!isNonNull(rule, 'aws_account') && !hasPinnedArn(rule)) {
          reportUnpinned(at, allowUnpinned, issues);
        }
      }),
    ],
    ...OTHER_METHODS.map((name): readonly [string, FieldCheck] => [
      name,
      (_, at) =>
        issues.error(
          at,
          'unsupported-for-method',
          `"${name}" belongs to another join method and has no meaning for iam.`,
        ),
    ]),
  ];
  readFields(
    rule,
    path,
    new Map(checks.map(([name, check]) => [name, field(check, name)])),
    issues,
  );
}

function checkAccount(account: string, path: Path, issues: IssueCollector): void {
  if (/[*?]/.test(account)) {
    issues.error(
      path,
      'wildcard-not-allowed',
      'An account is compared as it is: wildcards have no meaning in aws_account.',
    );
  } else if (!ACCOUNT.test(account)) {
    issues.error(
      path,
      'invalid-account',
      'The account must be twelve digits in quotes, without dashes or spaces.',
    );
  }
}

function checkOrganization(
  id: string,
  path: Path,
  options: ParseTokenOptions,
  issues: IssueCollector,
): void {
  if (!options.organizationResolver) {
    issues.error(
      path,
      'organization-resolver-required',
      'The rule asks for an organization, but no organizationResolver is configured to look it up.',
    );
  } else if (!ORGANIZATION.test(id)) {
    issues.error(
      path,
      'invalid-organization',
      'The organization must be "o-" and 10 to 32 lower-case letters or digits.',
    );
  }
}

function validAccount(rule: Mapping): string | undefined {
  const account = Object.hasOwn(rule, 'aws_account') ? rule.aws_account : undefined;
  return typeof account === 'string' && ACCOUNT.test(account) ? account : undefined;
}

function hasPinnedArn(rule: Mapping): boolean {
  const arn = Object.hasOwn(rule, 'aws_arn') ? rule.aws_arn : undefined;
  return typeof arn === 'string' && pinsAccount(arn);
}

function isNonNull(rule: Mapping, name: string): boolean {
  return Object.hasOwn(rule, name) && rule[name] !== undefined && rule[name] !== null;
}
