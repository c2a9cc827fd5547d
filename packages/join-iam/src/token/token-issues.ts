import { safeText } from '../wire/safe-text.js';

/** What can be wrong with a token resource. Stable: codes are only added, never renamed. */
export type TokenIssueCode =
  | 'required'
  | 'empty'
  | 'not-a-string'
  | 'not-a-list'
  | 'not-a-mapping'
  | 'unknown-field'
  | 'unsupported-value'
  | 'invalid-name'
  | 'unknown-role'
  | 'duplicate-role'
  | 'wrong-join-method'
  | 'unsupported-for-method'
  | 'empty-rule'
  | 'invalid-account'
  | 'wildcard-not-allowed'
  | 'invalid-arn'
  | 'unknown-partition'
  | 'invalid-arn-service'
  | 'invalid-arn-region'
  | 'invalid-arn-account'
  | 'account-conflict'
  | 'unpinned-account'
  | 'requires-organization'
  | 'organization-resolver-required'
  | 'invalid-organization'
  | 'invalid-user-id'
  | 'never-matches'
  | 'session-spoofable';

/** One finding, with its place. */
export interface TokenIssue {
  readonly code: TokenIssueCode;
  /** For people: `spec.allow[0].aws_arn`; empty for the document itself. */
  readonly path: string;
  /** JSON pointer into the value: `/spec/allow/0/aws_arn`. */
  readonly pointer: string;
  /** One sentence: what is wrong and what would be right. */
  readonly message: string;
}

/** Keys and indices from the document down to a value. */
export type Path = readonly (string | number)[];

/** Collects findings in the order in which the document is read. */
export interface IssueCollector {
  error(path: Path, code: TokenIssueCode, message: string): void;
  warning(path: Path, code: TokenIssueCode, message: string): void;
  readonly errors: readonly TokenIssue[];
  readonly warnings: readonly TokenIssue[];
}

/** @param strict - warnings become errors */
export function createIssueCollector(strict: boolean): IssueCollector {
  const errors: TokenIssue[] = [];
  const warnings: TokenIssue[] = [];
  return {
    errors,
    warnings,
    error: (path, code, message) => errors.push(issue(path, code, message)),
    warning: (path, code, message) => (strict ? errors : warnings).push(issue(path, code, message)),
  };
}

function issue(path: Path, code: TokenIssueCode, message: string): TokenIssue {
  const text = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${safeText(part, 64)}`))
    .join('');
  const pointer = path
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
  return { code, path: text.startsWith('.') ? text.slice(1) : text, pointer, message };
}
