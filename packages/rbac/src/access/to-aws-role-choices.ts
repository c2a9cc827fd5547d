import { parseIamRoleArn } from '@postern/config/aws';

/** An IAM role to choose from. */
export interface AwsRoleChoice {
  /** The full ARN. */
  readonly arn: string;
  /** The name with its path, such as `team/core/Dev`. */
  readonly name: string;
  /** The name alone, such as `Dev`. */
  readonly display: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** Options of {@link toAwsRoleChoices}. */
export interface AwsRoleChoicesOptions {
  /** Keep only roles of this account. Default, also when empty: every account. */
  readonly accountId?: string | undefined;
}

/**
 * Makes choices of those texts that are ARNs of IAM roles; the others, wildcards among them, are left out. The order
 * is kept.
 *
 * @param arns - texts from roles
 */
export function toAwsRoleChoices(
  arns: Iterable<string>,
  options: AwsRoleChoicesOptions = {},
): readonly AwsRoleChoice[] {
  const { accountId = '' } = options;
  const choices: AwsRoleChoice[] = [];
  for (const arn of arns) {
    const choice = tryChoice(arn);
    if (choice !== undefined && (accountId === '' || choice.accountId === accountId)) {
      choices.push(choice);
    }
  }
  return choices;
}

function tryChoice(arn: string): AwsRoleChoice | undefined {
  // The parser throws for what it refuses, and roles may hold any text; so the obvious is sorted out first.
  if (!/^arn:[a-z-]+:iam::\d{12}:role\//.test(arn)) return undefined;
  try {
    const { accountId, resource, roleName } = parseIamRoleArn(arn);
    return Object.freeze({
      arn,
      name: resource.slice('role/'.length),
      display: roleName,
      accountId,
    });
  } catch {
    return undefined;
  }
}
