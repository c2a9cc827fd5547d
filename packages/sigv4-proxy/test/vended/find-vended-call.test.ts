import { describe, expect, it } from 'vitest';
import { findVendedCall } from '../../src/vended/find-vended-call.js';

describe('findVendedCall', () => {
  it.each([
    ['sts', 'AssumeRole', 'aws', true],
    ['sts', 'GetFederationToken', 'aws', true],
    ['s3express', 'CreateSession', 'aws', false],
    ['awsssoportal', 'GetRoleCredentials', 'aws', false],
    ['eks-auth', 'AssumeRoleForPodIdentity', 'aws', false],
    ['gamelift', 'GetComputeAccess', 'aws', false],
    ['gamelift', 'RequestUploadCredentials', 'aws', false],
    ['ssm', 'GetAccessToken', 'aws', false],
    ['codepipeline', 'PollForJobs', 'aws', false],
    ['codepipeline', 'GetJobDetails', 'aws', false],
    ['redshift', 'GetClusterCredentials', 'other', false],
    ['ecr', 'GetAuthorizationToken', 'other', false],
    ['finspace-api', 'GetProgrammaticAccessCredentials', 'aws', false],
    ['connect', 'GetFederationToken', 'other', false],
    ['elasticmapreduce', 'GetClusterSessionCredentials', 'other', false],
    ['bedrock-agentcore', 'GetResourceOauth2Token', 'other', false],
  ])('recognises %s:%s', (service, operation, hands, hasDuration) => {
    const action = `${service}:${operation}`;
    expect(findVendedCall(service, operation)).toEqual({ action, hands, hasDuration });
  });

  it('counts a call that cannot be named as one, where there is little else', () => {
    expect(findVendedCall('sts', undefined)).toEqual({
      action: 'sts:*unknown*',
      hands: 'aws',
      hasDuration: true,
    });
  });

  it.each(['ssm', 'gamelift', 'codepipeline'])(
    'counts a call to %s that contradicts itself as one, because it could hide one',
    (service) => {
      expect(findVendedCall(service, undefined)).toMatchObject({ hands: 'aws' });
    },
  );

  it.each([
    ['sts', 'GetCallerIdentity'],
    ['s3', 'CreateSession'],
    ['s3', undefined],
    ['__proto__', 'constructor'],
  ])('passes over %s:%s', (service, operation) => {
    expect(findVendedCall(service, operation)).toBeUndefined();
  });
});
