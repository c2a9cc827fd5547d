import { tryResolvePartition } from '@postern/config/aws';
import type { EnvironmentOptions, ProxyEnvironment } from './types.js';

/** Instance, container and pod credentials come from these; asking the proxy for them would only be refused. */
const METADATA_HOSTS: readonly string[] = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::254',
];
const LOCAL_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/**
 * Names the variables with which AWS tools use the proxy, and the ones that would make them bypass it.
 *
 * @param options mode, addresses, credentials and files
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 *
 * @example
 * ```ts
 * declare const credentials: LocalCredentials;
 * const environment = createEnvironment({
 *   mode: 'connect',
 *   proxyUrl: 'http://127.0.0.1:8123',
 *   credentials,
 *   caBundle: '/home/alice/.postern/ca.pem',
 * });
 * ```
 */
export function createEnvironment(options: EnvironmentOptions): ProxyEnvironment {
  const { credentials } = options;
  const set: [string, string][] = [
    ['AWS_ACCESS_KEY_ID', credentials.accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey],
  ];
  if (credentials.sessionToken !== undefined) {
    set.push(['AWS_SESSION_TOKEN', credentials.sessionToken]);
  }
  if (options.region !== undefined) {
    set.push(['AWS_REGION', options.region], ['AWS_DEFAULT_REGION', options.region]);
  }
  // Without it, tools on an instance could fall back to the role of the machine.
  set.push(['AWS_EC2_METADATA_DISABLED', 'true']);
  set.push(
    ...(options.mode === 'connect' ? connectVariables(options) : endpointVariables(options)),
  );
  set.push(...trustVariables(options));
  const names = new Set(set.map(([name]) => name));
  return {
    set,
    unset: INTERFERING.filter((name) => !names.has(name)),
    expiration: credentials.expiration,
  };
}

/** Old tokens beside the local keys, profiles that take precedence over keys, and switches that ignore endpoints. */
const INTERFERING: readonly string[] = [
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_ENDPOINT_URL',
];

function connectVariables(
  options: Extract<EnvironmentOptions, { mode: 'connect' }>,
): [string, string][] {
  const direct = [...LOCAL_HOSTS, ...METADATA_HOSTS, ...sessionManagerHosts(options.region)];
  const noProxy = extend(options.noProxy, direct);
  return [
    ['HTTPS_PROXY', options.proxyUrl],
    ['https_proxy', options.proxyUrl],
    ['NO_PROXY', noProxy],
    ['no_proxy', noProxy],
    // Node 24 and later honour the proxy variables with it.
    ['NODE_USE_ENV_PROXY', '1'],
  ];
}

/** Session Manager's plugin does not read AWS_CA_BUNDLE; the proxy tunnels it anyway, so it may as well go directly. */
function sessionManagerHosts(region: string | undefined): readonly string[] {
  const partition = region === undefined ? undefined : tryResolvePartition(region);
  return partition === undefined ? [] : [`ssmmessages.${region}.${partition.dnsSuffix}`];
}

function endpointVariables(
  options: Extract<EnvironmentOptions, { mode: 'endpoint-url' }>,
): [string, string][] {
  const noProxy = extend(options.noProxy, LOCAL_HOSTS);
  const services = Object.entries(options.serviceEndpointUrls ?? {});
  return [
    ['AWS_ENDPOINT_URL', options.endpointUrl],
    ...services.map(([id, url]): [string, string] => [`AWS_ENDPOINT_URL_${id}`, url]),
    // A prefix glued to the listener's name would not resolve; the proxy puts it back.
    ['AWS_DISABLE_HOST_PREFIX_INJECTION', 'true'],
    // The listener itself must not be asked through a proxy.
    ['NO_PROXY', noProxy],
    ['no_proxy', noProxy],
  ];
}

function trustVariables(options: EnvironmentOptions): [string, string][] {
  const bundle = options.caBundle;
  if (bundle === undefined) return [];
  const variables: [string, string][] = [
    ['AWS_CA_BUNDLE', bundle],
    ['NODE_EXTRA_CA_CERTS', options.nodeExtraCaCerts ?? bundle],
  ];
  if (options.otherClients)
    variables.push(['REQUESTS_CA_BUNDLE', bundle], ['CURL_CA_BUNDLE', bundle]);
  if (options.sslCertFile) variables.push(['SSL_CERT_FILE', bundle]);
  return variables;
}

/** Adds what is not there yet. A lone `*` is left out, as it would send everything past the proxy. */
function extend(present: string | undefined, more: readonly string[]): string {
  const entries = (present ?? '').split(',').map((entry) => entry.trim());
  return [...new Set([...entries.filter((entry) => entry !== '' && entry !== '*'), ...more])].join(
    ',',
  );
}
