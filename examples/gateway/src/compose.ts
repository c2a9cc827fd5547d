// The one file that joins the packages: who may (rbac), with which credentials (federation), through which proxy
// (sigv4-proxy), for which documents (config), and who may join (join-iam).
import type { App } from '@postern/config';
import { parseIamRoleArn } from '@postern/config/aws';
import {
  type ConsoleSession,
  type CredentialSource,
  createConsoleSession,
  createRoleCredentials,
  type RoleSessionRequest,
  resolveSessionDuration,
} from '@postern/federation';
import {
  createOidcProvider,
  type OidcProvider,
  type SigningKeySource,
} from '@postern/federation/oidc';
import { createSigV4Proxy, type SigV4Proxy } from '@postern/sigv4-proxy';
import { type Access, createAccess } from './access.js';
import type { AuditRecord } from './audit-log.js';
import { type AwsClientOptions, createFetch, createStsFactory } from './aws-clients.js';
import type { Directory } from './directory.js';
import { GatewayError } from './gateway-error.js';
import { createJoinDesk, type JoinDesk } from './join.js';
import { createLocalSessions, type GatewaySession, type LocalSessions } from './sessions.js';

/** What a gateway is made from. */
export interface GatewayOptions extends AwsClientOptions {
  readonly directory: Directory;
  /** Where the base credentials come from; it decides how long sessions may last. Default `environment`. */
  readonly credentialSource?: CredentialSource | undefined;
  /** Whether the base credentials carry a session token. Default false. */
  readonly hasSessionToken?: boolean | undefined;
  readonly onAudit: (event: AuditRecord) => void;
  /** Told why credentials could not be had, which clients are not. Default: nobody. */
  readonly onProblem?: ((error: unknown) => void) | undefined;
  readonly clock: () => Date;
  /** Public https address; the issuer of web identity tokens. Needed for apps with an integration. */
  readonly publicAddress?: string | undefined;
  /** Signs web identity tokens. Needed for apps with an integration. */
  readonly signingKeys?: SigningKeySource | undefined;
}

/** Somebody who opens an app with a role. */
export interface Login {
  readonly user: string;
  readonly app: string;
  /** ARN, or a name that is unique among the user's choices. Default: the only one there is. */
  readonly role?: string | undefined;
}

/** A gateway without listeners: everything it decides and does, ready to be served. */
export interface Gateway {
  readonly access: Access;
  readonly sessions: LocalSessions;
  readonly proxy: SigV4Proxy;
  readonly oidc: OidcProvider | undefined;
  readonly join: JoinDesk;
  /** @throws GatewayError `unknown-app`, with the names there are */
  app(name: string): App;
  /** Opens a session and its local key pair. Whether the role is allowed is decided at each request, not here. */
  login(login: Login): ReturnType<LocalSessions['open']>;
  /** A console sign-in URL, which is a secret for fifteen minutes. */
  console(login: Login & { readonly destination?: string | undefined }): Promise<ConsoleSession>;
  close(): Promise<void>;
}

/** Joins the packages. Nothing listens and nothing is sent yet. */
export function createGateway(o: GatewayOptions): Gateway {
  const { directory, clock } = o;
  const access = createAccess(directory);
  const sessions = createLocalSessions();
  const source = o.credentialSource ?? 'environment';
  const roleCredentials = createRoleCredentials({
    sts: createStsFactory(o),
    source,
    hasSessionToken: o.hasSessionToken,
    clock,
  });
  const oidc =
    o.publicAddress !== undefined && o.signingKeys !== undefined
      ? createOidcProvider({ issuer: o.publicAddress, keys: o.signingKeys, clock })
      : undefined;

  /** Everything that shapes the AWS session of a gateway session. */
  const roleSession = (session: GatewaySession): RoleSessionRequest => {
    const { spec } = session.appResource;
    return {
      identity: session.user,
      identityExpires: session.expiresAt,
      roleArn: session.roleArn,
      externalId: spec.aws?.external_id || undefined,
      ...(spec.integration ? { chain: [integrationStep(spec.integration)] } : {}),
    };
  };

  const integrationStep = (name: string) => {
    const roleArn = directory.integrations.get(name)?.spec.aws_oidc?.role_arn;
    if (roleArn === undefined || oidc === undefined) {
      throw new GatewayError(
        'invalid-resources',
        `the app needs the integration "${name}", which is ${roleArn ? 'not served: give the gateway a public address' : 'not defined'}`,
      );
    }
    return { roleArn, webIdentity: { provider: oidc, subject: 'system:proxy' } };
  };

  const proxy = createSigV4Proxy<GatewaySession>({
    clock,
    onAudit: o.onAudit,
    ...(o.upstream ? { connect: o.upstream.dial } : {}),
    authenticate: async (accessKeyId) => sessions.find(accessKeyId, clock()),
    authorize: async (request, session) => {
      // Keys of one partition mean nothing in another; they shall not even be shown there.
      const { partition } = parseIamRoleArn(session.roleArn);
      if (request.partition !== partition) {
        const message = `${session.roleArn} is of the partition ${partition}, and ${request.host} of ${request.partition}: set the region to one of ${partition}.`;
        return { decision: 'deny', code: 'partition-mismatch', message };
      }
      const decision = access.decide({ ...questionOf(session), now: clock() });
      if (decision.decision === 'deny') {
        return {
          ...decision,
          message: `${session.user} may not use ${session.roleArn}: ${sentence(decision.reasons)}`,
        };
      }
      return {
        ...decision,
        role: { roleArn: session.roleArn, externalId: session.appResource.spec.aws?.external_id },
      };
    },
    async credentials(_role, session, how) {
      try {
        return await roleCredentials.get(roleSession(session), how);
      } catch (error) {
        o.onProblem?.(error);
        throw error;
      }
    },
  });

  const open = (login: Login) => {
    const app = directory.app(login.app);
    const now = clock();
    const roleArn = access.resolveRole(login.user, app, login.role);
    const expiresAt = new Date(now.getTime() + access.sessionMs(login.user, now));
    return { user: login.user, roleArn, appResource: app, app: describe(app), expiresAt };
  };

  const openConsole = async (session: GatewaySession, destination: string | undefined) => {
    const question = { ...questionOf(session), now: clock() };
    if (access.decide(question).decision === 'deny') {
      throw new GatewayError('denied', access.explain(question));
    }
    const plan = resolveSessionDuration({
      source: session.appResource.spec.integration ? 'oidc-integration' : source,
      hasSessionToken: o.hasSessionToken,
      identityExpiresInSeconds: (session.expiresAt.getTime() - clock().getTime()) / 1000,
    });
    return createConsoleSession({
      credentials: await roleCredentials.get({ ...roleSession(session), purpose: 'console' }),
      partition: parseIamRoleArn(session.roleArn).partition,
      destination: destination ?? session.appResource.spec.uri,
      issuer: o.publicAddress,
      sessionDurationSeconds: plan.sessionDurationSeconds,
      clock,
      fetch: createFetch(o.upstream),
    });
  };

  return {
    app: directory.app,
    access,
    sessions,
    proxy,
    oidc,
    join: createJoinDesk({
      directory,
      clock,
      onAudit: o.onAudit,
      upstream: o.upstream,
      publicAddress: o.publicAddress,
    }),
    login: (login) => sessions.open(open(login)),
    async console(login) {
      const session = { ...open(login), sessionId: 'console' };
      const record = consoleRecord(session, clock());
      try {
        const opened = await openConsole(session, login.destination);
        o.onAudit({ ...record, outcome: 'allowed', destination: opened.destination });
        return opened;
      } catch (error) {
        const denied = error instanceof GatewayError && error.code === 'denied';
        const reason = error instanceof Error && 'code' in error ? error.code : 'internal';
        o.onAudit({ ...record, outcome: denied ? 'denied' : 'failed', reason });
        throw error;
      }
    },
    close: () => proxy.close(),
  };
}

const questionOf = ({ user, appResource, roleArn }: Omit<GatewaySession, 'sessionId'>) => ({
  user,
  app: appResource,
  roleArn,
});

/** The audit event of a console launch; the address itself is a secret. */
const consoleRecord = ({ user, app, roleArn }: GatewaySession, now: Date) => ({
  type: 'aws.console',
  version: 1,
  time: now.toISOString(),
  user,
  app,
  roleArn,
});

const sentence = (reasons: readonly { readonly message: string }[]) =>
  reasons.map(({ message }) => message).join('; ') || 'none of their roles allows it';

const describe = (app: App) => ({
  name: app.metadata.name,
  uri: app.spec.uri,
  labels: app.metadata.labels,
});
