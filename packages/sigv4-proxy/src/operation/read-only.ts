/** First words of operations that change nothing. */
const READING =
  /^(?:BatchDescribe|BatchGet|Describe|Get|Head|List|Lookup|Query|Scan|Search|Select|View)(?=[A-Z0-9]|$)/;

/** Operations with such names that hand out secrets or credentials, or do work for others. */
const NOT_ONLY_READING: ReadonlySet<string> = new Set([
  'awsssoportal:GetRoleCredentials',
  'cognito-identity:GetCredentialsForIdentity',
  'cognito-identity:GetId',
  'cognito-identity:GetOpenIdToken',
  'cognito-identity:GetOpenIdTokenForDeveloperIdentity',
  'datazone:GetEnvironmentCredentials',
  'ec2:GetPasswordData',
  'ecr-public:GetAuthorizationToken',
  'ecr:GetAuthorizationToken',
  'codeartifact:GetAuthorizationToken',
  'lakeformation:GetTemporaryDataLocationCredentials',
  'lakeformation:GetTemporaryGluePartitionCredentials',
  'lakeformation:GetTemporaryGlueTableCredentials',
  'lightsail:GetInstanceAccessDetails',
  'lightsail:GetRelationalDatabaseMasterUserPassword',
  'redshift-serverless:GetCredentials',
  'redshift:GetClusterCredentials',
  'redshift:GetClusterCredentialsWithIAM',
  's3:GetDataAccess',
  'secretsmanager:BatchGetSecretValue',
  'secretsmanager:GetSecretValue',
  'sts:GetDelegatedAccessToken',
  'sts:GetFederationToken',
  'sts:GetSessionToken',
  'sts:GetWebIdentityToken',
]);

/**
 * Whether an operation only reads: by the first word of its name, less those that read secrets or hand out credentials. Names that
 * say nothing of the kind count as writing.
 *
 * @param service signing name
 * @param operation from `nameOperation`
 */
export function isReadOnlyOperation(service: string, operation: string): boolean {
  return READING.test(operation) && !NOT_ONLY_READING.has(`${service}:${operation}`);
}
