import type { App } from '@postern/config';
import { checkConsoleUri, isConsoleUri, tryParseIamRoleArn } from '@postern/config/aws';
import {
  compileRole,
  createRoleSet,
  evaluateAwsAccess,
  explainDecision,
  listAwsRoleArns,
  type RoleSet,
  resolveSessionTtl,
  selectAwsRole,
} from '@postern/rbac';
import type { LoginSession } from '@postern/sign-in';
import { LRUCache } from 'lru-cache';
import type { Directory } from './directory.js';
import { GatewayError } from './gateway-error.js';

/** A person as signed in, or about to be. Jobs may have roles without a document: they are of the join protocol, and open no app. */
export type Identity = Pick<LoginSession, 'user' | 'roles' | 'traits'> &
  Partial<Pick<LoginSession, 'requests' | 'kind'>>;

/** An identity, or the name of a user of the documents. */
export type Who = string | Identity;

/** Who wants which role in which app. */
export interface AccessQuestion {
  readonly user: Who;
  readonly app: App;
  readonly roleArn: string;
  readonly now: Date;
}

/**
 * Everything that is decided about people, from the resource documents alone. Compiles every role once, and the set of each user
 * at the first question about him.
 */
export function createAccess(directory: Directory) {
  const compiled = new Map([...directory.roles].map(([name, role]) => [name, compileRole(role)]));
  const sets = new LRUCache<string, RoleSet>({ max: 1_000 });
  const identityOf = (who: Who) => (typeof who === 'string' ? identityOfUser(directory, who) : who);

  /** @throws GatewayError `unknown-role` */
  const roleSet = (who: Who): RoleSet => {
    const { user, roles: all, traits, kind } = identityOf(who);
    const names = kind === 'bot' ? all.filter((name) => compiled.has(name)) : all;
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
    const set = createRoleSet(roles, { metadata: { name: user }, spec: { roles: names, traits } });
    sets.set(key, set);
    return set;
  };

  const decide = ({ user, ...question }: AccessQuestion) =>
    evaluateAwsAccess(roleSet(user), question);

  return {
    /** All roles of the documents. */
    catalogue: [...compiled.values()],
    roleSet,
    decide,
    /** The decision in words: for every role what it said, with the value seen. */
    explain: (question: AccessQuestion) => explainDecision(decide(question)),
    /**
     * The full ARN of the role that was asked for by ARN or by name; with neither, the only one there is. The ARN is not yet
     * allowed by this: a name that nothing offers becomes the ARN in the app's account, so that the decision can say why not.
     */
    resolveRole(user: Who, app: App, requested: string | undefined): string {
      const { uri = '', cloud } = app.spec;
      const { name } = app.metadata;
      if (cloud !== 'AWS' && !isConsoleUri(uri)) {
        const message = `app "${name}" is no AWS app: its uri "${uri}" is no address of the AWS console`;
        throw new GatewayError('not-an-aws-app', message);
      }
      if (requested?.startsWith('arn:')) {
        if (tryParseIamRoleArn(requested)) return requested;
        const message = `"${requested}" is no AWS role ARN such as arn:aws:iam::123456789012:role/name`;
        throw new GatewayError('malformed-arn', message);
      }
      const choices = listAwsRoleArns(roleSet(user), app);
      const selected = selectAwsRole(choices, requested);
      if ('choice' in selected) return selected.choice.arn;
      const account = app.metadata.labels?.aws_account_id;
      if (selected.error === 'not-found' && requested !== undefined && account !== undefined) {
        return `arn:${partitionOf(app)}:iam::${account}:role/${requested}`;
      }
      const { error, candidates } = selected;
      const list = (error === 'not-found' ? choices : candidates).map(({ arn }) => arn).join(', ');
      const whose = `user "${identityOf(user).user}" has no AWS role`;
      if (list === '') {
        const why = `no role of the user allows both the app's labels and an AWS role ARN of its account`;
        throw new GatewayError('no-role', `${whose} in app "${name}": ${why}`);
      }
      const messages = {
        ambiguous: `several AWS roles are called "${requested}"; give the full ARN, one of: ${list}`,
        required: `which AWS role? Choose one of: ${list}`,
        'not-found': `${whose} "${requested}" in app "${name}"; there are: ${list}`,
      };
      throw new GatewayError(`role-${error}`, messages[error]);
    },
    /** How long a login of this user may last, in milliseconds. */
    sessionMs: (user: Who, now: Date) => resolveSessionTtl(roleSet(user), { now }),
  };
}

/** @throws GatewayError `unknown-user` */
export function identityOfUser(directory: Directory, name: string): Identity {
  const { roles = [], traits = {} } = directory.user(name).spec ?? {};
  const lists = Object.entries(traits).map(([trait, values]) => [trait, [values].flat()] as const);
  return { user: name, roles: [roles].flat(), traits: Object.fromEntries(lists) };
}

/** The partition of the console that an app leads to. */
export function partitionOf({ spec }: App): string {
  const checked = checkConsoleUri(spec.uri ?? '');
  return checked.isConsole ? checked.partition : 'aws';
}
