import { describe, expect, it } from 'vitest';
import { SigV4ProxyError, type SigV4ProxyErrorCode } from '../../src/errors.js';
import { validateAwsHost } from '../../src/target/validate-aws-host.js';

describe('validateAwsHost', () => {
  it.each([
    'sts.us-east-1.amazonaws.com',
    'compute-optimizer.us-east-1.amazonaws.com',
    'compute.s3.us-east-1.amazonaws.com',
    's3-website-of-ours.s3.us-east-1.amazonaws.com',
    'rds.us-east-1.amazonaws.com',
    'rds-fips.us-east-1.amazonaws.com',
    'rds.amazonaws.com',
    'eks.us-east-1.amazonaws.com',
    'fips.eks.us-east-1.amazonaws.com',
    'eks-auth.us-east-1.api.aws',
    'email.us-east-1.amazonaws.com',
    'fsx.us-east-1.amazonaws.com',
    'transfer.us-east-1.amazonaws.com',
    'redshift.us-east-1.amazonaws.com',
    'memorydb.us-east-1.api.aws',
    'vpce-0a1b-2c3d.rds.us-east-1.vpce.amazonaws.com',
    'lambda.cn-north-1.api.amazonwebservices.com.cn',
    'sts.us-iso-east-1.c2s.ic.gov',
    'sts.us-isob-east-1.sc2s.sgov.gov',
    'sts.eu-isoe-west-1.cloud.adc-e.uk',
    'sts.us-isof-south-1.csp.hci.ic.gov',
    'sts.us-isof-south-1.api.aws.hci.ic.gov',
    'sts.eusc-de-east-1.amazonaws.eu',
    'abc.lambda-url.us-east-1.on.aws',
    'svc.id.vpc-lattice-svcs.us-east-1.on.aws',
  ])('takes %s', (host) => {
    expect(validateAwsHost(host)).toBe(host);
  });

  it.each<[SigV4ProxyErrorCode, string]>([
    ['not-aws-host', 'on.aws'],
    ['not-aws-host', 'evil.us-east-1.on.aws'],
    ['not-aws-host', 'lambda-url.on.aws.evil.example'],
    ['not-aws-host', 'api.aws.evil.example'],
    ['not-aws-host', 'public.ecr.aws'],
    ['not-aws-host', 'amazonaws.com.cn'],
    ['not-aws-host', 'us-east-1.signin.aws.amazon.com'],
    ['not-api-host', 'ec2-203-0-113-9.us-west-2.compute.amazonaws.com'],
    ['not-api-host', 'ec2-203-0-113-9.cn-north-1.compute.amazonaws.com.cn'],
    ['not-api-host', 'net-1.elb.us-west-2.amazonaws.com'],
    ['not-api-host', 'db.abc123.us-west-2.rds.amazonaws.com'],
    ['not-api-host', 'db.abc123.rds.cn-north-1.amazonaws.com.cn'],
    ['not-api-host', 'cluster.abc123.us-west-2.redshift.amazonaws.com'],
    ['not-api-host', 'clustercfg.name.abc.memorydb.us-east-1.amazonaws.com'],
    ['not-api-host', '123456789012.dkr.ecr.us-west-2.amazonaws.com'],
    ['not-api-host', '123456789012.dkr.ecr-fips.us-west-2.amazonaws.com'],
    ['not-api-host', 'b.s3-website-us-east-1.amazonaws.com'],
    ['not-api-host', 'b.s3-website.us-east-2.amazonaws.com'],
    ['not-api-host', 'xn--bcher-kva.amazonaws.com'],
    ['not-api-host', 'vpce-1.vpce-svc-0123.us-east-1.vpce.amazonaws.com'],
    ['not-api-host', 'console.us-east-1.amazonaws.com'],
    ['not-api-host', 'ABC123.gr7.us-east-1.eks.amazonaws.com'],
    ['not-api-host', 'ABC123.us-east-1.eks.amazonaws.com.cn'],
    ['not-api-host', 'abc123.eks-cluster.us-east-1.api.aws'],
    ['not-api-host', 'oidc.eks.us-east-1.amazonaws.com'],
    ['not-api-host', 'email-smtp.us-east-1.amazonaws.com'],
    ['not-api-host', 'management.fs-0123.fsx.us-east-1.amazonaws.com'],
    ['not-api-host', 's-0123.server.transfer.us-east-1.amazonaws.com'],
    ['port-not-allowed', 'sts.us-east-1.amazonaws.com:0443'],
    ['port-not-allowed', 'sts.us-east-1.amazonaws.com:8443'],
  ])('refuses with %s: %s', (code, host) => {
    expect(() => validateAwsHost(host)).toThrowWithCode(SigV4ProxyError, code);
  });

  it('keeps a port that is configured', () => {
    const host = 'c.cluster-1.us-west-2.neptune.amazonaws.com:8182';
    expect(validateAwsHost(host, { allowedPorts: [8182] })).toBe(host);
  });

  it('takes the answer of private DNS, and refuses one that points here', () => {
    const host = 'sts.us-east-1.amazonaws.com';
    expect(validateAwsHost(host, { resolvesTo: ['10.0.0.9'] })).toBe(host);
    expect(validateAwsHost(host, { resolvesTo: ['::1', '52.94.5.1'] })).toBe(host);
    expect(() => validateAwsHost(host, { resolvesTo: ['::ffff:127.0.0.1'] })).toThrowWithCode(
      SigV4ProxyError,
      'blocked-address',
    );
  });
});
