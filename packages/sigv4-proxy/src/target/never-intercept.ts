import { tryResolvePartition } from '@postern/config/aws';

const EXACT: ReadonlySet<string> = new Set([
  'awscli.amazonaws.com',
  'checkip.amazonaws.com',
  'ip-ranges.amazonaws.com',
  'public.ecr.aws',
]);

/** Label paths in the place of the service. `*` in front of one stands for at least one label. */
const PATHS: readonly string[] = [
  'ssmmessages',
  'ec2messages',
  'oidc.eks',
  'oidc-eks',
  '*.dkr.ecr',
  '*.eks',
  '*.eks-cluster',
  'email-smtp',
  '*.fsx',
  '*.server.transfer',
  '*.credentials.iot',
  '*.rds',
  '*.cache',
  '*.elb',
  '*.compute',
  '*.compute-1',
];

/**
 * Whether a host must be tunnelled untouched although AWS runs it: its clients pin a certificate, bring their own trust store or
 * speak something that is not SigV4 over HTTP. Session Manager's plugin honours HTTPS_PROXY but no CA bundle, for instance.
 *
 * @param host lower-case host name
 * @param labels its labels left of the AWS suffix; undefined when it has no such suffix
 */
export function isNeverIntercepted(host: string, labels: readonly string[] | undefined): boolean {
  if (EXACT.has(host)) return true;
  if (labels === undefined) return false;
  const plain = labels.map((label) => label.replace(/-fips$/, ''));
  // The FIPS endpoint of the EKS API, the one name under `eks` that is neither a cluster nor an issuer.
  if (plain[0] === 'fips' && plain[1] === 'eks') return false;
  const outer = plain.at(-1) === 'vpce' ? withoutEndpointId(plain.slice(0, -1)) : plain;
  const isRegional = tryResolvePartition(outer.at(-1) ?? '') !== undefined;
  const service = isRegional ? outer.slice(0, -1) : outer;
  return PATHS.some((path) => matches(service, path));
}

function withoutEndpointId(labels: readonly string[]): readonly string[] {
  const id = labels.findIndex((label) => label.startsWith('vpce-'));
  return labels.slice(id + 1);
}

function matches(service: readonly string[], path: string): boolean {
  const text = service.join('.');
  return path.startsWith('*.')
    ? text.length > path.length - 1 && text.endsWith(path.slice(1))
    : text === path;
}
