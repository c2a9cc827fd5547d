import { ConfigError, parseIamRoleArn } from '@postern/config/aws';
import type { CompiledConditions, RoleExtensions } from '../role/compiled-role.js';
import type { Finding } from './lint-roles.js';

/** ARNs that match no role as they stand. */
export function lintArns(
  side: 'allow' | 'deny',
  { arns, labels, expressionText }: CompiledConditions,
  { arnPatterns = false }: RoleExtensions,
): readonly Finding[] {
  const findings = arns.flatMap(({ template, pointer }) => {
    const { text, isLiteral } = template;
    const isPattern = arnPatterns && /[*?]/.test(text);
    return isPattern ? [] : lintArn(side, text, isLiteral, pointer);
  });
  if (side === 'deny' && arns.length > 0 && (labels.length > 0 || expressionText !== '')) {
    findings.push({
      code: 'deny-arn-everywhere',
      severity: 'warning',
      message:
        'Denied AWS roles are denied on every app; the labels beside them do not narrow that.',
      pointer: '/spec/deny/aws_role_arns',
    });
  }
  return findings;
}

function lintArn(
  side: 'allow' | 'deny',
  text: string,
  isLiteral: boolean,
  pointer: string,
): readonly Finding[] {
  if (!isLiteral) return lintFixedPart(text, pointer);
  if (/[*?]/.test(text) || (text.startsWith('^') && text.endsWith('$'))) {
    const code = side === 'deny' ? 'inert-deny' : 'inert-wildcard';
    const what = side === 'deny' ? 'denies' : 'grants';
    const message = `AWS role ARNs are compared as text, so this wildcard ${what} nothing.`;
    return [{ code, severity: 'error', message, hint: 'Write each AWS role ARN out.', pointer }];
  }
  try {
    parseIamRoleArn(text);
    return [];
  } catch (error) {
    const hint = error instanceof ConfigError ? error.hint : undefined;
    const message = `This is no AWS role ARN${sayAccount(text)}, so it matches no role and is never listed.`;
    return [{ code: 'malformed-arn', severity: 'warning', message, hint, pointer }];
  }
}

/** Of a template the text in front of the braces can be checked: its colons must all be there. */
function lintFixedPart(text: string, pointer: string): readonly Finding[] {
  const prefix = text.slice(0, text.indexOf('{{')).trimStart();
  if (!prefix.startsWith('arn:')) return [];
  const isShort = /^arn:[^:]*:iam:\d+:/.test(prefix);
  const account = /^arn:[^:]*:iam::(\d+):/.exec(prefix)?.[1];
  if (!isShort && (account === undefined || account.length === 12)) return [];
  const message = isShort
    ? 'There is a colon missing between iam and the account, so this matches no role.'
    : 'An AWS account has twelve digits, so this matches no role.';
  const hint = isShort ? text.replace(':iam:', ':iam::') : undefined;
  return [{ code: 'malformed-arn', severity: 'warning', message, hint, pointer }];
}

function sayAccount(text: string): string {
  const account = /^arn:[^:]*:iam::(\d+):/.exec(text)?.[1];
  return account === undefined || account.length === 12
    ? ''
    : ` (an account has twelve digits, this one has ${account.length})`;
}
