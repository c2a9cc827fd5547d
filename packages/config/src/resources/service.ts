import { labelMatcher } from '../shape/labels.js';
import { list, textList } from '../shape/lists.js';
import { type MapCheck, map } from '../shape/map.js';
import { bool, kept } from '../shape/scalars.js';
import { filled, orEmpty, withDefault } from '../shape/shape.js';
import { oneOf, type TextFault, text } from '../shape/text.js';
import type {
  AppServiceSection,
  JoinParams,
  LogSection,
  ResourceSelector,
  ServiceConfig,
  ServiceSection,
  TeleportSection,
} from '../types/service.js';
import { serviceAppShape } from './app.js';
import { JOIN_METHODS } from './token.js';
import { checkUniqueApps } from './unique-apps.js';

/** Versions of the service file. */
export const SERVICE_VERSIONS = ['v1', 'v2', 'v3'] as const;

const teleportShape = map<TeleportSection>()(
  {
    nodename: text(),
    data_dir: text(),
    pid_file: text(),
    ca_pin: textList(),
    log: map<LogSection>()({ output: text(), severity: text(), format: kept() }),
    cache: kept(),
    auth_token: text({ secret: true }),
    join_params: map<JoinParams>()({
      token_name: text({ secret: true }),
      method: withDefault(oneOf(JOIN_METHODS), 'token'),
      azure: kept(),
    }),
    proxy_server: text({ check: checkHostPort }),
    auth_server: text({ check: checkHost }),
    auth_servers: textList({ check: checkHost }),
    advertise_ip: text(),
    diag_addr: text(),
    connection_limits: kept(),
    ciphers: kept(),
    kex_algos: kept(),
    mac_algos: kept(),
    storage: kept(),
  },
  {
    check({ has, atKey }) {
      if (has('auth_token') && has('join_params')) {
        const message = 'auth_token is the old form of join_params: leave it out.';
        atKey('auth_token', 'field-not-allowed', message);
      }
    },
  },
);

/** A service that is on unless it is turned off. */
function sectionShape() {
  return filled(
    map<ServiceSection>()(
      { enabled: withDefault(bool(), true) },
      { others: () => kept(), otherNames: true },
    ),
  );
}

/** Which dynamic resources a service takes. */
export const selectorShape = map<ResourceSelector>()({
  labels: orEmpty(labelMatcher()),
  aws: kept(),
});

const appServiceShape = map<AppServiceSection>()(
  {
    enabled: withDefault(bool(), false),
    debug_app: withDefault(bool(), false),
    apps: withDefault(list(serviceAppShape), []),
    resources: withDefault(list(selectorShape), []),
    mcp_demo_server: bool(),
  },
  {
    check(check) {
      checkUniqueApps(check, 'apps');
      if (check.has('enabled')) return;
      const { node, place, context } = check;
      context.report({
        code: 'service-off',
        message: 'The application service is configured but off: write enabled: yes.',
        at: node.entries[0] ?? node,
        place: { parent: place, key: 'enabled' },
      });
    },
  },
);

/** The service file. */
export const serviceShape = map<ServiceConfig>()(
  {
    version: withDefault(oneOf(SERVICE_VERSIONS, 'invalid-version'), 'v1'),
    teleport: filled(teleportShape),
    auth_service: sectionShape(),
    proxy_service: sectionShape(),
    ssh_service: sectionShape(),
    app_service: filled(appServiceShape),
    db_service: kept(),
    kubernetes_service: kept(),
    windows_desktop_service: kept(),
    discovery_service: kept(),
    metrics_service: kept(),
    tracing_service: kept(),
    debug_service: kept(),
  },
  { check: checkServers },
);

/** Version v3 names one server to dial; the versions before name a list of auth servers. */
function checkServers({ value, node, place, context }: MapCheck<ServiceConfig>): void {
  const teleport = node.entries.find((entry) => entry.key === 'teleport')?.value;
  if (teleport?.type !== 'map') return;
  const refuse = (name: string, message: string, hint: string | undefined) => {
    const entry = teleport.entries.find((candidate) => candidate.key === name);
    const at = { parent: { parent: place, key: 'teleport' }, key: name };
    if (entry) context.report({ code: 'field-not-allowed', message, hint, at: entry, place: at });
  };
  if (value.version === 'v3') {
    const message = 'Version v3 has auth_server or proxy_server in place of auth_servers.';
    refuse('auth_servers', message, 'proxy_server');
    if (!value.teleport?.auth_server) return;
    refuse('proxy_server', 'auth_server and proxy_server exclude each other.', undefined);
    return;
  }
  for (const name of ['proxy_server', 'auth_server']) {
    refuse(name, `${name} needs version v3 of the file.`, 'version: v3');
  }
}

/** Host and port. Placeholders in capitals, as guides print them, pass. */
export function checkHostPort(address: string): TextFault | undefined {
  if (/^[A-Z][A-Z0-9_]*$/.test(address)) return undefined;
  const port = /^(?:[A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):(\d{1,5})$/.exec(address)?.[1];
  if (port !== undefined && Number(port) >= 1 && Number(port) <= 65_535) return undefined;
  return {
    code: 'invalid-value',
    message: 'A host with its port is expected, such as proxy.example.com:443.',
  };
}

/** Host, with or without a port. */
function checkHost(address: string): TextFault | undefined {
  if (/^[A-Za-z0-9_.-]{1,253}$/.test(address)) return undefined;
  return checkHostPort(address);
}
