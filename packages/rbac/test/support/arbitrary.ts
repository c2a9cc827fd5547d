import fc from 'fast-check';
import type { App, Role, RoleConditions, RoleOptions, User } from '../../src/index.js';
import { arn } from './make.js';

/** Number of runs; RBAC_RUNS raises it for long sessions. */
export const RUNS = { numRuns: Number(process.env.RBAC_RUNS ?? 1000) };

/** Time for one property, in milliseconds; long sessions get more. */
export const PROPERTY_TIMEOUT = Math.max(30_000, RUNS.numRuns * 20);

const names = ['env', 'team', 'tier', '*', '__proto__', 'constructor'];
const values = ['dev', 'prod', 'core', '', 'a\nb', '*'];
const patterns = [
  ...values,
  'd*',
  '*o*',
  '^(dev|prod)$',
  '^[$',
  '^prod',
  '{{external.team}}',
  '{{external.absent}}',
  '{{internal.logins}}',
  '{{email.local(external.email)}}',
  '{{regexp.replace(external.team, "^(d.*)$", "$1")}}',
  '^{{external.team}}$',
  '{{broken',
];
export const arns = [
  arn('ReadOnly'),
  arn('Admin'),
  arn('Ops', '444455556666'),
  arn('*'),
  'arn:aws:iam:111122223333:role/Typo',
  'junk',
];
const arnTexts = [...arns, '{{external.arns}}', `${arn('')}{{external.team}}`];
const expressions = [
  '',
  'labels["env"] == "dev"',
  'contains(user.spec.traits["team"], labels["team"])',
  'contains(email.local(user.spec.traits["email"]), "dana")',
  'regexp.match(labels["env"], "^[$")',
  'labels[',
];

const selector = fc.dictionary(
  fc.constantFrom(...names),
  fc.oneof(fc.constantFrom(...patterns), fc.array(fc.constantFrom(...patterns), { maxLength: 3 })),
  { maxKeys: 3, noNullPrototype: false },
);

function conditions(side: 'allow' | 'deny'): fc.Arbitrary<RoleConditions> {
  const labels =
    side === 'allow'
      ? fc.oneof(
          fc.constant({ '*': '*' }),
          selector.filter((map) => !Object.hasOwn(map, '*')),
        )
      : selector;
  return fc.record(
    {
      app_labels: labels,
      app_labels_expression: fc.constantFrom(...expressions),
      aws_role_arns: fc.array(fc.constantFrom(...arnTexts), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  );
}

const options: fc.Arbitrary<RoleOptions> = fc.record(
  {
    require_session_mfa: fc.constantFrom(true, false, 'hardware_key'),
    device_trust_mode: fc.constantFrom('required', 'off'),
    max_session_ttl: fc.constantFrom('1h', '8h', 'never'),
  },
  { requiredKeys: [] },
);

const version = fc.constantFrom('v3', 'v4', 'v7');

/** A role that compiles; names repeat on purpose. */
export const anyRole: fc.Arbitrary<Role> = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c'),
    version,
    allow: conditions('allow'),
    deny: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, conditions('deny')),
    options,
  })
  .map(({ name, version: v, ...spec }) => ({ kind: 'role', version: v, metadata: { name }, spec }));

/** A role that only denies. */
export const denyingRole: fc.Arbitrary<Role> = conditions('deny').map((deny) => ({
  kind: 'role',
  version: 'v7',
  metadata: { name: 'denying' },
  spec: { deny },
}));

export const anyUser: fc.Arbitrary<User> = fc
  .dictionary(
    fc.constantFrom('team', 'arns', 'email', 'logins', '__proto__'),
    fc.array(fc.constantFrom('dev', '*', 'core', '', '^(dev|core)$', 'dana@example.com', ...arns), {
      maxLength: 3,
    }),
    { noNullPrototype: false },
  )
  .map((traits) => ({ metadata: { name: 'dana' }, spec: { traits } }));

const labels = fc.dictionary(
  fc.constantFrom(...names, 'aws_account_id'),
  fc.constantFrom(...values, '111122223333'),
  { maxKeys: 4, noNullPrototype: false },
);

export const anyApp: fc.Arbitrary<App> = fc.record({
  metadata: fc.record({ name: fc.constantFrom('console', 'grafana'), labels }),
  spec: fc.record(
    {
      uri: fc.constantFrom('https://console.aws.amazon.com/', 'https://grafana.example.com'),
      cloud: fc.constantFrom('', 'AWS'),
    },
    { requiredKeys: [] },
  ),
  dynamicLabels: fc.option(labels, { nil: undefined }),
});

export const anyState = fc.record(
  {
    mfaVerified: fc.boolean(),
    clusterRequireMfa: fc.boolean(),
    enableDeviceVerification: fc.boolean(),
    deviceVerified: fc.boolean(),
  },
  { requiredKeys: [] },
);
