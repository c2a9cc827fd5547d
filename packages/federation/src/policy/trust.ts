import { FederationError } from '../errors.js';
import { formatProviderArn, issuerHostPath } from '../oidc/issuer.js';
import { checkExternalId } from '../sts/check-parameters.js';
import { readAccountId, readArn, readPartition, readRegion } from '../support/aws-names.js';
import { assumeRoleActions } from './permission.js';
import { servicePrincipal } from './service-principal.js';
import { collapse, single } from './statement.js';
import type { BuiltPolicy, PolicyWarning } from './types.js';

/** Parts that most trust policies need. */
export interface AccountParts {
  /** Twelve digits. */
  readonly accountId: string;
  /** Default `aws`. */
  readonly partition?: string | undefined;
}

/**
 * Lets an AWS service assume the role, for example `ec2` for the instance role of the application service.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services
 * @param q - service: short name, or a whole principal with dots. partition: default `aws`.
 * @throws {@link FederationError} `unknown-service` for a text that is no service name, `unknown-partition`
 */
export function trustService(q: {
  readonly service: string;
  readonly partition?: string | undefined;
}): BuiltPolicy {
  const { name } = readPartition(q.partition ?? 'aws');
  return single({
    Effect: 'Allow',
    Principal: { Service: servicePrincipal(q.service, name) },
    Action: 'sts:AssumeRole',
  });
}

/** The service account of a workload in EKS. */
export interface EksServiceAccountTrustQuery extends AccountParts {
  /** Region of the cluster. */
  readonly region: string;
  /** The last part of the issuer of the cluster, hex digits. */
  readonly oidcId: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * Lets one service account of an EKS cluster assume the role (IRSA).
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
 * @throws {@link FederationError} `invalid-account-id`, `invalid-region`, `partition-mismatch`, `unknown-partition`,
 *   `invalid-argument` for names that Kubernetes does not allow (a wildcard would trust more than one account)
 */
export function trustEksServiceAccount(q: EksServiceAccountTrustQuery): BuiltPolicy {
  const partition = readPartition(q.partition ?? 'aws');
  const region = readRegion(q.region, partition);
  const isName = (name: string) => /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(name);
  if (!isName(q.namespace) || !isName(q.serviceAccount) || !/^[A-Za-z0-9]{1,64}$/.test(q.oidcId)) {
    throw new FederationError({
      code: 'invalid-argument',
      message:
        'Namespace and service account must be Kubernetes names, and the OIDC id letters and digits.',
    });
  }
  const host = `oidc.eks.${region}.${partition.dnsSuffix}/id/${q.oidcId}`;
  const account = readAccountId(q.accountId);
  return single({
    Effect: 'Allow',
    Principal: { Federated: `arn:${partition.name}:iam::${account}:oidc-provider/${host}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        [`${host}:aud`]: 'sts.amazonaws.com',
        [`${host}:sub`]: `system:serviceaccount:${q.namespace}:${q.serviceAccount}`,
      },
    },
  });
}

/** The role that may assume. */
export interface RoleTrustQuery extends AccountParts {
  /** Name of the role, with its path where it has one (`team/Name`). No wildcards. */
  readonly roleName: string;
  /** Demand this external id, as AWS recommends across accounts. Default: none. */
  readonly externalId?: string | undefined;
  /** Also allow session tags. Default false. */
  readonly allowSessionTags?: boolean | undefined;
  /** Also allow a source identity. Default false. */
  readonly allowSourceIdentity?: boolean | undefined;
}

/**
 * Lets one role assume the role: the service role for target roles, the integration role for those of an integration.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html
 * @throws {@link FederationError} `invalid-account-id`, `invalid-external-id`, `wildcard-principal`, `not-a-role-arn`,
 *   `unknown-partition`
 */
export function trustRole(q: RoleTrustQuery): BuiltPolicy {
  const { name } = readPartition(q.partition ?? 'aws');
  const account = readAccountId(q.accountId);
  checkExternalId(q.externalId);
  const role = typeof q.roleName === 'string' ? q.roleName.replace(/^\//, '') : '';
  if (/[*?]/.test(role)) {
    throw new FederationError({
      code: 'wildcard-principal',
      message: 'IAM takes no wildcard in the name of a principal: name the role exactly.',
    });
  }
  if (!/^(?:[!-)+-.0-9;->@-~]{1,200}\/)*[\w+=,.@-]{1,64}$/.test(role) || role.length > 576) {
    throw new FederationError({
      code: 'not-a-role-arn',
      message: 'The role name must be 1 to 64 of A-Z a-z 0-9 _ + = , . @ -, with an optional path.',
    });
  }
  return single({
    Effect: 'Allow',
    Principal: { AWS: `arn:${name}:iam::${account}:role/${role}` },
    Action: assumeRoleActions(q),
    ...(q.externalId === undefined
      ? {}
      : { Condition: { StringEquals: { 'sts:ExternalId': q.externalId } } }),
  });
}

/**
 * Lets every principal of an account assume the role whose own permissions allow it. The DynamoDB guide does so; a trust
 * in one role is narrower.
 *
 * @throws {@link FederationError} `invalid-account-id`, `unknown-partition`
 */
export function trustAccountRoot(q: AccountParts): BuiltPolicy {
  const { name } = readPartition(q.partition ?? 'aws');
  return single({
    Effect: 'Allow',
    Principal: { AWS: `arn:${name}:iam::${readAccountId(q.accountId)}:root` },
    Action: 'sts:AssumeRole',
  });
}

/** An OIDC provider of the account. */
export interface OidcProviderTrustQuery extends AccountParts {
  /** With or without `https://`. */
  readonly issuer: string;
  /** Accepted audiences, at least one. */
  readonly audiences: readonly string[];
  /** Accepted subjects, such as `system:proxy`. Default: any; naming them is recommended. */
  readonly subjects?: readonly string[] | undefined;
}

/**
 * Lets tokens of an OIDC provider assume the role: the trust of an integration role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
 * @throws {@link FederationError} `invalid-issuer`, `invalid-account-id`, `missing-audience`, `missing-subject` for an empty
 *   list, `unknown-partition`
 */
export function trustOidcProvider(q: OidcProviderTrustQuery): BuiltPolicy {
  const host = issuerHostPath(q.issuer);
  const provider = formatProviderArn(q);
  if (!Array.isArray(q.audiences) || q.audiences.length === 0 || q.audiences.includes('')) {
    throw new FederationError({
      code: 'missing-audience',
      message: 'The trust in a provider must name an audience, or any client of it gets in.',
    });
  }
  const { subjects = [] } = q;
  if (q.subjects !== undefined && (subjects.length === 0 || subjects.includes(''))) {
    throw new FederationError({
      code: 'missing-subject',
      message: 'The list of subjects is empty: leave it out to trust every token of the issuer.',
    });
  }
  const wild = subjects.some((subject) => /[*?]/.test(subject));
  const subject = { [`${host}:sub`]: collapse(subjects) };
  return single(
    {
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${host}:aud`]: collapse(q.audiences),
          ...(subjects.length > 0 && !wild ? subject : {}),
        },
        ...(wild ? { StringLike: subject } : {}),
      },
    },
    wild ? [WILDCARD_SUBJECT] : [],
  );
}

/**
 * Lets certificates of one trust anchor assume the role (IAM Roles Anywhere). Add conditions on
 * `aws:PrincipalTag/x509Subject/CN` and its kin to name the certificates.
 *
 * @see https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
 * @throws {@link FederationError} `malformed-arn` when the text is no ARN of a trust anchor
 */
export function trustRolesAnywhere(q: { readonly trustAnchorArn: string }): BuiltPolicy {
  const arn = readArn(q.trustAnchorArn, 'ARN of the trust anchor');
  if (arn.service !== 'rolesanywhere' || !/^trust-anchor\/[\w-]+$/.test(arn.resource)) {
    throw new FederationError({
      code: 'malformed-arn',
      message:
        'The ARN names no trust anchor: arn:aws:rolesanywhere:region:account:trust-anchor/id is expected.',
    });
  }
  return single({
    Effect: 'Allow',
    Principal: { Service: 'rolesanywhere.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    Condition: { ArnEquals: { 'aws:SourceArn': q.trustAnchorArn } },
  });
}

const WILDCARD_SUBJECT: PolicyWarning = Object.freeze({
  code: 'wildcard-subject',
  message: 'A subject with a wildcard may fit more systems than you know: name them one by one.',
});
