import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  type CreateJoinRequestOptions,
  createJoinRequest,
  encodeJoinRequest,
  JoinIamError,
  joinBinding,
} from '../../src/client/index.js';
import { decodeJoinRequest, inspectJoinRequest } from '../../src/server/index.js';
import { CHALLENGE, CREDENTIALS, NOW } from '../support/fixtures.js';

const create = (options: Partial<CreateJoinRequestOptions> = {}) =>
  createJoinRequest({
    challenge: CHALLENGE,
    credentials: CREDENTIALS,
    region: 'eu-central-1',
    signingDate: NOW,
    ...options,
  });

const hostsOf = async (options: Partial<CreateJoinRequestOptions>) => {
  const { requests, notices } = await create(options);
  const hosts = requests.map(
    (bytes) => /\r\nHost: (\S+)\r\n/.exec(Buffer.from(bytes).toString('latin1'))?.[1],
  );
  return { hosts, notices };
};

describe('createJoinRequest', () => {
  it.each<[string, Partial<CreateJoinRequestOptions>, string[]]>([
    ['a region', {}, ['sts.eu-central-1.amazonaws.com']],
    [
      'us-east-1, which also signs for global',
      { region: 'us-east-1' },
      ['sts.us-east-1.amazonaws.com'],
    ],
    ['global on request', { region: 'aws-global' }, ['sts.amazonaws.com']],
    ['China', { region: 'cn-north-1' }, ['sts.cn-north-1.amazonaws.com.cn']],
    ['dual stack', { useDualstackEndpoint: true }, ['sts.eu-central-1.api.aws']],
    ['FIPS', { region: 'us-west-2', useFipsEndpoint: true }, ['sts-fips.us-west-2.amazonaws.com']],
    [
      'FIPS in GovCloud',
      { region: 'us-gov-west-1', useFipsEndpoint: true },
      ['sts.us-gov-west-1.amazonaws.com'],
    ],
    [
      'a new region',
      { region: 'eu-east-9', extraRegions: [{ region: 'eu-east-9', partition: 'aws' }] },
      ['sts.eu-east-9.amazonaws.com'],
    ],
    [
      'several endpoints',
      { endpoints: ['us-east-1', 'global', 'eu-central-1'] },
      ['sts.eu-central-1.amazonaws.com', 'sts.us-east-1.amazonaws.com', 'sts.amazonaws.com'],
    ],
  ])('signs for %s', async (_, options, hosts) => {
    await expect(hostsOf(options)).resolves.toEqual({ hosts, notices: [] });
  });

  it('falls back to us-east-1 for FIPS in a commercial region, and says so', async () => {
    const { hosts, notices } = await hostsOf({ useFipsEndpoint: true });
    expect(hosts).toEqual(['sts-fips.us-east-1.amazonaws.com']);
    expect(notices).toEqual([expect.stringContaining('eu-central-1')]);
  });

  it.each<[string, Partial<CreateJoinRequestOptions>, string]>([
    ['no region', { region: '' }, 'region-unknown'],
    ['an unknown region', { region: 'eu-east-9' }, 'region-unknown'],
    ['a region that would choose another host', { region: 'evil.example/' }, 'region-unknown'],
    ['an inherited name as region', { region: 'constructor' }, 'region-unknown'],
    ['FIPS in China', { region: 'cn-north-1', useFipsEndpoint: true }, 'fips-unavailable'],
    [
      'FIPS at the global endpoint',
      { region: 'aws-global', useFipsEndpoint: true },
      'fips-unavailable',
    ],
    [
      'FIPS with dual stack',
      { region: 'us-east-1', useFipsEndpoint: true, useDualstackEndpoint: true },
      'fips-unavailable',
    ],
    [
      'dual stack where there is none',
      { region: 'us-iso-east-1', useDualstackEndpoint: true },
      'invalid-option',
    ],
    [
      'a server that has not proven itself',
      { serverAuthenticated: false },
      'server-not-authenticated',
    ],
    ['a line end in the challenge', { challenge: 'abc\r\nX-Evil: 1' }, 'invalid-option'],
    ['two spaces in the audience', { audience: 'a  b' }, 'invalid-option'],
    ['an empty binding', { binding: '' }, 'invalid-option'],
    ['a header name that is taken', { challengeHeader: 'X-Amz-Date' }, 'invalid-option'],
    [
      'a header of another protocol',
      { challengeHeader: 'X-Vault-AWS-IAM-Server-ID' },
      'invalid-option',
    ],
    ['a header of proxies', { challengeHeader: 'Proxy-Join' }, 'invalid-option'],
    ['a header of browsers', { audienceHeader: 'Sec-Join' }, 'invalid-option'],
    ['a header the signer leaves out', { bindingHeader: 'Cache-Control' }, 'invalid-option'],
    ['From', { challengeHeader: 'From' }, 'invalid-option'],
    ['Pragma', { challengeHeader: 'Pragma' }, 'invalid-option'],
    ['Referer', { challengeHeader: 'Referer' }, 'invalid-option'],
    ['Max-Forwards', { challengeHeader: 'Max-Forwards' }, 'invalid-option'],
    ['a tracing header', { challengeHeader: 'X-Amzn-Trace-Id' }, 'invalid-option'],
    ['no time of signing', { signingDate: new Date(Number.NaN) }, 'invalid-option'],
    ['endpoints that are no list', { endpoints: JSON.parse('"global"') }, 'invalid-option'],
    ['regions that are no list', { extraRegions: JSON.parse('{}') }, 'invalid-option'],
    [
      'an unknown region beside nothing',
      { region: 'eu-east-9', extraRegions: [JSON.parse('null')] },
      'region-unknown',
    ],
    ['a malformed header name', { audienceHeader: 'a b' }, 'invalid-option'],
    ['one name for two headers', { bindingHeader: 'x-join-audience' }, 'invalid-option'],
    [
      'too many endpoints',
      { endpoints: ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'] },
      'invalid-option',
    ],
    ['no key', { credentials: { accessKeyId: '', secretAccessKey: 'x' } }, 'credentials-missing'],
    [
      'a line end in the token',
      { credentials: { ...CREDENTIALS, sessionToken: 'a\r\nb' } },
      'credentials-missing',
    ],
    [
      'a provider that fails',
      { credentials: () => Promise.reject(new Error('no profile')) },
      'credentials-missing',
    ],
    [
      'credentials about to expire',
      { credentials: { ...CREDENTIALS, expiration: new Date(NOW.getTime() + 60_000) } },
      'credentials-expiring',
    ],
  ])('refuses %s', async (_, options, code) => {
    await expect(create(options)).rejects.toThrowWithCode(JoinIamError, code);
  });

  it('takes a provider, and credentials with more than a minute left', async () => {
    const expiration = new Date(NOW.getTime() + 60_001);
    const { requests } = await create({
      credentials: async () => ({ ...CREDENTIALS, expiration }),
    });
    const inspected = inspectJoinRequest(requests[0] ?? new Uint8Array(), {
      now: NOW,
      challenge: CHALLENGE,
    });
    expect(inspected).toMatchObject({ accessKeyId: CREDENTIALS.accessKeyId });
  });

  it('reads an empty session token as none', async () => {
    const { requests } = await create({
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x', sessionToken: '' },
    });
    expect(Buffer.from(requests[0] ?? []).toString('latin1')).not.toContain('Security-Token');
  });

  it('does not print what it signed', async () => {
    const created = await create();
    expect(inspect(created, { depth: 9 })).toBe("{ requests: '1 signed', notices: [] }");
    expect(JSON.stringify(created)).toBe('{"requests":"1 signed","notices":[]}');
    const decoded = decodeJoinRequest(encodeJoinRequest(created));
    expect(JSON.stringify(decoded)).toBe('{"requests":"1 signed"}');
    expect(inspect(decoded)).toBe("{ requests: '1 signed' }");
  });

  it('survives a JSON transport', async () => {
    const created = await create({ endpoints: ['us-east-1'] });
    const decoded = decodeJoinRequest(JSON.parse(JSON.stringify(encodeJoinRequest(created))));
    expect(decoded.requests.map(String)).toEqual(created.requests.map(String));
  });
});

describe('decodeJoinRequest', () => {
  it.each<[string, unknown, string]>([
    ['no list', 'AAAA', 'request-malformed'],
    ['an empty list', [], 'request-malformed'],
    ['a number', [1], 'request-malformed'],
    ['the other alphabet', ['_-_-'], 'request-malformed'],
    ['missing padding', ['AAA'], 'request-malformed'],
    ['five requests', Array(5).fill('AAAA'), 'request-too-large'],
    ['a huge request', ['A'.repeat(21_852)], 'request-too-large'],
  ])('refuses %s', (_, value, code) => {
    expect(() => decodeJoinRequest(value)).toThrowWithCode(JoinIamError, code);
  });
});

describe('joinBinding', () => {
  it('digests the sorted pairs', () => {
    // printf '%s' '[["a","1"],["b","ü"]]' | openssl dgst -sha256 -binary | basenc --base64url
    expect(joinBinding({ b: 'ü', a: '1' })).toBe('WQ-bnijP7_0YF-bHZLxnfbLxjFw562ddStS95DcFaDU');
    expect(joinBinding({ a: '1', b: 'ü' })).toBe('WQ-bnijP7_0YF-bHZLxnfbLxjFw562ddStS95DcFaDU');
  });

  it('keeps name and value apart', () => {
    expect(joinBinding({ a: '","b' })).not.toBe(joinBinding({ 'a","': 'b' }));
  });

  it('refuses a lone surrogate, which has no bytes', () => {
    expect(() => joinBinding({ a: '\ud800' })).toThrowWithCode(JoinIamError, 'invalid-option');
  });
});
