/**
 * Where the credentials come from that ask STS for the role session. It decides whether AWS treats the session
 * as chained. Any other text is accepted too and judged by its session token.
 */
export type CredentialSource =
  | 'iam-user'
  | 'root'
  | 'static'
  | 'environment'
  | 'credential-process'
  | 'ec2-instance-profile'
  | 'ecs-container'
  | 'eks-pod-identity'
  | 'assume-role'
  | 'web-identity'
  | 'sso'
  | 'aws-login'
  | 'oidc-integration'
  | 'oidc-direct'
  | 'roles-anywhere'
  | (string & {});

/** What {@link isChainedSource} needs to know about the credentials. */
export interface SourceFacts {
  readonly source: CredentialSource;
  /** Whether the credentials carry a session token. Default false. */
  readonly hasSessionToken?: boolean | undefined;
  /** Id of the access key; one that begins with `ASIA` is temporary. Default: unknown. */
  readonly accessKeyId?: string | undefined;
}

type Chaining = 'never' | 'always';

/** Sources that decide alone; the others are judged by their token. Aliases are words people use for the same. */
const CHAINING: ReadonlyMap<string, Chaining> = new Map<string, Chaining>([
  ['iam-user', 'never'],
  ['root', 'never'],
  ['root-user', 'never'],
  // AWS exempts applications on EC2 from the one-hour limit although they hold a token.
  ['ec2-instance-profile', 'never'],
  ['ec2', 'never'],
  ['oidc-direct', 'never'],
  ['oidc-one-hop', 'never'],
  ['oidc-single-hop', 'never'],
  ['roles-anywhere', 'never'],
  ['ecs-container', 'always'],
  ['ecs', 'always'],
  ['fargate', 'always'],
  ['ecs-task', 'always'],
  ['container', 'always'],
  ['eks-pod-identity', 'always'],
  ['pod-identity', 'always'],
  ['assume-role', 'always'],
  ['assumed-role', 'always'],
  ['web-identity', 'always'],
  ['irsa', 'always'],
  ['sso', 'always'],
  ['aws-login', 'always'],
  ['login', 'always'],
  ['oidc-integration', 'always'],
]);

/**
 * Tells whether a role session made from these credentials is chained, which limits it to one hour.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
export function isChainedSource(facts: SourceFacts): boolean {
  const known = CHAINING.get(facts.source);
  if (known !== undefined) return known === 'always';
  return facts.hasSessionToken === true || facts.accessKeyId?.startsWith('ASIA') === true;
}

/** Whether the source gets the session of the target role in one step, without AssumeRole. */
export function oneHopOf(source: CredentialSource): 'web-identity' | 'create-session' | undefined {
  if (['oidc-direct', 'oidc-one-hop', 'oidc-single-hop'].includes(source)) return 'web-identity';
  if (source === 'roles-anywhere') return 'create-session';
  return undefined;
}

/** Whether GetFederationToken accepts the credentials: only long-term keys of an IAM user or of root. */
export function isLongTermSource(facts: SourceFacts): boolean {
  const isToken = facts.hasSessionToken === true || facts.accessKeyId?.startsWith('ASIA') === true;
  const temporary = ['ec2-instance-profile', 'ec2'].includes(facts.source);
  return !isToken && !temporary && !isChainedSource(facts) && oneHopOf(facts.source) === undefined;
}

/** Whether the credentials are those of the root user of an account. */
export function isRootSource(source: CredentialSource): boolean {
  return source === 'root' || source === 'root-user';
}
