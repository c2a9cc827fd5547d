import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { askListener as ask } from '../support/ask-listener.js';

const W = 'us-west-2.amazonaws.com';

describe('resolveTarget for the S3 family in mode endpoint-url', () => {
  it.each([
    ['s3', 'my.bucket.', 'GET /k', `my.bucket.s3.${W}`],
    ['s3', 'my-bucket.s3.', 'GET /k', `my-bucket.s3.${W}`],
    ['s3', 'b-123456789012.s3.', 'GET /k', `b-123456789012.s3.${W}`],
    ['s3', '123456789012.', 'GET /v20180820/accesspoint', `123456789012.s3-control.${W}`],
    ['s3', 'ap-123456789012.s3-accesspoint.', 'GET /k', `ap-123456789012.s3-accesspoint.${W}`],
    ['s3-object-lambda', 'ap-123456789012.', 'GET /k', `ap-123456789012.s3-object-lambda.${W}`],
    ['s3-outposts', 'ap-123456789012.op-1.', 'GET /k', `ap-123456789012.op-1.s3-outposts.${W}`],
    ['s3express', 'b--usw2-az1--x-s3.', 'GET /k', `b--usw2-az1--x-s3.s3express-usw2-az1.${W}`],
    ['s3express', '', 'PUT /b--usw2-az1--x-s3', `s3express-control.${W}`],
  ])(
    'moves names of the S3 family in front of the host: %s %s',
    (service, front, request, host) => {
      expect(ask(`${service}/us-west-2`, request, { front }).host).toBe(host);
    },
  );

  it('takes the account of S3 Control from its header, which must agree with the host', () => {
    const headers = [['X-Amz-Account-Id', '123456789012']] as const;
    const request = 'GET /v20180820/accesspoint';
    expect(ask('s3/us-west-2', request, { headers }).host).toBe(`123456789012.s3-control.${W}`);
    for (const more of [
      { headers, front: '210987654321.' },
      { headers: [['x-amz-account-id', 'evil.example']] as const },
    ]) {
      expect(() => ask('s3/us-west-2', request, more)).toThrowWithCode(
        SigV4ProxyError,
        'ambiguous-endpoint',
      );
    }
  });

  it('takes the route of an Object Lambda answer from its header', () => {
    const headers = [['x-amz-request-route', 'io-cell1-abc']] as const;
    const target = ask('s3-object-lambda/us-west-2', 'POST /WriteGetObjectResponse', { headers });
    expect(target.host).toBe(`io-cell1-abc.s3-object-lambda.${W}`);
  });

  it('asks what a name with an account in it is', () => {
    const more = { front: 'name-123456789012.' };
    expect(() => ask('s3/us-west-2', 'GET /k', more)).toThrowWithCode(
      SigV4ProxyError,
      'ambiguous-endpoint',
    );
    const as = (s3HostLabel: 'bucket' | 'access-point') =>
      ask('s3/us-west-2', 'GET /k', more, { s3HostLabel }).host;
    expect(as('bucket')).toBe(`name-123456789012.s3.${W}`);
    expect(as('access-point')).toBe(`name-123456789012.s3-accesspoint.${W}`);
  });

  it('finds multi-region access points for SigV4A, and nothing else', () => {
    const sigv4a = {
      algorithm: 'AWS4-ECDSA-P256-SHA256',
      headers: [['x-amz-region-set', '*']] as const,
    };
    expect(ask('s3/*', 'GET /k', { ...sigv4a, front: 'alias.mrap.' })).toMatchObject({
      host: 'alias.mrap.accesspoint.s3-global.amazonaws.com',
      signingRegionSet: ['*'],
    });
    expect(() => ask('events/*', 'POST /', sigv4a)).toThrowWithCode(
      SigV4ProxyError,
      'ambiguous-endpoint',
    );
  });
});
