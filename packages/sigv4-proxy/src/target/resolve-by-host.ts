import type { PartitionName } from '@postern/config/aws';
import { SigV4ProxyError } from '../errors.js';
import { splitAwsSuffix } from './aws-suffix.js';
import { type CheckedScope, checkScope, targetOf } from './check-scope.js';
import { regionFreeServices } from './data/host-labels.js';
import { parseHostName } from './host-name.js';
import { type HostShape, readHostShape } from './host-shape.js';
import type { Target, TargetOptions, TargetQuery } from './target-options.js';
import { validateAwsHost } from './validate-aws-host.js';

/**
 * Takes the destination from a host name that the client dialled as AWS: the host says where and is never changed, the scope says
 * how to sign, and both must speak of the same service, region and partition. AWS would refuse a mismatch too, but only after
 * policy and audit had believed it.
 *
 * @param host attacker-controlled
 * @throws {@link SigV4ProxyError} the codes of `validateAwsHost`, `bad-scope`, `bad-region`, `region-mismatch`,
 *   `scope-host-mismatch`
 */
export function resolveByHost(host: string, query: TargetQuery, options: TargetOptions): Target {
  const valid = validateAwsHost(host, { allowedPorts: options.allowedPorts });
  const scope = checkScope(query);
  const name = splitAwsSuffix(parseHostName(valid).name);
  if (name === undefined) {
    throw new SigV4ProxyError('not-aws-host', 'The host is not under a DNS suffix of AWS.');
  }
  const partition = checkPartition(scope, name.partitions);
  const shape = readHostShape(name);
  checkService(scope, shape);
  checkRegion(scope, shape);
  return targetOf(scope, valid, partition);
}

function checkPartition(scope: CheckedScope, partitions: readonly PartitionName[]): PartitionName {
  const [first = 'aws'] = partitions;
  if (scope.partition === undefined) return first;
  if (partitions.includes(scope.partition)) return scope.partition;
  throw new SigV4ProxyError(
    'region-mismatch',
    `The request was signed for partition ${scope.partition}, but the host is in partition ${partitions.join(' or ')}.`,
  );
}

function checkService(scope: CheckedScope, shape: HostShape): void {
  const fits =
    shape.signingNames === undefined
      ? shape.label === scope.service
      : shape.signingNames.includes(scope.service);
  if (fits) return;
  throw new SigV4ProxyError(
    'scope-host-mismatch',
    `The request was signed for service ${scope.service}, which this host does not serve.`,
  );
}

function checkRegion(scope: CheckedScope, shape: HostShape): void {
  const { region } = shape;
  if (region === undefined || shape.anyRegion || regionFreeServices.includes(scope.service)) return;
  if (scope.regionSet?.some((pattern) => covers(pattern, region))) return;
  if (scope.region === region) return;
  throw new SigV4ProxyError(
    'region-mismatch',
    `The request was signed for another region than ${region}, the one in the host; use the endpoint of the region you sign for.`,
  );
}

function covers(pattern: string, region: string): boolean {
  return pattern.endsWith('*') ? region.startsWith(pattern.slice(0, -1)) : pattern === region;
}
