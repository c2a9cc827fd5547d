import { fullToolkit } from '../languages/all-languages.js';
import { compileRules } from '../role/compile-rules.js';
import { ShapeReader } from '../role/read-shape.js';

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

/** The rules of the built-in role. Of rules alone, so they stand where rules are tried and weigh on no other decision. */
export const IMPLICIT_RULES = /* @__PURE__ */ compileRules(
  [
    { resources: LIST_AND_READ, verbs: ['list', 'read'] },
    { resources: ['cert_authority'], verbs: ['list', 'readnosecrets'] },
    { resources: ['usage_event'], verbs: ['create'] },
  ],
  '/spec/allow/rules',
  new ShapeReader('invalid-role'),
  fullToolkit(),
);
