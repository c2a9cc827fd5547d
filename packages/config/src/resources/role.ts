import { labelMatcher, traits } from '../shape/labels.js';
import { isNull, list, readTextList, textList } from '../shape/lists.js';
import { type MapCheck, map } from '../shape/map.js';
import { boolOrText, duration, integer, kept, keptValue } from '../shape/scalars.js';
import { filled, orEmpty, required, type Shape, withDefault } from '../shape/shape.js';
import { oneOf, type TextFault, text } from '../shape/text.js';
import type {
  RequestConditions,
  RequestReason,
  RequestThreshold,
  ReviewConditions,
  Role,
  RoleConditions,
  RoleOptions,
  RoleRule,
  RoleSpec,
  TraitMapping,
} from '../types/role.js';
import { checkRoleArn } from './aws-texts.js';
import { kindShape, metadataShape } from './envelope.js';

/** Versions of a role. There is no default: the version changes what is allowed. */
export const ROLE_VERSIONS = ['v3', 'v4', 'v5', 'v6', 'v7', 'v8'] as const;

/** 30 hours. */
const DEFAULT_MAX_SESSION_TTL = 108_000;

/** Labels and lists of resources that have no meaning for AWS access begin like this. */
const OTHER_CONDITIONS =
  /^(?:node_|cluster_|group_|kubernetes_|db_|database_|windows_desktop_labels)/;

const optionsShape = map<RoleOptions>()({
  max_session_ttl: withDefault(
    duration({
      insteadOfNone: DEFAULT_MAX_SESSION_TTL,
      negative: {
        code: 'ttl-ignored',
        message: 'A negative session limit is taken for none: the default of 30 hours applies.',
      },
    }),
    DEFAULT_MAX_SESSION_TTL,
  ),
  lock: withDefault(oneOf(['', 'strict', 'best_effort']), ''),
  require_session_mfa: withDefault(boolOrText(), false),
  device_trust_mode: text(),
  request_access: text(),
  request_prompt: text(),
  cert_extensions: kept(),
  cert_format: kept(),
  client_idle_timeout: kept(),
  create_db_user: kept(),
  create_db_user_mode: kept(),
  create_desktop_user: kept(),
  create_host_user: kept(),
  create_host_user_default_shell: kept(),
  create_host_user_mode: kept(),
  desktop_clipboard: kept(),
  desktop_directory_sharing: kept(),
  disconnect_expired_cert: kept(),
  enhanced_recording: kept(),
  forward_agent: kept(),
  idp: kept(),
  max_connections: kept(),
  max_kubernetes_connections: kept(),
  max_sessions: kept(),
  mfa_verification_interval: kept(),
  permit_x11_forwarding: kept(),
  pin_source_ip: kept(),
  port_forwarding: kept(),
  record_session: kept(),
  ssh_file_copy: kept(),
  ssh_port_forwarding: kept(),
});

const ruleShape = map<RoleRule>()({
  resources: required(textList()),
  verbs: required(textList()),
  where: text(),
  actions: textList(),
});

const mappingShape = map<TraitMapping>()({
  claim: required(text()),
  value: required(text()),
  roles: required(textList()),
});

const names = textList({ templates: 'values' });
const nameMatchers = textList({ templates: 'matchers' });

const requestShape = map<RequestConditions>()({
  roles: nameMatchers,
  claims_to_roles: list(mappingShape),
  search_as_roles: names,
  suggested_reviewers: names,
  thresholds: list(
    map<RequestThreshold>()({
      name: text(),
      filter: text(),
      approve: integer(0, 1000),
      deny: integer(0, 1000),
    }),
  ),
  annotations: traits(),
  max_duration: duration(),
  reason: map<RequestReason>()({ mode: oneOf(['optional', 'required']), prompt: text() }),
  kubernetes_resources: kept(),
});

const reviewShape = map<ReviewConditions>()({
  roles: nameMatchers,
  claims_to_roles: list(mappingShape),
  where: text(),
  preview_as_roles: names,
});

function conditionsShape(side: 'allow' | 'deny') {
  const checkArn = side === 'allow' ? checkAllowedArn : checkDeniedArn;
  return map<RoleConditions>()(
    {
      app_labels: orEmpty(labelMatcher(side === 'deny')),
      app_labels_expression: withDefault(text(), ''),
      aws_role_arns: withDefault(textList({ check: checkArn, templates: 'values' }), []),
      rules: withDefault(list(ruleShape), []),
      roles: names,
      request: requestShape,
      review_requests: reviewShape,
      logins: names,
      namespaces: textList(),
      host_groups: names,
      host_sudoers: names,
      desktop_groups: names,
      windows_desktop_logins: names,
      azure_identities: names,
      gcp_service_accounts: names,
      impersonate: kept(),
      join_sessions: kept(),
      require_session_join: kept(),
      spiffe: kept(),
      github_permissions: kept(),
      account_assignments: kept(),
    },
    {
      others: (name) => (OTHER_CONDITIONS.test(name) ? otherCondition() : undefined),
      otherNames: OTHER_CONDITIONS.source,
    },
  );
}

/** A list of texts, or any map. */
function otherCondition(): Shape<unknown, unknown> {
  return {
    read(node, place, context) {
      if (node.type === 'map' || isNull(node) || node.type === 'list') return keptValue(node);
      return readTextList(node, place, context, {});
    },
    view: (value) => value,
    schema: () => ({}),
  };
}

/** A role document. */
export const roleShape = map<Role>()(
  {
    kind: kindShape('role'),
    version: required(oneOf(ROLE_VERSIONS)),
    sub_kind: text(),
    metadata: required(metadataShape()),
    spec: filled(
      map<RoleSpec>()({
        options: filled(optionsShape),
        allow: filled(conditionsShape('allow')),
        deny: filled(conditionsShape('deny')),
      }),
    ),
  },
  {
    check: checkOldDefault,
    finish(view, role) {
      if (role.version !== 'v3' || role.spec?.allow?.app_labels !== undefined) return view;
      const allow = { ...view.spec.allow, app_labels: everything() };
      return { ...view, spec: { ...view.spec, allow } };
    },
  },
);

function everything(): Readonly<Record<string, readonly string[]>> {
  const labels: Record<string, readonly string[]> = Object.create(null);
  labels['*'] = ['*'];
  return labels;
}

/** Roles of version 3 without labels let their holders into every app: too easy to overlook. */
function checkOldDefault({ value, node, place, context }: MapCheck<Role>): void {
  if (value.version !== 'v3' || value.spec?.allow?.app_labels !== undefined) return;
  const message =
    'A role of version v3 without app_labels allows every app: write app_labels, or take version v8.';
  const at = node.entries.find((entry) => entry.key === 'version')?.value ?? node;
  const path = { parent: place, key: 'version' };
  context.report({
    code: 'deprecated-field',
    message,
    hint: 'spec.allow.app_labels',
    at,
    place: path,
  });
}

function checkAllowedArn(value: string): TextFault | undefined {
  if (value !== '*') return checkRoleArn(value);
  const message =
    'A bare * would allow every AWS role: list AWS role ARNs, or templates that give some.';
  return { code: 'wildcard-not-allowed', message };
}

function checkDeniedArn(value: string): TextFault | undefined {
  return value === '*' ? undefined : checkRoleArn(value);
}
