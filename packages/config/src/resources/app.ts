import { checkConsoleUri, isConsoleUri } from '../aws/check-console-uri.js';
import { consoleTable } from '../aws/data/console-table.js';
import { labelSet } from '../shape/labels.js';
import { list, textList } from '../shape/lists.js';
import { type MapCheck, map } from '../shape/map.js';
import { bool, duration, kept } from '../shape/scalars.js';
import { orEmpty, required, type Shape, withDefault } from '../shape/shape.js';
import { oneOf, type TextFault, text } from '../shape/text.js';
import type {
  App,
  AppAws,
  AppCloud,
  AppCommand,
  AppFields,
  AppHeader,
  AppRewrite,
  AppRolesAnywhereProfile,
  AppSpec,
  ServiceApp,
} from '../types/app.js';
import { checkArn, checkExternalId, checkRegion } from './aws-texts.js';
import { checkDnsLabel, kindShape, metadataShape, versionShape } from './envelope.js';

const CLOUDS: readonly AppCloud[] = ['', 'AWS', 'Azure', 'GCP'];
const RESERVED_HOST = 'kube-teleport-proxy-alpn.';

const awsShape = map<AppAws>()({
  external_id: withDefault(text({ check: checkExternalId }), ''),
  region: withDefault(text({ check: checkRegion }), ''),
  roles_anywhere_profile: map<AppRolesAnywhereProfile>()({
    profile_arn: text({ check: checkArn('rolesanywhere') }),
    accept_role_session_name: withDefault(bool(), false),
  }),
});

const rewriteShape = map<AppRewrite>()({
  redirect: withDefault(textList(), []),
  headers: list(headerShape()),
  jwt_claims: oneOf(['roles-and-traits', 'roles', 'traits', 'none']),
});

const fields = {
  uri: text({ check: checkUri }),
  public_addr: withDefault(text({ check: checkPublicAddress }), ''),
  cloud: withDefault(oneOf(CLOUDS), ''),
  commands: list(
    map<AppCommand>()({
      name: required(text()),
      command: required(textList()),
      period: duration(),
    }),
  ),
  insecure_skip_verify: withDefault(bool(), false),
  debug: withDefault(bool(), false),
  aws: awsShape,
  integration: withDefault(text(), ''),
  rewrite: rewriteShape,
  required_apps: textList(),
  use_any_proxy_public_addr: withDefault(bool(), false),
  cors: kept(),
  tcp_ports: list(kept()),
  mcp: kept(),
  user_groups: textList(),
};

/** The body of an app resource. */
export const appSpecShape = map<AppSpec>()(
  {
    ...fields,
    dynamic_labels: kept(),
    required_app_names: textList(),
    identity_center: kept(),
  },
  { check: checkApp, finish: (view, app) => ({ ...view, ...addressOf(app) }) },
);

/** An app of the service file or the chart values. */
export const serviceAppShape = map<ServiceApp>()(
  {
    name: required(text({ check: checkDnsLabel })),
    description: text(),
    labels: orEmpty(labelSet()),
    ...fields,
  },
  { check: checkApp, finish: (view, app) => ({ ...view, ...addressOf(app) }) },
);

/** An app document. */
export const appShape = map<App>()({
  kind: kindShape('app'),
  version: versionShape(['v3'], 'v3'),
  sub_kind: text(),
  metadata: required(metadataShape(checkDnsLabel)),
  spec: required(appSpecShape),
});

/** The view of what address and cloud decide about each other. */
function addressOf(app: Partial<AppFields>): { uri: string; cloud: AppCloud } {
  const uri = app.uri ?? '';
  const cloud = app.cloud || (isConsoleUri(uri) ? 'AWS' : '');
  return { uri: uri || (cloud ? `cloud://${cloud}` : ''), cloud };
}

function checkApp({ value, has, atValue, missing }: MapCheck<AppFields>): void {
  if ((value.uri ?? '') === '' && !(has('cloud') && value.cloud !== '') && !has('mcp')) {
    missing('uri', 'An app needs a uri, or a cloud.');
  }
  const uri = value.uri ?? '';
  if (value.cloud || !looksLikeConsole(uri) || checkConsoleUri(uri).isConsole) return;
  atValue(
    'uri',
    'console-lookalike',
    'The address begins like an AWS console but is none: the app is no AWS app.',
  );
}

function looksLikeConsole(uri: string): boolean {
  const start = uri.trimStart().toLowerCase();
  return Object.values(consoleTable).some(({ consoleHosts }) =>
    consoleHosts.some(
      (host) => start.startsWith(`https://${host}`) || start.startsWith(`http://${host}`),
    ),
  );
}

function checkUri(uri: string): TextFault | undefined {
  if (uri === '' || URL.canParse(uri)) return undefined;
  const message =
    'The uri of an app must be a whole address, such as https://console.aws.amazon.com.';
  return { code: 'invalid-value', message };
}

function checkPublicAddress(address: string): TextFault | undefined {
  const fault = (message: string): TextFault => ({ code: 'invalid-value', message });
  if (address === '') return undefined;
  if (address.startsWith(RESERVED_HOST))
    return fault('The public address begins with a reserved name.');
  if (/^\[|:.*:|^\d{1,3}(?:\.\d{1,3}){3}(?::|$)/.test(address)) {
    return fault('The public address must be a host name, not an address literal.');
  }
  if (/:/.test(address)) return fault('The public address takes no port and no scheme.');
  // Placeholders such as integration-name.teleport-url pass: any host name does.
  return /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?$/.test(address)
    ? undefined
    : fault('The public address is no host name.');
}

/** A header as `Name: value`, or as a map of both. */
function headerShape(): Shape<string | AppHeader, string | undefined> {
  const asText = text({ check: checkHeader });
  const asMap = map<AppHeader>()(
    { name: required(text()), value: required(text()) },
    {
      check({ value, atValue }) {
        const fault =
          value.name === undefined ? undefined : checkHeader(`${value.name}: ${value.value ?? ''}`);
        if (fault) atValue('name', fault.code, fault.message);
      },
    },
  );
  return {
    read: (node, place, context) =>
      node.type === 'map' && node.template === undefined
        ? asMap.read(node, place, context)
        : asText.read(node, place, context),
    view: (header) => (typeof header === 'object' ? `${header.name}: ${header.value}` : header),
    schema: () => ({ anyOf: [{ type: 'string' }, asMap.schema()] }),
  };
}

function checkHeader(header: string): TextFault | undefined {
  const name = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):/.exec(header)?.[1]?.toLowerCase();
  if (name === undefined || /[\r\n]/.test(header)) {
    return { code: 'invalid-value', message: 'A header is written "Name: value".' };
  }
  if (!name.startsWith('x-teleport-') && name !== 'teleport-jwt-assertion') return undefined;
  return {
    code: 'invalid-value',
    message: 'The header is set by the proxy itself and cannot be rewritten.',
  };
}
