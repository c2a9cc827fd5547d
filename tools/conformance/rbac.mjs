import {
  canRequestRole,
  compileLabelExpression,
  compileNameMatcher,
  compileRole,
  compileTemplate,
  createRoleSet,
  evaluateAwsAccess,
  evaluateLocks,
  evaluateRule,
  expandLabelTemplates,
  expandTemplates,
  listAwsRoleArns,
  listAwsRoleArnsForTtl,
  lockTargetsOf,
  mapConnectorClaims,
  matchLabels,
  resolveAccessListGrants,
  resolveLockMode,
  resolveRequestState,
  resolveSessionTtl,
  selectAwsRole,
  sortAwsRoleChoices,
  toAwsRoleChoices,
} from '@postern/rbac';
import { outcome } from './compare.mjs';

/** A time for questions that do not depend on it. */
const SOME_TIME = new Date('2025-06-01T12:00:00Z');

const roleDocument = ({ name, version, allow, deny, options }) => ({
  kind: 'role',
  version,
  metadata: { name },
  spec: { allow, deny, options },
});

const userDocument = ({ name, roles, traits }) => ({
  kind: 'user',
  version: 'v2',
  metadata: { name },
  spec: { roles, traits },
});

const appDocument = ({ name, uri, cloud, labels, dynamicLabels }) => ({
  kind: 'app',
  version: 'v3',
  metadata: { name, labels },
  spec: { uri, cloud },
  dynamicLabels,
});

const lockDocument = ({ name, target, message, expires }) => ({
  kind: 'lock',
  version: 'v2',
  metadata: { name },
  spec: { target, message, expires },
});

const roleSet = ({ roles, user = { name: 'somebody', traits: {} }, implicitRole }) =>
  createRoleSet(
    roles.map((role) => compileRole(roleDocument(role))),
    userDocument(user),
    { implicitRole },
  );

/** A thrown error of the package, as the cases write errors. */
const orError = (run, error = true) => {
  try {
    return run();
  } catch (thrown) {
    if (typeof thrown?.code !== 'string') throw thrown;
    return { error };
  }
};

/** Runs the kind of a case; another kind belongs to another package. */
const byKind = (kinds) => (testCase) =>
  Object.hasOwn(kinds, testCase.kind)
    ? outcome(testCase.expect, kinds[testCase.kind](testCase))
    : undefined;

const template = byKind({
  value: ({ expr, traits }) => {
    const expansion = compileTemplate(expr).expand(traits);
    return 'values' in expansion ? expansion : { error: true, reason: expansion.error };
  },
  list: ({ exprs, traits }) => ({ values: expandTemplates(exprs, traits) }),
  labels: ({ labels, traits }) => ({ labels: expandLabelTemplates(labels, traits) }),
});

const matcher = ({ pattern, input, expect }) =>
  outcome(
    expect,
    orError(() => compileNameMatcher(pattern)(input)),
  );

const labelMatch = ({ selector, labels, expect }) => outcome(expect, matchLabels(selector, labels));

const labelExpression = ({ expr, labels, traits, username, expect }) => {
  const got = orError(() => {
    const result = compileLabelExpression(expr).evaluate({ labels, traits, username });
    return 'error' in result ? { error: result.error } : result.value;
  }, 'parse');
  return outcome(expect, got);
};

const awsAccess = ({ expect, app, arn, state, cluster, allowedResources, ...input }) => {
  const { decision, code } = evaluateAwsAccess(roleSet(input), {
    app: appDocument(app),
    roleArn: arn,
    now: SOME_TIME,
    state: { ...state, cluster, allowedResources },
  });
  return outcome(expect, { decision, reason: code });
};

const sortedArns = (arns) => ({ arns: [...arns].sort() });

const awsRoleList = byKind({
  'for-app': ({ app, ...input }) =>
    sortedArns(listAwsRoleArns(roleSet(input), appDocument(app)).map(({ arn }) => arn)),
  filter: ({ arns, accountId }) => ({ roles: toAwsRoleChoices(arns, { accountId }) }),
  sort: ({ arns }) => ({ arns: sortAwsRoleChoices(toAwsRoleChoices(arns)).map(({ arn }) => arn) }),
  select: ({ arns, accountId, requested }) => {
    const result = selectAwsRole(toAwsRoleChoices(arns, { accountId }), requested);
    return 'error' in result ? { error: result.error } : { arn: result.choice.arn };
  },
  'for-ttl': ({ requestedSeconds, overrideTtl, ...input }) => {
    const requestedMs = requestedSeconds * 1000;
    const result = listAwsRoleArnsForTtl(roleSet(input), { requestedMs, overrideTtl });
    return 'error' in result ? { error: result.error } : sortedArns(result.arns);
  },
});

const sessionTtl = byKind({
  adjust: ({ requestedSeconds, ...input }) => {
    const query = { requestedMs: requestedSeconds * 1000, now: SOME_TIME };
    return { seconds: resolveSessionTtl(roleSet(input), query) / 1000 };
  },
});

const rules = ({ expect, verb, resource, ...input }) => {
  const { kind, ...rest } = resource;
  const hasObject = Object.keys(rest).length > 0;
  const { decision, code } = evaluateRule(roleSet(input), {
    resource: kind,
    verb,
    context: hasObject ? { resource } : undefined,
  });
  const explicit = decision === 'deny' ? code !== 'no-allow' : undefined;
  return outcome(expect, { decision, explicit });
};

const roleValidation = ({ expect, role }) => {
  const got = orError(() => {
    const { warnings, allowAppLabels, maxSessionTtlMs } = compileRole(roleDocument(role));
    const effective = { allowAppLabels, maxSessionTtlSeconds: maxSessionTtlMs / 1000 };
    return { ok: true, warnings: warnings.length > 0, ...(expect.effective && { effective }) };
  });
  return outcome(expect, got);
};

const lockCheck = ({ locks, targets, identity, now, mode, stale }) => {
  const { locked } = evaluateLocks(locks.map(lockDocument), {
    targets: targets ?? lockTargetsOf(identity),
    now: new Date(now),
    mode,
    stale,
  });
  return { locked };
};

const locks = byKind({
  check: lockCheck,
  targets: lockCheck,
  mode: ({ defaultMode, ...input }) => ({ mode: resolveLockMode(roleSet(input), defaultMode) }),
});

const mapClaims = (kind, spec, claims) => {
  const { roles, warnings } = mapConnectorClaims({ kind, spec }, claims);
  return { roles, warnings: warnings.length };
};

const connectorMapping = byKind({
  github: ({ teams_to_roles, organizationToTeams }) => {
    const { roles } = mapClaims('github', { teams_to_roles }, organizationToTeams);
    return { roles };
  },
  saml: ({ attributes_to_roles, attributes }) =>
    mapClaims('saml', { attributes_to_roles }, attributes),
  oidc: ({ claims_to_roles, claims }) => mapClaims('oidc', { claims_to_roles }, claims),
});

const accessRequest = byKind({
  resolve: ({ thresholds, roleThresholds, reviews }) => ({
    state: resolveRequestState({ thresholds, roleThresholds, reviews }),
  }),
  'can-request': ({ allow, deny, requested }) => {
    const role = {
      name: 'requester',
      version: 'v7',
      allow: { request: { roles: allow } },
      deny: { request: { roles: deny } },
    };
    return canRequestRole(roleSet({ roles: [role] }), requested);
  },
});

const accessList = ({ list, user, now, expect }) => {
  const { name = 'list', ...spec } = list;
  const { memberOf } = resolveAccessListGrants([{ metadata: { name }, spec }], {
    user: userDocument(user),
    now: new Date(now),
  });
  return outcome(expect, { member: memberOf.includes(name) });
};

/** @type {Record<string, import('./run-cases.mjs').Runner>} */
export const groups = {
  template,
  matcher,
  'label-match': labelMatch,
  'label-expression': labelExpression,
  'aws-access': awsAccess,
  'aws-role-list': awsRoleList,
  'session-ttl': sessionTtl,
  rules,
  'role-validation': roleValidation,
  locks,
  'connector-mapping': connectorMapping,
  'access-request': accessRequest,
  'access-list': accessList,
};
