import { tryParseArn } from './aws/arn.js';
import type { Diagnostic } from './load/diagnostic.js';
import { severityOf } from './load/diagnostic.js';
import { type Issue, locateIssue } from './load/origin.js';
import { type NormalizedViews, normalize } from './normalize.js';
import { isTemplate } from './template/template.js';
import type { Resource } from './types/resource.js';

/** What {@link checkSet} takes for granted. */
export interface CheckSetOptions {
  /** Roles that exist although no document defines them, such as built-in ones. Default: none. */
  readonly knownRoles?: readonly string[] | undefined;
}

interface FoundApp {
  readonly resource: Resource;
  readonly pointer: string;
  readonly view: Pick<NormalizedViews['app'], 'metadata' | 'spec'>;
}

interface FoundArn {
  readonly resource: Resource;
  readonly pointer: string;
  /** Undefined for a template, which can give any account. */
  readonly accountId: string | undefined;
}

/**
 * Checks documents against each other: integrations that apps name exist and are of AWS, roles that users hold exist,
 * and AWS roles and AWS apps meet in some account. Only what the set itself tells is checked, so load all of it.
 *
 * @param resources - as `loadResources` returned them, then the diagnostics have their place; the order does not matter
 * @returns errors for missing integrations, warnings for missing roles, infos for what can never be used; in the order
 *   of the resources
 */
export function checkSet(
  resources: readonly Resource[],
  options: CheckSetOptions = {},
): readonly Diagnostic[] {
  const apps = resources.flatMap(appsOf);
  const arns = resources.flatMap(arnsOf);
  const checks = [checkIntegration(resources), checkApp(arns), checkRole(apps)];
  const roles = new Set(resources.filter(({ kind }) => kind === 'role').map(nameOf));
  for (const name of options.knownRoles ?? []) roles.add(name);
  return resources.flatMap((resource) => [
    ...checkUser(resource, roles),
    ...checks.flatMap((check) => check(resource)),
  ]);
}

function nameOf(resource: Resource): string {
  return resource.metadata.name;
}

function checkUser(resource: Resource, roles: ReadonlySet<string>): readonly Diagnostic[] {
  if (resource.kind !== 'user') return [];
  const isList = typeof resource.spec?.roles !== 'string';
  return normalize(resource).spec.roles.flatMap((role, index) =>
    roles.has(role)
      ? []
      : [
          issue(resource, {
            code: 'unknown-role',
            message: 'No document of the set defines this role.',
            pointer: `/spec/roles${isList ? `/${index}` : ''}`,
          }),
        ],
  );
}

function checkIntegration(resources: readonly Resource[]) {
  const integrations = new Map(
    resources
      .filter((resource) => resource.kind === 'integration')
      .map((resource) => [nameOf(resource), resource.sub_kind ?? '']),
  );
  return (resource: Resource) =>
    appsOf(resource).flatMap(({ pointer, view }) => {
      const name = view.spec.integration;
      const subKind = integrations.get(name);
      if (name === '' || subKind === 'aws-oidc' || subKind === 'aws-ra') return [];
      const message =
        subKind === undefined
          ? 'No document of the set defines this integration.'
          : 'The integration is not one of AWS: sub_kind aws-oidc or aws-ra is needed.';
      return [
        issue(resource, {
          code: 'unknown-integration',
          message,
          pointer: `${pointer}/spec/integration`,
        }),
      ];
    });
}

/** An AWS app for one account that no role can use. */
function checkApp(arns: readonly FoundArn[]) {
  return (resource: Resource) =>
    appsOf(resource).flatMap(({ pointer, view }) => {
      const account = view.metadata.labels.aws_account_id;
      if (view.spec.cloud !== 'AWS' || account === undefined) return [];
      if (arns.some(({ accountId }) => accountId === undefined || accountId === account)) return [];
      const message = 'No role of the set has an AWS role ARN in the account of this app.';
      const at = `${pointer}/metadata/labels/aws_account_id`;
      return [issue(resource, { code: 'app-without-role', message, pointer: at })];
    });
}

/** An AWS role in an account that no app of the set offers. */
function checkRole(apps: readonly FoundApp[]) {
  const aws = apps.filter(({ view }) => view.spec.cloud === 'AWS');
  const accounts = aws.map(({ view }) => view.metadata.labels.aws_account_id);
  return (resource: Resource) =>
    arnsOf(resource).flatMap(({ pointer, accountId }) => {
      // An app without the label offers every account; without any AWS app there is nothing to compare.
      if (accountId === undefined || aws.length === 0 || accounts.includes(undefined)) return [];
      if (accounts.includes(accountId)) return [];
      const message = 'No AWS app of the set is for the account of this AWS role ARN.';
      return [issue(resource, { code: 'role-without-app', message, pointer })];
    });
}

function appsOf(resource: Resource): readonly FoundApp[] {
  if (resource.kind === 'app') return [{ resource, pointer: '', view: normalize(resource) }];
  if (resource.kind !== 'app_server') return [];
  return [{ resource, pointer: '/spec/app', view: normalize(resource).spec.app }];
}

function arnsOf(resource: Resource): readonly FoundArn[] {
  if (resource.kind !== 'role') return [];
  const raw = resource.spec?.allow?.aws_role_arns;
  return normalize(resource).spec.allow.aws_role_arns.flatMap((text, index) => {
    const pointer = `/spec/allow/aws_role_arns${typeof raw === 'string' ? '' : `/${index}`}`;
    const accountId = tryParseArn(text)?.accountId;
    return accountId === undefined && !isTemplate(text) ? [] : [{ resource, pointer, accountId }];
  });
}

function issue(resource: Resource, found: Issue): Diagnostic {
  return locateIssue(resource, { ...found, severity: severityOf(found.code, false) });
}
