import { tryResolvePartition } from '@postern/config/aws';

/** Labels in the place of the service that mark names which customers own, or which are no API. */
const NEVER_API: ReadonlySet<string> = new Set([
  'compute',
  'compute-1',
  'elb',
  'cache',
  'dax-clusters',
  'docdb',
  'docdb-elastic',
  'eks-cluster',
  'email-smtp',
  'awsglobalaccelerator',
  'console',
  'signin',
]);

/** The same, but the bare label is also an API: `rds.us-east-1` is one, `db.abc.us-east-1.rds` is a database. */
const CUSTOMER_NAMES_UNDER: ReadonlySet<string> = new Set([
  'rds',
  'redshift',
  'redshift-serverless',
  'memorydb',
  'kafka',
  'mq',
  'efs',
  'fsx',
  'transfer',
]);

/**
 * Whether a name under an AWS suffix belongs to customers or serves no signed API: instances, load balancers, databases, website
 * endpoints, registries, consoles. Signing towards such a name would hand a live session token to whoever runs it.
 *
 * @param labels the labels left of the AWS suffix, in lower case
 */
export function isNotApiHost(labels: readonly string[]): boolean {
  if (labels.some((label) => label.startsWith('xn--'))) return true;
  const plain = labels.map((label) => label.replace(/-fips$/, ''));
  const inVpc = plain.at(-1) === 'vpce';
  const places = inVpc ? plain.slice(0, -1) : plain;
  if (inVpc && places.some((label) => label.startsWith('vpce-svc-'))) return true;
  const last = places.at(-1) ?? '';
  // API servers of Kubernetes clusters stand in front of their region: `ABC.gr7.us-east-1.eks`.
  if (last === 'eks' && places.length > 1) return true;
  const service = isRegion(last) ? places.slice(0, -1) : places;
  // The issuer of a cluster's tokens is no API; `fips.eks` is one.
  if (service.join('.') === 'oidc.eks') return true;
  return isCustomerName(service, inVpc);
}

function isCustomerName(service: readonly string[], inVpc: boolean): boolean {
  const label = service.at(-1) ?? '';
  if (NEVER_API.has(label) || label.startsWith('s3-website')) return true;
  if (label === 'ecr' && service.at(-2) === 'dkr') return true;
  return CUSTOMER_NAMES_UNDER.has(label) && service.length > 1 && !inVpc;
}

function isRegion(label: string): boolean {
  return tryResolvePartition(label) !== undefined;
}
