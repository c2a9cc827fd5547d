/** A call whose answer hands out credentials. */
export interface VendedCall {
  /** Signing name and operation, such as `sts:AssumeRole`. */
  readonly action: string;
  /**
   * `aws`: keys that sign requests, which can be replaced by virtual ones. `other`: passwords and tokens for databases and the
   * like, which cannot.
   */
  readonly hands: 'aws' | 'other';
  /** Whether the call itself takes DurationSeconds, so that it can be cut to the identity's remaining time. */
  readonly hasDuration: boolean;
}

const AWS_KEYS: ReadonlySet<string> = new Set([
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:AssumeRoot',
  'sts:GetDelegatedAccessToken',
  'sts:GetFederationToken',
  'sts:GetSessionToken',
  'awsssoportal:GetRoleCredentials',
  'codepipeline:GetJobDetails',
  'codepipeline:GetThirdPartyJobDetails',
  'codepipeline:PollForJobs',
  'cognito-identity:GetCredentialsForIdentity',
  'datazone:GetEnvironmentCredentials',
  'deadline:AssumeFleetRoleForRead',
  'deadline:AssumeFleetRoleForWorker',
  'deadline:AssumeQueueRoleForRead',
  'deadline:AssumeQueueRoleForUser',
  'deadline:AssumeQueueRoleForWorker',
  'eks-auth:AssumeRoleForPodIdentity',
  'finspace-api:GetExternalDataViewAccessDetails',
  'finspace-api:GetProgrammaticAccessCredentials',
  'gamelift:GetComputeAccess',
  'gamelift:RequestUploadCredentials',
  'lakeformation:AssumeDecoratedRoleWithSAML',
  'lakeformation:GetTemporaryDataLocationCredentials',
  'lakeformation:GetTemporaryGluePartitionCredentials',
  'lakeformation:GetTemporaryGlueTableCredentials',
  's3:GetDataAccess',
  's3express:CreateSession',
  'ssm:GetAccessToken',
]);

const OTHER_SECRETS: ReadonlySet<string> = new Set([
  'athena:GetSessionEndpoint',
  'bedrock-agentcore:GetResourceApiKey',
  'bedrock-agentcore:GetResourceOauth2Token',
  'bedrock-agentcore:GetResourcePaymentToken',
  'bedrock-agentcore:GetWorkloadAccessToken',
  'bedrock-agentcore:GetWorkloadAccessTokenForJWT',
  'bedrock-agentcore:GetWorkloadAccessTokenForUserId',
  'codeartifact:GetAuthorizationToken',
  'cognito-identity:GetOpenIdToken',
  'cognito-identity:GetOpenIdTokenForDeveloperIdentity',
  'connect:GetFederationToken',
  'ecr-public:GetAuthorizationToken',
  'ecr:GetAuthorizationToken',
  'elasticmapreduce:GetClusterSessionCredentials',
  'emr-containers:GetManagedEndpointSessionCredentials',
  'emr-serverless:GetSessionEndpoint',
  'gamelift:GetComputeAuthToken',
  'gamelift:GetInstanceAccess',
  'license-manager:GetAccessToken',
  'redshift-serverless:GetCredentials',
  'redshift-serverless:GetIdentityCenterAuthToken',
  'redshift:GetClusterCredentials',
  'redshift:GetClusterCredentialsWithIAM',
  'redshift:GetIdentityCenterAuthToken',
  'sts:GetWebIdentityToken',
]);

/**
 * Services that do little else, and services whose calls always have a name unless they contradict themselves. A call to them that
 * cannot be named counts as one that hands out keys, or a contradiction would hide one that does.
 */
const MOSTLY_KEYS: ReadonlySet<string> = new Set([
  'awsssoportal',
  'codepipeline',
  'cognito-identity',
  'eks-auth',
  'gamelift',
  'ssm',
  'sts',
]);

/** All services with such a call: most requests are to others. */
const SERVICES: ReadonlySet<string> = new Set([
  ...MOSTLY_KEYS,
  ...[...AWS_KEYS, ...OTHER_SECRETS].map((action) => action.slice(0, action.indexOf(':'))),
]);

/**
 * Recognises calls that hand out credentials.
 *
 * @param service signing name
 * @param operation from `nameOperation`; undefined when it could not be told
 * @returns undefined for all other calls
 */
export function findVendedCall(
  service: string,
  operation: string | undefined,
): VendedCall | undefined {
  if (!SERVICES.has(service)) return undefined;
  const action = `${service}:${operation ?? '*unknown*'}`;
  const hasDuration = service === 'sts' && action !== 'sts:GetWebIdentityToken';
  const mayBeKeys = operation === undefined && MOSTLY_KEYS.has(service);
  if (mayBeKeys || AWS_KEYS.has(action)) return { action, hands: 'aws', hasDuration };
  return OTHER_SECRETS.has(action) ? { action, hands: 'other', hasDuration: false } : undefined;
}
