import { isPartitionName, partitionNames } from '@postern/config/aws';
import { compileWildcard } from '@postern/config/wildcard';
import { accountOfPattern } from './account-of-pattern.js';
import type { IssueCollector, Path, TokenIssueCode } from './token-issues.js';

const PRINTABLE = /^[\x21-\x7e]+$/;
const ACCOUNT = /^[0-9]{12}$/;
const WILDCARD = /[*?]/;

/** What stands beside the pattern in its rule. */
export interface ArnPatternOptions {
  /** A valid `aws_account`. */
  readonly account: string | undefined;
  /** Whether something else than the pattern names the account or its organization. */
  readonly pinned: boolean;
  /** Not naming an account is a warning. */
  readonly allowUnpinned: boolean;
}

/** Reports the first fault of an `aws_arn`, or the warning about it. */
export function checkArnPattern(
  pattern: string,
  path: Path,
  options: ArnPatternOptions,
  issues: IssueCollector,
): void {
  const fault = faultOf(pattern, options.account);
  if (fault) {
    issues.error(path, ...fault);
    return;
  }
  if (!options.pinned && !pinsAccount(pattern)) {
    reportUnpinned(path, options.allowUnpinned, issues);
    if (!options.allowUnpinned) return;
  }
  const service = pattern.split(':')[2] ?? '';
  const resource = resourceOf(pattern);
  if (neverMatches(service, resource)) {
    issues.warning(
      path,
      'never-matches',
      'STS never reports such an ARN: for a role write arn:<partition>:sts::<account>:assumed-role/<name without path>/*.',
    );
  } else if (isSpoofable(resource)) {
    issues.warning(
      path,
      'session-spoofable',
      'The star also matches the session name, which the caller of sts:AssumeRole chooses: write assumed-role/<role>/<session> with two slashes.',
    );
  }
}

/** Whether the pattern alone fixes the account. `matchAllowRules` holds every identity to it. */
export function pinsAccount(pattern: string): boolean {
  return accountOfPattern(pattern) !== undefined;
}

/** Reports that a rule is open to every account. */
export function reportUnpinned(path: Path, allow: boolean, issues: IssueCollector): void {
  const message =
    'The rule does not name its account: add aws_account, or write the account in the ARN without wildcards.';
  if (allow) issues.warning(path, 'unpinned-account', message);
  else issues.error(path, 'unpinned-account', message);
}

function faultOf(
  pattern: string,
  account: string | undefined,
): readonly [TokenIssueCode, string] | undefined {
  const sections = pattern.split(':');
  const [prefix, partition = '', service = '', region = '', arnAccount = ''] = sections;
  if (sections.length < 6 || prefix !== 'arn' || !PRINTABLE.test(pattern)) {
    return [
      'invalid-arn',
      'The ARN must have six sections, arn:<partition>:sts::<account>:<resource>, in printable ASCII without spaces.',
    ];
  }
  if (!isPartitionName(partition) && !matchesAny(partition, partitionNames())) {
    return ['unknown-partition', 'The second section of the ARN is not an AWS partition.'];
  }
  if (!matchesAny(service, ['sts', 'iam'])) {
    return [
      'invalid-arn-service',
      'The third section of the ARN must be sts or iam: no other service names callers.',
    ];
  }
  if (!matchesAny(region, [''])) {
    return [
      'invalid-arn-region',
      'The fourth section of the ARN must be empty: callers have no region.',
    ];
  }
  if (!ACCOUNT.test(arnAccount) && !WILDCARD.test(arnAccount)) {
    return [
      'invalid-arn-account',
      'The fifth section of the ARN must be an account of twelve digits.',
    ];
  }
  if (account !== undefined && !matchesAny(arnAccount, [account])) {
    return [
      'account-conflict',
      'The account in the ARN is not aws_account, so the rule can match nobody.',
    ];
  }
  return undefined;
}

function matchesAny(pattern: string, texts: readonly string[]): boolean {
  return texts.some(compileWildcard(pattern));
}

function resourceOf(pattern: string): string {
  return pattern.split(':').slice(5).join(':');
}

/** The kinds of resources that STS reports, by service. */
function neverMatches(service: string, resource: string): boolean {
  const services = ['sts', 'iam'].filter(compileWildcard(service));
  const kinds = services.flatMap((name) =>
    name === 'sts' ? ['assumed-role/', 'federated-user/'] : ['user/', 'root'],
  );
  return !kinds.some((kind) => canBe(kind, resource));
}

/** Whether a resource pattern can match a resource of a kind: by its literal start and its slashes. */
function canBe(kind: string, resource: string): boolean {
  const star = resource.search(WILDCARD);
  const literal = star < 0 ? resource : resource.slice(0, star);
  const hasStar = resource.includes('*');
  if (kind === 'root') return compileWildcard(resource)('root');
  const starts = literal.startsWith(kind) || (star >= 0 && kind.startsWith(literal));
  if (!starts || (literal === kind && star < 0)) return false;
  if (kind === 'user/') return true;
  const slashes = resource.split('/').length - 1;
  const expected = kind === 'assumed-role/' ? 2 : 1;
  const questions = resource.includes('?');
  return slashes <= expected && (slashes === expected || hasStar || questions);
}

function isSpoofable(resource: string): boolean {
  const star = resource.indexOf('*');
  const slashes = resource.split('/').length - 1;
  return star >= 0 && slashes < 2 && /[^*?]/.test(resource.slice(star));
}
