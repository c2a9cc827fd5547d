import type { PartitionName } from '@postern/config/aws';
import { FederationError } from '../errors.js';

/**
 * Services whose principal has the suffix of the partition; all others are `service.amazonaws.com` everywhere.
 *
 * @see https://docs.amazonaws.cn/en_us/aws/latest/userguide/iam.html
 */
const SUFFIXES: Readonly<
  Partial<Record<PartitionName, { readonly suffix: string; readonly services: readonly string[] }>>
> = Object.freeze({
  'aws-cn': {
    suffix: 'amazonaws.com.cn',
    services: ['ec2', 'codedeploy', 'elasticmapreduce', 'logs'],
  },
  'aws-iso': { suffix: 'c2s.ic.gov', services: ['cloudhsm', 'config', 'logs', 'workspaces'] },
  'aws-iso-b': { suffix: 'sc2s.sgov.gov', services: ['dms', 'logs'] },
});

/** The service principal in a partition; whole principals pass as they are. @throws FederationError `unknown-service` */
export function servicePrincipal(service: string, partition: PartitionName): string {
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+){2,6}$/.test(service)) return service;
  if (!/^[a-z0-9-]{1,63}$/.test(service)) {
    throw new FederationError({
      code: 'unknown-service',
      message:
        'The service must be a short name such as ec2 or a principal such as ec2.amazonaws.com.',
    });
  }
  const special = SUFFIXES[partition];
  const suffix = special?.services.includes(service) ? special.suffix : 'amazonaws.com';
  return `${service}.${suffix}`;
}
