import { describe, expect, it } from 'vitest';
import {
  FederationError,
  formatFirefoxContainerUri,
  formatLoginUrl,
  formatLogoutUrl,
} from '../../src/index.js';

const query = {
  partition: 'aws',
  destination: 'https://console.aws.amazon.com/',
  signinToken: 'opaque+/=token',
};
const login = formatLoginUrl(query);

describe('formatLoginUrl', () => {
  it('leaves the issuer out when there is none', () => {
    expect(login.href).toBe(
      'https://signin.aws.amazon.com/federation?Action=login&Destination=https%3A%2F%2Fconsole.aws.amazon.com%2F&SigninToken=opaque%2B%2F%3Dtoken',
    );
    expect(formatLoginUrl({ ...query, issuer: '' }).href).toBe(login.href);
  });

  it('uses the regional host of the token request', () => {
    expect(formatLoginUrl({ ...query, region: 'eu-west-1' }).host).toBe(
      'eu-west-1.signin.aws.amazon.com',
    );
  });

  it.each([
    [{ signinToken: '' }, 'missing-signin-token'],
    [{ issuer: 'http://example.com' }, 'invalid-issuer'],
    [{ issuer: 'https://u:p@example.com' }, 'invalid-issuer'],
    [{ issuer: 'https://exa mple.com' }, 'invalid-issuer'],
    [{ issuer: 'javascript:x' }, 'invalid-issuer'],
    [{ destination: 'https://console.amazonaws.cn/' }, 'partition-mismatch'],
  ])('refuses %j', (more, code) => {
    expect(() => formatLoginUrl({ ...query, ...more })).toThrowWithCode(FederationError, code);
  });
});

describe('formatLogoutUrl', () => {
  it('takes the host of the login address', () => {
    const regional = formatLoginUrl({ ...query, region: 'eu-west-1' });
    const url = formatLogoutUrl({ loginUrl: regional });
    expect(url.host).toBe('eu-west-1.signin.aws.amazon.com');
    expect(url.searchParams.get('redirect_uri')).toBe(regional.href);
    expect(formatLogoutUrl({ loginUrl: login, region: 'us-west-2' }).host).toBe(
      'us-west-2.signin.aws.amazon.com',
    );
  });

  it('knows FIPS hosts', () => {
    const loginUrl = formatLoginUrl({
      ...query,
      partition: 'aws-us-gov',
      destination: 'https://console.amazonaws-us-gov.com/',
      useFipsEndpoint: true,
    });
    expect(formatLogoutUrl({ loginUrl }).host).toBe('signin-fips.amazonaws-us-gov.com');
  });

  it.each([
    'https://evil.example/federation?Action=login',
    'https://signin.aws.amazon.com.evil.example/federation?Action=login',
    'https://x.signin.aws.amazon.com/federation?Action=login',
    'https://u@signin.aws.amazon.com/federation?Action=login',
    'https://signin.aws.amazon.com:8443/federation?Action=login',
    'https://signin.aws.amazon.com/oauth?Action=login',
    'https://signin.aws.amazon.com/federation?Action=logout',
    'http://signin.aws.amazon.com/federation?Action=login',
    'nonsense',
  ])('makes no open redirect to %s', (loginUrl) => {
    expect(() => formatLogoutUrl({ partition: 'aws', loginUrl })).toThrowWithCode(
      FederationError,
      'invalid-login-url',
    );
  });

  it('refuses another partition and none at all', () => {
    expect(() => formatLogoutUrl({ partition: 'aws-cn', loginUrl: login })).toThrowWithCode(
      FederationError,
      'partition-mismatch',
    );
    expect(() => formatLogoutUrl({})).toThrowWithCode(FederationError, 'unknown-partition');
  });
});

describe('formatFirefoxContainerUri', () => {
  it('encodes every value so that none can add another member', () => {
    const uri = formatFirefoxContainerUri({
      name: 'a&url=x',
      loginUrl: login,
      color: 'blue',
      icon: 'fence',
    });
    expect(uri.split('&')).toHaveLength(4);
    expect(uri).toContain(`url=${encodeURIComponent(login.href)}&`);
  });

  it.each([
    'javascript:alert(1)',
    'https://evil.example/federation',
    'https://u@signin.aws.amazon.com/',
  ])('refuses %s, which the browser would open', (loginUrl) => {
    expect(() =>
      formatFirefoxContainerUri({ name: 'a', loginUrl, color: 'blue', icon: 'fence' }),
    ).toThrowWithCode(FederationError, 'invalid-login-url');
  });
});
