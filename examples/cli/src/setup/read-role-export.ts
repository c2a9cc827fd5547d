import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type PolicyDocument, parsePolicy, type ResourceTag } from '@postern/federation/policy';
import { CliError } from '../cli-error.js';
import type { CommandInput } from '../command.js';

/** A role as `aws iam get-role` prints it. */
export interface ExportedRole {
  readonly roleArn: string;
  readonly trust: PolicyDocument;
  readonly tags: readonly ResourceTag[];
}

/** Reads the output of `aws iam get-role`; `-` is standard input. @throws CliError for anything else */
export async function readRoleExport(input: CommandInput, file: string): Promise<ExportedRole> {
  const whole = await readJson(input, file);
  const role = objectOf(whole.Role) ?? whole;
  const { Arn: arn, AssumeRolePolicyDocument: document, Tags: tags = [] } = role;
  if (typeof arn !== 'string' || document === undefined) {
    throw new CliError(
      `${file} is no exported role: write it with "aws iam get-role --role-name NAME > ${file}"`,
    );
  }
  return { roleArn: arn, trust: policyOf(document), tags: tagsOf(tags) };
}

/** Reads the output of `aws iam get-role-policy`, or a bare policy document. */
export async function readPolicyExport(input: CommandInput, file: string): Promise<PolicyDocument> {
  const whole = await readJson(input, file);
  return policyOf(whole.PolicyDocument ?? objectOf(whole.PolicyVersion)?.Document ?? whole);
}

/** AWS prints documents as objects, its API percent-encoded. */
const policyOf = (value: unknown): PolicyDocument =>
  parsePolicy(typeof value === 'string' ? value : JSON.stringify(value));

function tagsOf(value: unknown): readonly ResourceTag[] {
  return (Array.isArray(value) ? value : []).flatMap((item) => {
    const { Key, Value } = objectOf(item) ?? {};
    return typeof Key === 'string' && typeof Value === 'string' ? [{ Key, Value }] : [];
  });
}

async function readJson(
  input: CommandInput,
  file: string,
): Promise<Readonly<Record<string, unknown>>> {
  let text: string;
  try {
    text =
      file === '-'
        ? await input.terminal.readInput()
        : readFileSync(resolve(input.cwd, file), 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`${file} cannot be read (${reason})`, { cause });
  }
  try {
    const value = objectOf(JSON.parse(text));
    if (value) return value;
  } catch {
    // Said below.
  }
  throw new CliError(`${file} is no JSON object: give the output of the AWS CLI as it is`);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...value }
    : undefined;
}
