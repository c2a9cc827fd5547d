import { describe, expect, it } from 'vitest';
import { createEnvironment, createLocalCredentials } from '../../src/environment/index.js';
import { SigV4ProxyError } from '../../src/errors.js';

const credentials = { accessKeyId: 'SP00A', secretAccessKey: 's' };

describe('createEnvironment', () => {
  it('sends everything through the proxy in connect mode, but local, metadata and Session Manager hosts', () => {
    const environment = createEnvironment({
      mode: 'connect',
      credentials,
      proxyUrl: 'http://127.0.0.1:8123',
      caBundle: '/ca.pem',
      region: 'cn-north-1',
      noProxy: 'intranet.example, localhost,*,',
    });
    const values = new Map(environment.set);
    expect(values.get('HTTPS_PROXY')).toBe('http://127.0.0.1:8123');
    expect(values.get('https_proxy')).toBe('http://127.0.0.1:8123');
    expect(values.get('NO_PROXY')).toBe(
      'intranet.example,localhost,127.0.0.1,::1,169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254,' +
        'ssmmessages.cn-north-1.amazonaws.com.cn',
    );
    expect(values.get('no_proxy')).toBe(values.get('NO_PROXY'));
    expect(values.get('NODE_USE_ENV_PROXY')).toBe('1');
    expect(values.get('AWS_DEFAULT_REGION')).toBe('cn-north-1');
    expect(values.get('AWS_REGION')).toBe('cn-north-1');
    expect(values.get('AWS_CA_BUNDLE')).toBe('/ca.pem');
    expect(values.get('NODE_EXTRA_CA_CERTS')).toBe('/ca.pem');
    expect(values.get('AWS_EC2_METADATA_DISABLED')).toBe('true');
    expect(values.has('SSL_CERT_FILE')).toBe(false);
    expect(environment.unset).toEqual(
      expect.arrayContaining([
        'AWS_SESSION_TOKEN',
        'AWS_PROFILE',
        'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
        'AWS_ENDPOINT_URL',
      ]),
    );
  });

  it('points AWS tools at the listener in endpoint-url mode', () => {
    const environment = createEnvironment({
      mode: 'endpoint-url',
      credentials: { ...credentials, sessionToken: 't' },
      endpointUrl: 'https://localhost:8124',
      serviceEndpointUrls: { BEDROCK_RUNTIME: 'https://bedrock-runtime.localhost:8124' },
      caBundle: '/ca.pem',
      otherClients: true,
      sslCertFile: true,
    });
    const values = new Map(environment.set);
    expect(values.get('AWS_ENDPOINT_URL')).toBe('https://localhost:8124');
    expect(values.get('AWS_ENDPOINT_URL_BEDROCK_RUNTIME')).toBe(
      'https://bedrock-runtime.localhost:8124',
    );
    expect(values.get('AWS_DISABLE_HOST_PREFIX_INJECTION')).toBe('true');
    expect(values.get('AWS_SESSION_TOKEN')).toBe('t');
    expect(values.get('NO_PROXY')).toBe('localhost,127.0.0.1,::1');
    for (const name of ['REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE']) {
      expect(values.get(name)).toBe('/ca.pem');
    }
    expect(values.has('HTTPS_PROXY')).toBe(false);
    expect(environment.unset).not.toContain('AWS_ENDPOINT_URL');
    expect(environment.unset).not.toContain('AWS_SESSION_TOKEN');
  });

  it('sets nothing twice and never unsets what it sets', () => {
    const environment = createEnvironment({ mode: 'connect', credentials, proxyUrl: 'http://h:1' });
    const names = environment.set.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(environment.unset.filter((name) => names.includes(name))).toEqual([]);
  });
});

describe('createLocalCredentials', () => {
  const counting = (length: number) => Uint8Array.from({ length }, (_, index) => index * 7);

  it('makes keys of the form of AWS that are plainly not its own', () => {
    const made = createLocalCredentials({ randomBytes: counting });
    expect(made.accessKeyId).toMatch(/^SP00[A-Z2-7]{16}$/);
    expect(made.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(createLocalCredentials({ randomBytes: counting, marker: 'XY' }).accessKeyId).toMatch(
      /^XY[A-Z2-7]{18}$/,
    );
  });

  it.each(['AKIA', 'ASIA00', 'sp00', 'A', 'TOOLONGMARKER', 'SP-0'])(
    'refuses the marker %s',
    (marker) => {
      expect(() => createLocalCredentials({ randomBytes: counting, marker })).toThrowWithCode(
        SigV4ProxyError,
        'invalid-option',
      );
    },
  );
});
