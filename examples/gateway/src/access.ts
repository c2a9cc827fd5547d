import type { App } from '@postern/config';
import { checkConsoleUri, isConsoleUri, tryParseIamRoleArn } from '@postern/config/aws';
import {
  type AccessDecision,
  type AwsRoleChoice,
  type AwsRoleSelection,
  type CompiledRole,
  compileRole,
  createRoleSet,
  evaluateAwsAccess,
  explainDecision,
  listAwsRoleArns,
  type RoleSet,
  resolveSessionTtl,
  selectAwsRole,
  type Traits,
} from '@postern/rbac';
import { LRUCache } from 'lru-cache';
import type { Directory } from './directory.js';
import { GatewayError } from './gateway-error.js';

/** A person as signed in: roles and traits may come from an identity provider, or from access requests. */
export interface Identity {
  readonly user: string;
  readonly roles: readonly string[];
  readonly traits: Traits;
  /** Names of the access requests that gave some of the roles. */
  readonly requests?: readonly string[] | undefined;
}

/** An identity, or the name of a user of the documents. */
export type Who = string | Identity;

/** Who wants which role in which app. */
export interface AccessQuestion {
  readonly user: Who;
  readonly app: App;
  readonly roleArn: string;
  readonly now: Date;
}

/** Everything that is decided about people, from the resource documents alone. */
export interface Access {
  /** All roles of the documents. */
  readonly catalogue: readonly CompiledRole[];
  /** @throws GatewayError `unknown-role` */
  roleSet(who: Who): RoleSet;
  decide(question: AccessQuestion): AccessDecision;
  /** The decision in words: for every role what it said, with the value seen. */
  explain(question: AccessQuestion): string;
  /** The AWS roles that a user may pick in an app. */
  choices(user: Who, app: App): readonly AwsRoleChoice[];
  /**
   * The full ARN of the role that was asked for by ARN or by name; with neither, the only one there is. The ARN is not yet
   * allowed by this: a name that nothing offers becomes the ARN in the app's account, so that the decision can say why not.
   */
  resolveRole(user: Who, app: App, requested: string | undefined): string;
  /** How long a login of this user may last, in milliseconds. */
  sessionMs(user: Who, now: Date): number;
}

/** Compiles every role once, and the set of each user at the first question about him. */
export function createAccess(directory: Directory): Access {
  const compiled = new Map(
    [...directory.roles].map(([name, role]) => [name, compileRole(role)] as const),
  );
  const sets = new LRUCache<string, RoleSet>({ max: 1_000 });

  const identityOf = (who: Who): Identity => {
    if (typeof who !== 'string') return who;
    return identityOfUser(directory, who);
  };

  const roleSet = (who: Who): RoleSet => {
    const { user, roles: names, traits } = identityOf(who);
    const key = JSON.stringify([user, names, traits]);
    const known = sets.get(key);
    if (known) return known;
    const roles = names.map((name) => {
      const role = compiled.get(name);
      if (role) return role;
      throw new GatewayError(
        'unknown-role',
        `user "${user}" has the role "${name}", which no document defines: add it or take it from the user`,
      );
    });
    const set = createRoleSet(roles, {
      kind: 'user',
      version: 'v2',
      metadata: { name: user },
      spec: { roles: names, traits },
    });
    sets.set(key, set);
    return set;
  };

  const decide = ({ user, ...question }: AccessQuestion) =>
    evaluateAwsAccess(roleSet(user), question);

  return {
    catalogue: [...compiled.values()],
    roleSet,
    decide,
    explain: (question) => explainDecision(decide(question)),
    choices: (user, app) => listAwsRoleArns(roleSet(user), app),
    resolveRole(user, app, requested) {
      requireAwsApp(app);
      if (requested?.startsWith('arn:')) return requireRoleArn(requested);
      const choices = listAwsRoleArns(roleSet(user), app);
      const selected = selectAwsRole(choices, requested);
      if ('choice' in selected) return selected.choice.arn;
      return explainSelection(identityOf(user).user, app, requested, selected, choices);
    },
    sessionMs: (user, now) => resolveSessionTtl(roleSet(user), { now }),
  };
}

/** @throws GatewayError `unknown-user` */
export function identityOfUser(directory: Directory, name: string): Identity {
  const { roles = [], traits = {} } = directory.user(name).spec ?? {};
  const lists = Object.entries(traits).map(([trait, values]) => [trait, [values].flat()] as const);
  return { user: name, roles: [roles].flat(), traits: Object.fromEntries(lists) };
}

/** The ARN of a role that nothing offers, or an error that names what could have been meant. */
function explainSelection(
  user: string,
  app: App,
  requested: string | undefined,
  { error, candidates }: Exclude<AwsRoleSelection, { readonly choice: unknown }>,
  choices: readonly AwsRoleChoice[],
): string {
  const list = (some: readonly AwsRoleChoice[]) => some.map(({ arn }) => arn).join(', ');
  const name = app.metadata.name;
  if (error === 'ambiguous') {
    throw new GatewayError(
      'role-ambiguous',
      `several AWS roles are called "${requested}"; give the full ARN, one of: ${list(candidates)}`,
    );
  }
  if (error === 'not-found' && requested !== undefined) {
    const arn = arnInAccountOf(app, requested);
    if (arn !== undefined) return arn;
  }
  if (choices.length === 0) {
    throw new GatewayError(
      'no-role',
      `user "${user}" has no AWS role in app "${name}": no role of the user allows both the app's labels and an AWS role ARN of its account`,
    );
  }
  if (error === 'required') {
    throw new GatewayError('role-required', `which AWS role? Choose one of: ${list(choices)}`);
  }
  throw new GatewayError(
    'role-not-found',
    `user "${user}" has no AWS role "${requested}" in app "${name}"; there are: ${list(choices)}`,
  );
}

function requireAwsApp(app: App): void {
  const { uri = '', cloud } = app.spec;
  if (cloud === 'AWS' || isConsoleUri(uri)) return;
  throw new GatewayError(
    'not-an-aws-app',
    `app "${app.metadata.name}" is no AWS app: its uri "${uri}" is no address of the AWS console`,
  );
}

function requireRoleArn(text: string): string {
  if (tryParseIamRoleArn(text)) return text;
  throw new GatewayError(
    'malformed-arn',
    `"${text}" is no AWS role ARN such as arn:aws:iam::123456789012:role/name`,
  );
}

function arnInAccountOf(app: App, roleName: string): string | undefined {
  const account = app.metadata.labels?.aws_account_id;
  if (account === undefined) return undefined;
  const checked = checkConsoleUri(app.spec.uri ?? '');
  const partition = checked.isConsole ? checked.partition : 'aws';
  return `arn:${partition}:iam::${account}:role/${roleName}`;
}
