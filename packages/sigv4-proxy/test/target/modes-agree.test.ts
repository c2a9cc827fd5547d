import { getPartition, partitionNames, tryResolvePartition } from '@postern/config/aws';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { loadRestRoutes } from '../../src/operation/rest-routes.js';
import { resolveTarget } from '../../src/target/resolve-target.js';
import { servicesWithSigningName } from '../../src/target/service-rows.js';
import { validateAwsHost } from '../../src/target/validate-aws-host.js';

const routes = await loadRestRoutes();

const regions = partitionNames().flatMap((name) => {
  const partition = getPartition(name);
  return [...partition.regions, ...partition.pseudoRegions];
});

/** The result, or undefined for an error of ours; any other error fails the test. */
function tolerant<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof SigV4ProxyError) return undefined;
    throw error;
  }
}

describe('endpoint-url mode', () => {
  it('reaches a valid host of the partition for every service and region, or says why not', () => {
    const names = [
      'sts',
      'iam',
      'ec2',
      's3',
      'dynamodb',
      'kms',
      'sqs',
      'iot',
      'tax',
      'dsql',
      'newthing',
    ];
    for (const name of names) {
      for (const one of regions) {
        const scope = { service: name, region: one };
        const target = tolerant(() =>
          resolveTarget(
            {
              mode: 'endpoint-url',
              host: 'localhost',
              scope,
              method: 'POST',
              path: '/',
            },
            { routes },
          ),
        );
        if (target === undefined) continue;
        expect(target.partition).toBe(tryResolvePartition(one)?.name);
        expect(validateAwsHost(target.host)).toBe(target.host);
      }
    }
  });

  it('agrees with mode connect: a host it finds is accepted there for the same signature', () => {
    const names = [
      'sts',
      'iam',
      'ses',
      'ecr',
      'bedrock',
      'sagemaker',
      'rds',
      'es',
      'iotdata',
      'memorydb',
      'appstream',
      'mobiletargeting',
      'budgets',
      'organizations',
      'cloudfront',
      'route53',
      'timestream',
      'airflow',
      'wickr',
      'qapps',
      'pricing',
      'detective',
      'awsssoportal',
      'sso-oauth',
      'importexport',
    ];
    for (const name of names) {
      expect(servicesWithSigningName(name)).not.toHaveLength(0);
      for (const one of ['us-east-1', 'eu-west-1', 'us-gov-west-1', 'cn-north-1']) {
        const scope = { service: name, region: one };
        const target = tolerant(() =>
          resolveTarget(
            {
              mode: 'endpoint-url',
              host: 'localhost',
              scope,
              method: 'POST',
              path: '/',
            },
            { routes },
          ),
        );
        if (target === undefined) continue;
        const dialled = { service: target.signingName, region: target.signingRegion ?? null };
        const again = resolveTarget({
          mode: 'connect',
          host: target.host,
          scope: dialled,
          method: 'POST',
          path: '/',
        });
        expect(again).toEqual(target);
      }
    }
  });
});
