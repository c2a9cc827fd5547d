import { checkRule } from './check-rule.js';
import type { ParseTokenOptions } from './parse-token.js';
import { asList, asMapping, asText, readFields, reportRequired } from './read-fields.js';
import type { IssueCollector, Path } from './token-issues.js';

const ROLES = ['Node', 'Proxy', 'Kube', 'App', 'Db', 'WindowsDesktop', 'Discovery', 'Bot'];

/** Checks `spec`. */
export function checkSpec(
  value: unknown,
  at: Path,
  options: ParseTokenOptions,
  issues: IssueCollector,
): void {
  const spec = asMapping(value, at, issues);
  if (!spec) return;
  const isBot = Array.isArray(spec.roles) && spec.roles.includes('Bot');
  readFields(
    spec,
    at,
    new Map([
      [
        'roles',
        {
          check: (raw: unknown, path: Path) => checkRoles(raw, path, options, issues),
          required: true,
        },
      ],
      [
        'join_method',
        {
          check: (raw: unknown, path: Path) => checkMethod(asText(raw, path, issues), path, issues),
          required: true,
        },
      ],
      [
        'bot_name',
        {
          check: (raw: unknown, path: Path) =>
            checkBotName(asText(raw, path, issues), isBot, path, issues),
          required: isBot,
        },
      ],
      [
        'allow',
        {
          check: (raw: unknown, path: Path) => {
            asList(raw, path, issues)?.forEach((rule, index) => {
              checkRule(rule, [...path, index], options, issues);
            });
          },
          required: true,
        },
      ],
      [
        'suggested_labels',
        {
          check: (raw: unknown, path: Path) => {
            asMapping(raw, path, issues);
          },
        },
      ],
      [
        'aws_iid_ttl',
        {
          check: (_: unknown, path: Path) =>
            issues.error(
              path,
              'unsupported-for-method',
              '"aws_iid_ttl" belongs to the join method ec2.',
            ),
          evenNull: true,
        },
      ],
    ]),
    issues,
  );
}

function checkRoles(
  value: unknown,
  at: Path,
  options: ParseTokenOptions,
  issues: IssueCollector,
): void {
  const known = new Set([...ROLES, ...(options.extraRoles ?? [])]);
  const seen = new Set<string>();
  asList(value, at, issues)?.forEach((item, index) => {
    const path = [...at, index];
    if (item === undefined || item === null) {
      reportRequired(path, issues);
      return;
    }
    const role = asText(item, path, issues);
    if (role === undefined) return;
    if (!known.has(role)) {
      issues.error(
        path,
        'unknown-role',
        `The role must be one of ${[...known].join(', ')}, written exactly so.`,
      );
    } else if (seen.has(role)) {
      issues.error(path, 'duplicate-role', `The role ${role} stands in the list before.`);
    }
    seen.add(role);
  });
}

function checkMethod(method: string | undefined, path: Path, issues: IssueCollector): void {
  if (method === undefined || method === 'iam') return;
  issues.error(path, 'wrong-join-method', 'The join method must be iam, written exactly so.');
}

function checkBotName(
  name: string | undefined,
  isBot: boolean,
  path: Path,
  issues: IssueCollector,
): void {
  if (name === undefined) return;
  if (name === '') {
    issues.error(path, 'empty', 'The bot needs a name.');
  } else if (!isBot) {
    issues.error(path, 'unsupported-value', '"bot_name" has a meaning only with the role Bot.');
  }
}
