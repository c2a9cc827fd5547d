import {
  loadHelmValues,
  loadServiceConfig,
  loadServiceConfigFromBase64,
  normalize,
} from '@postern/config';
import { describe, expect, it } from 'vitest';
import { brief } from '../support/load.js';

const service = (text: string, strict = false) =>
  brief(loadServiceConfig({ text }, { strict }).diagnostics);
const helm = (text: string, strict = false) =>
  brief(loadHelmValues({ text }, { strict }).diagnostics);

describe('loadServiceConfig', () => {
  it('fills the defaults', () => {
    const { config } = loadServiceConfig({ text: 'teleport: {join_params: {token_name: t}}\n' });
    expect(config && normalize(config)).toEqual({
      version: 'v1',
      teleport: { join_params: { token_name: 't', method: 'token' } },
      auth_service: { enabled: true },
      proxy_service: { enabled: true },
      ssh_service: { enabled: true },
      app_service: { enabled: false, debug_app: false, apps: [], resources: [] },
    });
  });

  it('keeps what other services are told', () => {
    const { config } = loadServiceConfig({
      text: 'ssh_service: {enabled: no, labels: {a: b}}\ndb_service: {enabled: yes}\n',
    });
    expect(config && JSON.parse(JSON.stringify(normalize(config)))).toMatchObject({
      ssh_service: { enabled: false, labels: { a: 'b' } },
      db_service: { enabled: 'yes' },
    });
  });

  it.each([
    ['', ['1:1 no-documents']],
    ['[]', ['1:1 type-mismatch']],
    ['version: v4\n', ['1:10 invalid-version version']],
    [
      'version: v3\nteleport: {auth_servers: [a]}\n',
      ['2:12 field-not-allowed teleport.auth_servers → proxy_server'],
    ],
    [
      'teleport: {proxy_server: "a:1"}\n',
      ['1:12 field-not-allowed teleport.proxy_server → version: v3'],
    ],
    ['version: v3\nteleport: {proxy_server: a}\n', ['2:26 invalid-value teleport.proxy_server']],
    [
      'version: v3\nteleport: {proxy_server: "a:0"}\n',
      ['2:26 invalid-value teleport.proxy_server'],
    ],
    [
      'teleport: {auth_token: t, join_params: {method: iam}}\n',
      ['1:12 field-not-allowed teleport.auth_token'],
    ],
    [
      'teleport: {join_params: {method: aim}}\n',
      ['1:34 invalid-value teleport.join_params.method → iam'],
    ],
    ['app_service: {apps: [{name: a, cloud: AWS}]}\n', ['1:15 service-off app_service.enabled']],
    ['app_service: {enabled: "", apps: []}\n', ['1:24 invalid-bool app_service.enabled']],
    ['app_service: {enabled: , apps: []}\n', ['1:24 invalid-bool app_service.enabled']],
    [
      'app_service: {enabled: yes, apps: [{name: a, cloud: AWS}, {name: b, cloud: AWS}, {name: a, cloud: AWS}]}\n',
      ['1:89 duplicate-name app_service.apps[2].name'],
    ],
    ['version: v3\nteleport: {auth_server: "a b"}\n', ['2:25 invalid-value teleport.auth_server']],
    ['version: v3\nteleport: {auth_server: a, log: {severity: INFO}, ca_pin: [a, b]}\n', []],
    ['teleport: {auth_servers: [a, "b:3025", "[::1]:3025"]}\n', []],
    [
      'app_service: {enabled: yes, resources: [{labels: {"*": prod}}]}\n',
      ['1:56 wildcard-not-allowed app_service.resources[0].labels["*"]'],
    ],
    ['app_services: {enabled: yes}\n', ['1:1 unknown-field app_services → app_service']],
    ['kind: role\nmetadata: {name: a}\n', ['1:1 invalid-kind kind']],
    ['version: v3\n---\n# nothing\n---\nversion: v3\n', ['4:1 multiple-documents']],
  ])('%j', (text, faults) => {
    expect(service(text)).toEqual(faults);
  });

  it('gives no config when there is an error', () => {
    expect(loadServiceConfig({ text: 'version: v4\n' }).config).toBeUndefined();
    expect(
      loadServiceConfig({ text: 'app_service: {}\n' }, { strict: true }).config,
    ).toBeUndefined();
    expect(loadServiceConfig({ text: 'app_service: {}\n' }).config).toEqual({ app_service: {} });
  });
});

describe('loadServiceConfigFromBase64', () => {
  const encode = (text: string) => Buffer.from(text).toString('base64');

  it('reads the decoded text and counts its lines', () => {
    const text = encode('version: v3\napp_servise: {}\n').replace(/(.{7})/g, '$1\n');
    const { diagnostics } = loadServiceConfigFromBase64({ filename: 'ENV', text });
    expect(brief(diagnostics)).toEqual(['2:1 unknown-field app_servise → app_service']);
    expect(diagnostics[0]?.filename).toBe('ENV');
    expect(loadServiceConfigFromBase64({ text: encode('version: v3\n') }).config).toEqual({
      version: 'v3',
    });
  });

  it.each([
    ['version: v3', 'invalid-value'],
    ['abc', 'invalid-value'],
    [Buffer.from([0xff, 0xfe, 0x00]).toString('base64'), 'invalid-value'],
    ['A'.repeat(4 * 1024 * 1024), 'too-large'],
    [encode('#'.repeat(1024 * 1024 + 1)), 'too-large'],
  ])('refuses what is no base64 of a text', (text, code) => {
    expect(loadServiceConfigFromBase64({ text })).toMatchObject({
      config: undefined,
      diagnostics: [{ code, severity: 'error' }],
    });
  });
});

describe('loadHelmValues', () => {
  it('keeps further keys untouched, and refuses them in strict mode', () => {
    const text = 'authToken: t\nroles: kube\ntolerations: [{key: a}]\nreplicas: 2\n';
    const { config, diagnostics } = loadHelmValues({ text });
    expect(diagnostics).toEqual([]);
    expect(config && JSON.parse(JSON.stringify(normalize(config)))).toMatchObject({
      roles: ['kube'],
      tolerations: [{ key: 'a' }],
      replicas: 2,
    });
    expect(helm(text, true)).toEqual([
      '3:1 unknown-field tolerations',
      '4:1 unknown-field replicas',
    ]);
  });

  it.each([
    ['roles: app\n', ['1:8 service-off roles']],
    ['roles: app,db\nappResources: [{labels: {a: b}}]\n', []],
    ['roles: "app, bd"\napps: [{name: a, cloud: AWS}]\n', ['1:8 invalid-value roles → db']],
    ['roles: [app, kub]\napps: []\n', ['1:14 invalid-value roles[1] → kube']],
    ['proxyAddr: example.com\n', ['1:12 invalid-value proxyAddr']],
    ['insecureSkipProxyTLSVerify: perhaps\n', ['1:29 invalid-bool insecureSkipProxyTLSVerify']],
    ['annotations: {serviceAccount: {eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/x"}}\n', []],
    [
      'apps: [{name: a, cloud: AWS}, {name: a, cloud: AWS}]\n',
      ['1:38 duplicate-name apps[1].name'],
    ],
  ])('%j', (text, faults) => {
    expect(helm(text)).toEqual(faults);
  });
});

describe('a resource in place of a file', () => {
  it('is one fault', () => {
    const text = 'kind: user\nmetadata: {name: a}\nspec: {roles: [x]}\n';
    expect(service(text)).toEqual(['1:1 invalid-kind kind']);
    expect(helm(text, true)).toEqual(['1:1 invalid-kind kind']);
  });
});
