import { describe, expect, it } from 'vitest';
import { decideConnect } from '../../src/target/decide-connect.js';

describe('decideConnect', () => {
  it('intercepts an API host and gives name and port apart', () => {
    expect(decideConnect('STS.us-east-1.amazonaws.com:443')).toEqual({
      decision: 'intercept',
      host: 'sts.us-east-1.amazonaws.com',
      port: 443,
    });
  });

  it.each([
    'ssmmessages.us-east-1.amazonaws.com:443',
    'ssmmessages-fips.us-gov-west-1.amazonaws.com:443',
    'ssmmessages.cn-north-1.amazonaws.com.cn:443',
    'vpce-1-2.ssmmessages.us-east-1.vpce.amazonaws.com:443',
    'ec2messages.us-east-1.amazonaws.com:443',
    'oidc.eks.us-east-1.amazonaws.com:443',
    'awscli.amazonaws.com:443',
    'checkip.amazonaws.com:443',
    'ip-ranges.amazonaws.com:443',
    'public.ecr.aws:443',
    '123456789012.dkr.ecr.us-east-1.amazonaws.com:443',
    'c1.credentials.iot.us-east-1.amazonaws.com:443',
    'db.abc.us-east-1.rds.amazonaws.com:443',
    'lb-1.us-east-1.elb.amazonaws.com:443',
    'ec2-1-2-3-4.compute-1.amazonaws.com:443',
    'c.abc.0001.use1.cache.amazonaws.com:443',
    'ABC123.gr7.us-east-1.eks.amazonaws.com:443',
    'abc123.eks-cluster.us-east-1.api.aws:443',
    'email-smtp.us-east-1.amazonaws.com:443',
    'management.fs-0123.fsx.us-east-1.amazonaws.com:443',
    's-0123.server.transfer.us-east-1.amazonaws.com:443',
  ])('tunnels what must not be intercepted, whatever the policy: %s', (authority) => {
    expect(decideConnect(authority)).toMatchObject({ decision: 'tunnel', aws: true });
  });

  it.each([
    'oidc.us-east-1.amazonaws.com:443',
    'iot.us-east-1.amazonaws.com:443',
    'api.ecr.us-east-1.amazonaws.com:443',
    'eks.us-east-1.amazonaws.com:443',
    'fips.eks.us-east-1.amazonaws.com:443',
    'fsx.us-east-1.amazonaws.com:443',
    'transfer.us-east-1.amazonaws.com:443',
    'email.us-east-1.amazonaws.com:443',
  ])('intercepts the API beside a name that is tunnelled: %s', (authority) => {
    expect(decideConnect(authority).decision).toBe('intercept');
  });

  it.each([
    '127.0.0.1:443',
    '127.1:443',
    '2130706433:80',
    '0x7f.1:80',
    '169.254.169.254:80',
    '10.0.0.1:443',
    '1.2.3.4.5:443',
    '[::1]:443',
    '[::ffff:169.254.169.254]:80',
    '[fd00:ec2::254]:80',
    'localhost:22',
    'LOCALHOST.:22',
    'api.localhost:443',
    'ip6-loopback:80',
    'instance-data.ec2.internal:80',
    'metadata.google.internal:80',
  ])('refuses %s even where other hosts are tunnelled', (authority) => {
    expect(decideConnect(authority, { nonAws: 'tunnel' })).toMatchObject({
      decision: 'refuse',
      status: 403,
      code: 'blocked-address',
    });
  });

  it.each([
    '',
    'sts.us-east-1.amazonaws.com',
    'sts.us-east-1.amazonaws.com:',
    'sts.us-east-1.amazonaws.com:0',
    'sts.us-east-1.amazonaws.com:65536',
    'sts.us-east-1.amazonaws.com:443x',
    'http://sts.us-east-1.amazonaws.com:443',
    'user@sts.us-east-1.amazonaws.com:443',
    '::1:443',
    '[::1',
    '[nonsense]:443',
    'a b:443',
    ':443',
    `${'a'.repeat(400)}:443`,
  ])('answers 400 to a target it cannot read: %s', (authority) => {
    expect(decideConnect(authority, { nonAws: 'tunnel' })).toMatchObject({
      decision: 'refuse',
      status: 400,
      code: 'bad-target',
    });
  });

  it.each(['sts.us-east-1.amazonaws.com:80', 'ssmmessages.us-east-1.amazonaws.com:22'])(
    'keeps AWS hosts to their port: %s',
    (authority) => {
      expect(decideConnect(authority, { nonAws: 'tunnel' })).toMatchObject({
        decision: 'refuse',
        status: 403,
        code: 'port-not-allowed',
      });
    },
  );

  it('treats the endpoint service of a customer as no AWS host', () => {
    const authority = 'vpce-1-2.vpce-svc-0123.us-east-1.vpce.amazonaws.com:443';
    expect(decideConnect(authority)).toMatchObject({ decision: 'refuse', code: 'not-aws-host' });
  });

  it('treats a customer name under an AWS suffix as no AWS host', () => {
    const authority = 'b.s3-website-us-east-1.amazonaws.com:80';
    expect(decideConnect(authority)).toMatchObject({ decision: 'refuse', code: 'not-aws-host' });
    expect(decideConnect(authority, { nonAws: 'tunnel' })).toMatchObject({
      decision: 'tunnel',
      aws: false,
      via: 'direct',
    });
  });

  it('hands other hosts to the system proxy when it is asked to', () => {
    expect(decideConnect('example.com:443', { nonAws: 'system-proxy' })).toMatchObject({
      decision: 'tunnel',
      via: 'system-proxy',
    });
  });

  it('opens private addresses only on request', () => {
    const options = { nonAws: 'tunnel', allowPrivate: true } as const;
    expect(decideConnect('10.0.0.1:443', options).decision).toBe('tunnel');
    expect(decideConnect('127.0.0.1:443', options).decision).toBe('refuse');
  });
});
