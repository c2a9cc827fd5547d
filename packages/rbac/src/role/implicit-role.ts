import { DEFAULT_LIMITS } from '../limits.js';
import { compileConditions } from './compile-conditions.js';
import { type CompiledRole, parsed } from './compiled-role.js';
import { ShapeReader } from './read-shape.js';

const LIST_AND_READ = [
  'node',
  'proxy',
  'auth_server',
  'tunnel',
  'reverse_tunnel',
  'cluster_auth_preference',
  'cluster_name',
  'ssh_session',
  'app_server',
  'app',
  'remote_cluster',
  'kube_server',
  'kube_cluster',
  'db_server',
  'db',
  'windows_desktop',
  'windows_desktop_service',
];

const IMPLICIT_ROLE_NAME = 'default-implicit-role';

function createImplicitRole(): CompiledRole {
  const read = new ShapeReader('invalid-role');
  const common = { read, limits: DEFAULT_LIMITS, extensions: {}, warn: () => undefined };
  const rules = [
    { resources: LIST_AND_READ, verbs: ['list', 'read'] },
    { resources: ['cert_authority'], verbs: ['list', 'readnosecrets'] },
    { resources: ['usage_event'], verbs: ['create'] },
  ];
  const compile = (side: 'allow' | 'deny', part: object) => {
    return compileConditions({ ...common, side, part: { ...part }, defaultLabels: undefined });
  };
  return {
    name: IMPLICIT_ROLE_NAME,
    version: 'v8',
    warnings: [],
    allowAppLabels: {},
    maxSessionTtlMs: Number.POSITIVE_INFINITY,
    requireSessionMfa: false,
    requireTrustedDevice: false,
    lockMode: undefined,
    requestAccess: 'optional',
    document: { version: 'v8', metadata: { name: IMPLICIT_ROLE_NAME }, spec: { allow: { rules } } },
    [parsed]: {
      allow: compile('allow', { rules }),
      deny: compile('deny', {}),
      strict: false,
      isImplicit: true,
      limits: DEFAULT_LIMITS,
      extensions: {},
    },
  };
}

/** The built-in role that everybody holds: it shows the common objects, grants no app and limits no session. */
export const IMPLICIT_ROLE: CompiledRole = /* @__PURE__ */ Object.freeze(createImplicitRole());
