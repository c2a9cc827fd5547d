import type { MapNode } from '../load/node.js';
import { child, type Place } from '../load/place.js';
import { labelMatcher } from '../shape/labels.js';
import { isNull, list, listOf, textList } from '../shape/lists.js';
import { isEmpty, type MapCheck, map } from '../shape/map.js';
import { anyCase, duration, kept } from '../shape/scalars.js';
import { orEmpty, required } from '../shape/shape.js';
import { oneOf, type TextFault, text } from '../shape/text.js';
import { nearestName } from '../text/nearest-name.js';
import type { JoinMethod, SystemRole, Token, TokenRule, TokenSpec } from '../types/identity.js';
import { checkAccountId } from './aws-texts.js';
import { kindShape, metadataShape, versionShape } from './envelope.js';

/** How a process can prove that it may join. */
export const JOIN_METHODS: readonly JoinMethod[] = [
  'token',
  'iam',
  'ec2',
  'github',
  'circleci',
  'kubernetes',
  'azure',
  'gitlab',
  'gcp',
  'spacelift',
  'tpm',
  'terraform_cloud',
  'bitbucket',
  'oracle',
];

const ROLES: readonly SystemRole[] = [
  'Node',
  'App',
  'Kube',
  'Db',
  'Proxy',
  'Auth',
  'Bot',
  'Discovery',
  'WindowsDesktop',
  'MDM',
  'Okta',
  'Instance',
];

const EC2_IDENTITY_TTL = 300;

const ruleShape = map<TokenRule>()({
  // An empty one is looked at together with the rest of the rule.
  aws_account: text({ check: (id) => (id === '' ? undefined : checkAccountId(id)) }),
  aws_role: text(),
  aws_arn: text(),
  aws_regions: textList(),
  aws_organization_id: text(),
  aws_organizational_units: textList(),
  aws_user_id: textList(),
});

const specShape = map<TokenSpec>()(
  {
    roles: required(
      textList({
        check: checkRole,
        canonical: (role) => canonicalRole(role) ?? role,
        schema: { anyOf: [{ enum: ROLES }, { pattern: anyCase(ROLES) }] },
      }),
    ),
    join_method: oneOf(JOIN_METHODS),
    bot_name: text(),
    allow: list(ruleShape),
    aws_iid_ttl: duration(),
    suggested_labels: orEmpty(labelMatcher()),
    suggested_agent_matcher_labels: labelMatcher(),
    azure: kept(),
    bitbucket: kept(),
    circleci: kept(),
    gcp: kept(),
    github: kept(),
    gitlab: kept(),
    kubernetes: kept(),
    oracle: kept(),
    spacelift: kept(),
    terraform_cloud: kept(),
    tpm: kept(),
  },
  {
    check: checkSpec,
    finish(view, spec) {
      const join_method = methodOf(spec);
      const isEc2 = join_method === 'ec2' && view.aws_iid_ttl === undefined;
      return { ...view, join_method, ...(isEc2 ? { aws_iid_ttl: EC2_IDENTITY_TTL } : {}) };
    },
  },
);

/** A token document. */
export const tokenShape = map<Token>()({
  kind: kindShape('token'),
  version: versionShape(['v2'], 'v2'),
  sub_kind: text(),
  metadata: required(metadataShape()),
  spec: required(specShape),
});

function methodOf(spec: Partial<TokenSpec>): JoinMethod {
  return spec.join_method ?? ((spec.allow ?? []).length > 0 ? 'ec2' : 'token');
}

function checkSpec(check: MapCheck<TokenSpec>): void {
  const { value } = check;
  checkBot(check);
  if (check.has('join_method') && value.join_method === undefined) return;
  const method = methodOf(value);
  const rules = value.allow ?? [];
  if (method === 'token' && rules.length > 0) {
    check.atKey(
      'allow',
      'field-not-allowed',
      'Method token takes no allow rules: its name is the secret.',
    );
  }
  if (method !== 'iam' && method !== 'ec2') return;
  if (rules.length === 0) reportNoRules(check, method);
  else checkRules(check, method);
}

function checkBot({ value, has, atKey, missing }: MapCheck<TokenSpec>): void {
  const roles = value.roles === undefined ? [] : listOf(value.roles).map(canonicalRole);
  if (roles.includes('Bot') && (value.bot_name ?? '') === '') {
    missing('bot_name', 'A token with role Bot needs bot_name.');
  } else if (has('bot_name') && roles.length > 0 && !roles.includes('Bot')) {
    atKey('bot_name', 'field-not-allowed', 'bot_name goes with role Bot only.');
  }
}

function reportNoRules(check: MapCheck<TokenSpec>, method: JoinMethod): void {
  const present = check.node.entries.find((entry) => entry.key === 'allow');
  const isFaulty =
    present?.value.type === 'map' ||
    (present?.value.type === 'list' && present.value.items.length > 0);
  if (isFaulty) return; // Reported where the rules were read.
  check.missing('allow', `Method ${method} needs allow rules: without one nobody could join.`);
}

function checkRules(check: MapCheck<TokenSpec>, method: 'iam' | 'ec2'): void {
  const rules = check.node.entries.find((entry) => entry.key === 'allow')?.value;
  if (rules?.type !== 'list') return;
  for (const [index, rule] of rules.items.entries()) {
    if (rule.type !== 'map') continue;
    const place = { parent: { parent: check.place, key: 'allow' }, key: index };
    for (const entry of rule.entries) {
      if (!FORBIDDEN[method].includes(entry.key)) continue;
      const message = `Rules of method ${method} do not take this field.`;
      check.context.report({
        code: 'field-not-allowed',
        message,
        at: entry,
        place: { parent: place, key: entry.key },
      });
    }
    checkNeeded(check, method, rule, place);
  }
}

/** At least one of what binds a rule to an account must be there; an empty one is blamed itself. */
function checkNeeded(
  { context }: MapCheck<TokenSpec>,
  method: 'iam' | 'ec2',
  rule: MapNode,
  place: Place,
): void {
  const given = rule.entries.filter(({ key }) => NEEDED[method].includes(key));
  const empty = given.find(({ value }) => value.type === 'scalar' && value.text === '');
  const at = (key: string) => child(place, key);
  if (given.length === 0 || (empty && given.every(({ value }) => isEmpty(value)))) {
    // Nothing at all has been reported as no text.
    if (empty && isNull(empty.value)) return;
    context.report({
      code: 'missing-field',
      message: `A rule of method ${method} needs one of ${NEEDED[method].join(', ')}.`,
      at: empty?.value ?? rule.entries[0] ?? rule,
      place: at(empty?.key ?? 'aws_account'),
    });
  } else if (empty?.key === 'aws_account' && !isNull(empty.value)) {
    const message = 'An AWS account ID has twelve digits; leave the field out for none.';
    context.report({ code: 'invalid-value', message, at: empty.value, place: at(empty.key) });
  }
}

const IAM_ONLY = ['aws_arn', 'aws_organization_id', 'aws_organizational_units', 'aws_user_id'];
const FORBIDDEN = { iam: ['aws_role', 'aws_regions'], ec2: IAM_ONLY };
const NEEDED = {
  iam: ['aws_account', 'aws_arn', 'aws_organization_id'],
  ec2: ['aws_account', 'aws_role'],
};

function canonicalRole(role: string): SystemRole | undefined {
  const wanted = role.toLowerCase();
  return ROLES.find((known) => known.toLowerCase() === wanted);
}

function checkRole(role: string): TextFault | undefined {
  if (canonicalRole(role)) return undefined;
  const message = `A system role is expected: ${ROLES.join(', ')}.`;
  return { code: 'invalid-value', message, hint: nearestName(role, ROLES) };
}
