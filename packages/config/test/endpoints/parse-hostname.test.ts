import { parseServiceHostname } from '@postern/config/endpoints';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('parseServiceHostname', () => {
  it.each([
    [
      'dynamodb.us-east-1.amazonaws.com',
      { services: ['dynamodb'], region: 'us-east-1', partition: 'aws' },
    ],
    [
      'DynamoDB.US-EAST-1.amazonaws.com.',
      { services: ['dynamodb'], hostname: 'dynamodb.us-east-1.amazonaws.com' },
    ],
    ['sts-fips.us-west-2.amazonaws.com', { signingName: 'sts', fips: true }],
    ['sts.us-gov-west-1.amazonaws.com', { partition: 'aws-us-gov' }],
    ['ec2.eu-west-1.api.aws', { services: ['ec2'], dualStack: true }],
    ['api.ecr.eu-west-1.amazonaws.com', { signingName: 'ecr', endpointPrefix: 'api.ecr' }],
    ['iam.amazonaws.com', { region: undefined, signingRegion: 'us-east-1' }],
    ['sts.amazonaws.com', { region: undefined, signingRegion: 'us-east-1', services: ['sts'] }],
    ['budgets.amazonaws.com', { partition: 'aws', sharedWith: ['aws-us-gov'] }],
    ['rds.eu-west-1.amazonaws.com', { services: ['docdb', 'neptune', 'rds'] }],
    ['s3.amazonaws.com', { services: ['s3'], signingRegion: 'us-east-1', bucket: undefined }],
    ['my.bucket.s3.eu-west-1.amazonaws.com', { bucket: 'my.bucket', region: 'eu-west-1' }],
    ['bucket.s3.dualstack.eu-west-1.amazonaws.com', { bucket: 'bucket', dualStack: true }],
    ['bucket.s3-fips.us-east-1.amazonaws.com', { bucket: 'bucket', fips: true }],
    ['bucket.s3.amazonaws.com', { bucket: 'bucket', region: undefined }],
    ['bucket.s3-us-west-2.amazonaws.com', { bucket: 'bucket', region: 'us-west-2' }],
    ['s3-external-1.amazonaws.com', { region: 'us-east-1' }],
    [
      '111122223333.s3-control.eu-west-1.amazonaws.com',
      { services: ['s3control'], s3Label: '111122223333' },
    ],
    ['ap-111122223333.s3-accesspoint.eu-west-1.amazonaws.com', { s3Label: 'ap-111122223333' }],
    ['us-west-2.queue.amazonaws.com', { services: ['sqs'], region: 'us-west-2' }],
    ['queue.amazonaws.com', { services: ['sqs'], signingRegion: 'us-east-1' }],
    ['cn-north-1.queue.amazonaws.com.cn', { partition: 'aws-cn', region: 'cn-north-1' }],
    [
      'newservice.eu-west-1.amazonaws.com',
      { services: [], signingName: undefined, region: 'eu-west-1' },
    ],
    ['newservice-fips.eu-west-1.amazonaws.com', { endpointPrefix: 'newservice', fips: true }],
  ])('reads %s', (hostname, expected) => {
    expect({ bucket: undefined, ...parseServiceHostname(hostname) }).toMatchObject(expected);
  });

  it.each([
    '',
    '.',
    'amazonaws.com',
    'eu-west-1.amazonaws.com',
    'example.com',
    'dynamodb.us-east-1.amazonaws.com.evil.example',
    'dynamodb.us-east-1.amazonaws.comx',
    'dynamodb.us-east-1.xamazonaws.com',
    'dynamodb.cn-north-1.amazonaws.com',
    'us-east-1.queue.amazonaws.com.cn',
    'aws-global.queue.amazonaws.com',
    'dynamodb..us-east-1.amazonaws.com',
    'dynamodb.us-east-1.amazonaws.com:443',
    'dyn amodb.us-east-1.amazonaws.com',
    'user@dynamodb.us-east-1.amazonaws.com',
    'signin.aws.amazon.com',
    '169.254.169.254',
    `${'a.'.repeat(200)}us-east-1.amazonaws.com`,
  ])('refuses %j', (hostname) => {
    expect(parseServiceHostname(hostname)).toBeUndefined();
  });

  it('never throws, and never claims a name outside the zones of AWS', () => {
    const bits = [
      's3',
      'sts',
      '.',
      '-',
      'us-east-1',
      'cn-north-1',
      'amazonaws.com',
      'api.aws',
      '.cn',
      'evil',
      'dualstack',
      '-fips',
      '\u0000',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 8 }), (parts) => {
        const host = parseServiceHostname(parts.join(''));
        if (host) expect(host.hostname).toMatch(/\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/);
      }),
      { numRuns: 300 },
    );
  });
});
