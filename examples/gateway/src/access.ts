import type { App } from '@postern/config';
import { checkConsoleUri, isConsoleUri, tryParseIamRoleArn } from '@postern/config/aws';
import {
  type AccessDecision,
  type AwsRoleChoice,
  type AwsRoleSelection,
  compileRole,
  createRoleSet,
  evaluateAwsAccess,
  explainDecision,
  listAwsRoleArns,
  type RoleSet,
  resolveSessionTtl,
  selectAwsRole,
} from '@postern/rbac';
import type { Directory } from './directory.js';
import { GatewayError } from './gateway-error.js';

/** Who wants which role in which app. */
export interface AccessQuestion {
  readonly user: string;
  readonly app: App;
  readonly roleArn: string;
  readonly now: Date;
}

/** Everything that is decided about people, from the resource documents alone. */
export interface Access {
  decide(question: AccessQuestion): AccessDecision;
  /** The decision in words: for every role what it said, with the value seen. */
  explain(question: AccessQuestion): string;
  /** The AWS roles that a user may pick in an app. */
  choices(user: string, app: App): readonly AwsRoleChoice[];
  /**
   * The full ARN of the role that was asked for by ARN or by name; with neither, the only one there is. The ARN is not yet
   * allowed by this: a name that nothing offers becomes the ARN in the app's account, so that the decision can say why not.
   */
  resolveRole(user: string, app: App, requested: string | undefined): string;
  /** How long a login of this user may last, in milliseconds. */
  sessionMs(user: string, now: Date): number;
}

/** Compiles every role once, and the set of each user at the first question about him. */
export function createAccess(directory: Directory): Access {
  const compiled = new Map(
    [...directory.roles].map(([name, role]) => [name, compileRole(role)] as const),
  );
  const sets = new Map<string, RoleSet>();

  const roleSet = (userName: string): RoleSet => {
    const known = sets.get(userName);
    if (known) return known;
    const user = directory.user(userName);
    const roles = [user.spec?.roles ?? []].flat().map((name) => {
      const role = compiled.get(name);
      if (role) return role;
      throw new GatewayError(
        'unknown-role',
        `user "${userName}" has the role "${name}", which no document defines: add it or take it from the user`,
      );
    });
    const set = createRoleSet(roles, user);
    sets.set(userName, set);
    return set;
  };

  const decide = ({ user, app, roleArn, now }: AccessQuestion) =>
    evaluateAwsAccess(roleSet(user), { app, roleArn, now });

  return {
    decide,
    explain: (question) => explainDecision(decide(question)),
    choices: (user, app) => listAwsRoleArns(roleSet(user), app),
    resolveRole(user, app, requested) {
      requireAwsApp(app);
      if (requested?.startsWith('arn:')) return requireRoleArn(requested);
      const choices = listAwsRoleArns(roleSet(user), app);
      const selected = selectAwsRole(choices, requested);
      if ('choice' in selected) return selected.choice.arn;
      return explainSelection(user, app, requested, selected, choices);
    },
    sessionMs: (user, now) => resolveSessionTtl(roleSet(user), { now }),
  };
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
