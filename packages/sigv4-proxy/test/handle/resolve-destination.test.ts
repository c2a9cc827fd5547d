import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { checkFrame } from '../../src/handle/check-frame.js';
import { createDestinationResolver } from '../../src/handle/resolve-destination.js';
import { loadRestRoutes } from '../../src/operation/rest-routes.js';
import type { HeaderPair, ProxyRequest } from '../../src/request.js';

const routes = await loadRestRoutes();
const HOST = 'dynamodb.eu-west-1.amazonaws.com';
const verified = {
  service: 'dynamodb',
  region: 'eu-west-1',
  algorithm: 'AWS4-HMAC-SHA256',
  regionSet: undefined,
} as const;
const request = (...more: HeaderPair[]): ProxyRequest => ({
  method: 'POST',
  target: '/',
  headers: [['Host', HOST], ['X-Amz-Target', 'DynamoDB_20120810.GetItem'], ...more],
  mode: 'connect',
  secure: true,
  connectTarget: `${HOST}:443`,
});

describe('createDestinationResolver', () => {
  it('remembers calls that differ in nothing that routes', () => {
    const resolve = createDestinationResolver({});
    const one = resolve(request(), checkFrame(request()), verified, routes);
    const two = request(['User-Agent', 'x']);
    expect(resolve(two, checkFrame(two), verified, routes)).toBe(one);
  });

  it('asks again where a header decides, although the rest is remembered', () => {
    const resolve = createDestinationResolver({ strictForwardedHeaders: true });
    resolve(request(), checkFrame(request()), verified, routes);
    const forwarded = request(['X-Forwarded-Host', 'elsewhere.example']);
    expect(() => resolve(forwarded, checkFrame(forwarded), verified, routes)).toThrowWithCode(
      SigV4ProxyError,
      'not-allowed',
    );
    const account = request(['x-amz-account-id', '123456789012']);
    const plain = resolve(request(), checkFrame(request()), verified, routes);
    expect(resolve(account, checkFrame(account), verified, routes)).not.toBe(plain);
  });
});
