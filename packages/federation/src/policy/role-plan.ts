import { FederationError } from '../errors.js';
import type { ProviderParams } from '../oidc/provider-registration.js';
import { readArn } from '../support/aws-names.js';
import type { ResourceTag } from './tags.js';
import type { PolicyDocument } from './types.js';

/** A role to be created, with all that belongs to it. Terraform and AWS CLI output come from the same plan. */
export interface RolePlan {
  /** Name of the role, 1 to 64 characters, without its path. */
  readonly roleName: string;
  /** Path with both slashes. Default `/`. */
  readonly path?: string | undefined;
  readonly trust: PolicyDocument;
  /** Policies that live inside the role, by name. Default: none. */
  readonly inlinePolicies?:
    | readonly { readonly name: string; readonly document: PolicyDocument }[]
    | undefined;
  /** ARNs of managed policies to attach. Default: none. */
  readonly managedPolicyArns?: readonly string[] | undefined;
  /** Default: none. */
  readonly tags?: readonly ResourceTag[] | undefined;
  /** MaxSessionDuration, 3600 to 43200 seconds. Default: not set; IAM takes 3600. */
  readonly maxSessionSeconds?: number | undefined;
  /** An OIDC provider to create first; createProviderParams makes it. Default: none. */
  readonly oidcProvider?: ProviderParams | undefined;
  /** An instance profile of the same name for EC2. Default false. */
  readonly instanceProfile?: boolean | undefined;
}

const NAME = /^[\w+=,.@-]{1,64}$/;
const INLINE_NAME = /^[\w+=,.@-]{1,128}$/;
const PATH = /^\/(?:[!-)+-.0-9;->@-~]+\/){0,64}$/;

/**
 * Checks a plan before it becomes commands that somebody will run.
 *
 * @throws FederationError `invalid-argument`, `malformed-arn`, `invalid-duration`
 */
export function checkRolePlan(plan: RolePlan): void {
  if (!NAME.test(plan.roleName)) {
    refuse('role name must be 1 to 64 of A-Z a-z 0-9 _ + = , . @ -');
  }
  if (plan.path !== undefined && !PATH.test(plan.path)) {
    refuse('path of the role must begin and end with a slash');
  }
  for (const { name } of plan.inlinePolicies ?? []) {
    if (!INLINE_NAME.test(name)) refuse('name of an inline policy has characters IAM refuses');
  }
  for (const arn of plan.managedPolicyArns ?? []) readArn(arn, 'ARN of the managed policy');
  const seconds = plan.maxSessionSeconds ?? 3600;
  if (!Number.isInteger(seconds) || seconds < 3600 || seconds > 43_200) {
    throw new FederationError({
      code: 'invalid-duration',
      message: 'The maximum session duration of a role must be 3600 to 43200 whole seconds.',
    });
  }
}

function refuse(rule: string): never {
  throw new FederationError({ code: 'invalid-argument', message: `The ${rule}.` });
}
