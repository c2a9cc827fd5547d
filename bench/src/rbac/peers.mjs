// The same roles for two general engines. Both get what is kindest to them: templates filled in beforehand, only the roles
// the user holds, parsed arguments remembered.

import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { expandLabelTemplates, expandTemplates } from '@postern/rbac';
import { newEnforcer, newModelFromString } from 'casbin';

/** Parts of the roles as flat rules: effect, labels that must match (none: any), ARNs (none: any). */
function rulesOf(roles, traits) {
  return roles.flatMap(({ metadata: { name }, spec: { allow, deny = {} } }) => {
    const labels = (part) => expandLabelTemplates(part.app_labels ?? {}, traits);
    const arns = (part) => expandTemplates(part.aws_role_arns ?? [], traits);
    return [
      { name, effect: 'allow', labels: labels(allow), arns: arns(allow) },
      ...(deny.app_labels ? [{ name, effect: 'deny', labels: labels(deny), arns: [] }] : []),
      ...(deny.aws_role_arns ? [{ name, effect: 'deny', labels: {}, arns: arns(deny) }] : []),
    ].filter(({ effect, arns: list }) => effect === 'deny' || list.length > 0);
  });
}

const globTest = (glob) => {
  if (!glob.includes('*')) return (value) => value === glob;
  const escaped = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const regex = new RegExp(`^${escaped}$`);
  return (value) => regex.test(value);
};

export async function createCasbin(roles, user) {
  const model = newModelFromString(`
[request_definition]
r = sub, app, arn
[policy_definition]
p = sub, labels, arn, eft
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = g(r.sub, p.sub) && matchesLabels(r.app, p.labels) && (p.arn == "any" || r.arn == p.arn)
`);
  const enforcer = await newEnforcer(model);
  enforcer.enableLog(false);
  enforcer.enableAutoBuildRoleLinks(false);
  const parsed = new Map();
  await enforcer.addFunction('matchesLabels', (app, text) => {
    let keys = parsed.get(text);
    if (keys === undefined) {
      keys = Object.entries(JSON.parse(text)).map(([key, values]) => [key, values.map(globTest)]);
      parsed.set(text, keys);
    }
    return keys.every(([key, tests]) => {
      const value = app.metadata.labels[key];
      return value !== undefined && tests.some((test) => test(value));
    });
  });
  const policies = rulesOf(roles, user.spec.traits).flatMap(({ name, effect, labels, arns }) => {
    const text = JSON.stringify(labels);
    return (arns.length === 0 ? ['any'] : arns).map((arn) => [name, text, arn, effect]);
  });
  const unique = new Map(policies.map((policy) => [policy.join('\n'), policy]));
  await enforcer.addPolicies([...unique.values()]);
  const links = roles.map(({ metadata }) => [user.metadata.name, metadata.name]);
  await enforcer.addGroupingPolicies(links);
  await enforcer.buildRoleLinks();
  return ({ app, roleArn }) => enforcer.enforceSync(user.metadata.name, app, roleArn);
}

export function createCedar(roles, user, id) {
  const quote = (text) => JSON.stringify(text);
  const valueTest = (key, value) =>
    value.includes('*')
      ? `resource.labels.${key} like ${quote(value)}`
      : `resource.labels.${key} == ${quote(value)}`;
  const labelTest = ([key, values]) =>
    `resource.labels has ${key} && (${values.map((value) => valueTest(key, value)).join(' || ')})`;
  const staticPolicies = {};
  rulesOf(roles, user.spec.traits).forEach(({ name, effect, labels, arns }, index) => {
    const tests = Object.entries(labels).map(labelTest);
    if (arns.length > 0) tests.push(`${quote(arns)}.contains(context.arn)`);
    const head = `principal in Role::${quote(name)}, action == Action::"assume", resource`;
    const word = effect === 'allow' ? 'permit' : 'forbid';
    const when = tests.map((test) => `(${test})`).join(' && ');
    staticPolicies[`p${index}`] = `${word} (${head}) when { ${when} };`;
  });
  const result = preparsePolicySet(id, { staticPolicies, templates: {}, templateLinks: [] });
  if (result.type !== 'success') throw new Error(JSON.stringify(result).slice(0, 500));
  const principal = { type: 'User', id: user.metadata.name };
  const parents = roles.map(({ metadata }) => ({ type: 'Role', id: metadata.name }));
  const me = { uid: principal, attrs: {}, parents };
  return ({ app, roleArn }) => {
    const resource = { type: 'App', id: app.metadata.name };
    const answer = statefulIsAuthorized({
      principal,
      action: { type: 'Action', id: 'assume' },
      resource,
      context: { arn: roleArn },
      preparsedPolicySetId: id,
      entities: [me, { uid: resource, attrs: { labels: app.metadata.labels }, parents: [] }],
    });
    if (answer.type !== 'success') throw new Error(JSON.stringify(answer).slice(0, 500));
    return answer.response.decision === 'allow';
  };
}
