import { checkMetadata } from './check-metadata.js';
import { checkSpec } from './check-spec.js';
import { asMapping, asText, type Mapping, readFields } from './read-fields.js';
import { toToken } from './to-token.js';
import {
  createIssueCollector,
  type IssueCollector,
  type Path,
  type TokenIssue,
} from './token-issues.js';
import type { Token } from './types.js';

/** How strict `parseToken` is. */
export interface ParseTokenOptions {
  /** Warnings are errors. Default false. */
  readonly strict?: boolean | undefined;
  /** A rule open to every account is a warning instead of an error. Default false. */
  readonly allowUnpinnedAccounts?: boolean | undefined;
  /** Roles besides Node, Proxy, Kube, App, Db, WindowsDesktop, Discovery and Bot. Default none. */
  readonly extraRoles?: readonly string[] | undefined;
  /** Whether (or with what) organizations are looked up at join time. Only its presence counts here. */
  readonly organizationResolver?: unknown;
}

/** A token, unless there are errors; findings are in document order. */
export interface ParseTokenResult {
  readonly token?: Token | undefined;
  readonly errors: readonly TokenIssue[];
  readonly warnings: readonly TokenIssue[];
}

/**
 * Checks a token resource of join method `iam`. It takes a value, not text: a document as the loader of
 * `@postern/config` keeps it, or any plain object. Strict on purpose: a typing mistake that another reader
 * repairs or ignores is an error here, because ignoring a condition widens access. Pure; never throws.
 *
 * @param value - the document; nothing about it is assumed
 * @returns the frozen token when there are no errors, and all findings with path and code
 * @example
 * ```ts
 * const { token, errors } = parseToken({ kind: 'token', version: 'v2' });
 * // token is undefined; errors name metadata and spec
 * ```
 */
export function parseToken(value: unknown, options: ParseTokenOptions = {}): ParseTokenResult {
  const issues = createIssueCollector(options.strict === true);
  const document = asMapping(snapshot(value), [], issues);
  if (document) checkDocument(document, options, issues);
  const { errors, warnings } = issues;
  if (!document || errors.length > 0) return { errors, warnings };
  return { token: toToken(document), errors, warnings };
}

/** A copy without accessors, so that what was checked is what is used. Undefined for what is not plain data. */
function snapshot(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}

function checkDocument(
  document: Mapping,
  options: ParseTokenOptions,
  issues: IssueCollector,
): void {
  const exactly = (expected: string) => (value: unknown, path: Path) => {
    const text = asText(value, path, issues);
    if (text !== undefined && text !== expected) {
      issues.error(path, 'unsupported-value', `"${String(path.at(-1))}" must be ${expected}.`);
    }
  };
  readFields(
    document,
    [],
    new Map([
      ['kind', { check: exactly('token'), required: true }],
      ['version', { check: exactly('v2'), required: true }],
      [
        'metadata',
        { check: (raw: unknown, path: Path) => checkMetadata(raw, path, issues), required: true },
      ],
      [
        'spec',
        {
          check: (raw: unknown, path: Path) => checkSpec(raw, path, options, issues),
          required: true,
        },
      ],
    ]),
    issues,
  );
}
