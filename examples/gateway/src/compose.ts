// The one file that joins the packages: who may (rbac), with which credentials (federation), through which proxy
// (sigv4-proxy), for which documents (config), and who may join (join-iam).
import { parseIamRoleArn } from '@postern/config/aws';
import {
  type CredentialSource,
  createConsoleSession,
  createRoleCredentials,
  FederationError,
  type RoleSessionRequest,
  resolveSessionDuration,
} from '@postern/federation';
import { createOidcProvider, type SigningKeySource } from '@postern/federation/oidc';
import { createSigV4Proxy } from '@postern/sigv4-proxy';
import { createAccess, type Who } from './access.js';
import { type AwsClientOptions, createFetch, createStsFactory } from './aws-clients.js';
import { createFlights } from './flights.js';
import { GatewayError } from './gateway-error.js';
import { createJoinDesk, type JoinDeskOptions } from './join.js';
import { createLocalSessions, type GatewaySession } from './sessions.js';

/** What a gateway is made from. `publicAddress` is also where consoles lead back to. */
export interface GatewayOptions extends AwsClientOptions, JoinDeskOptions {
  /** Where the base credentials come from; it decides how long sessions may last. Default `environment`. */
  readonly credentialSource?: CredentialSource | undefined;
  /** Whether the base credentials carry a session token. Default false. */
  readonly hasSessionToken?: boolean | undefined;
  /** Told why credentials could not be had, which clients are not. Default: nobody. */
  readonly onProblem?: ((error: unknown) => void) | undefined;
  /** The issuer of web identity tokens, https. Needed for apps with an integration. Default: an https public address. */
  readonly issuer?: string | undefined;
  /** Signs web identity tokens. Needed for apps with an integration. */
  readonly signingKeys?: SigningKeySource | undefined;
  /** Says which lock hits somebody who uses a role in some sessions. Default: there are no locks. */
  readonly lockedBy?:
    | ((who: Who, roleArn: string, sessions: readonly string[]) => string | undefined)
    | undefined;
}

/** Somebody who opens an app with a role. */
export interface Login {
  readonly user: string;
  readonly app: string;
  /** ARN, or a name that is unique among the user's choices. Default: the only one there is. */
  readonly role?: string | undefined;
  /** What the session depends on. Default: the user of the documents, for as long as the roles allow. */
  readonly who?: (() => Who | undefined) | undefined;
  readonly loginId?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

/** A gateway without listeners: everything it decides and does, ready to be served. */
export type Gateway = ReturnType<typeof createGateway>;

/** Joins the packages. Nothing listens and nothing is sent yet. */
export function createGateway(o: GatewayOptions) {
  const { directory, clock, hasSessionToken } = o;
  const access = createAccess(directory);
  const sessions = createLocalSessions();
  const source = o.credentialSource ?? 'environment';
  const sts = createStsFactory(o);
  const roleCredentials = createRoleCredentials({ sts, source, hasSessionToken, clock });
  const flights = createFlights();
  const issuer = o.issuer ?? o.publicAddress;
  const keys = issuer?.startsWith('https:') ? o.signingKeys : undefined;
  const oidc = issuer && keys ? createOidcProvider({ issuer, keys, clock }) : undefined;

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
    if (roleArn && oidc)
      return { roleArn, webIdentity: { provider: oidc, subject: 'system:proxy' } };
    const why = roleArn ? 'served: give the gateway a public https address' : 'defined';
    const message = `the app needs the integration "${name}", which is not ${why}`;
    throw new GatewayError('invalid-resources', message);
  };

  /** Why a session may do nothing more, if so. */
  const refusalOf = (session: GatewaySession) => {
    const who = session.who();
    const { roleArn, loginId, sessionId } = session;
    const ids = loginId === undefined ? [sessionId] : [sessionId, loginId];
    const lock = who && o.lockedBy?.(who, roleArn, ids);
    if (lock !== undefined) return { code: 'locked', message: lock };
    const ended =
      sessions.endOf(session) ?? (who ? undefined : 'Its login has ended: sign in again.');
    if (!who || ended !== undefined) {
      return { code: 'session-ended', message: `The session has ended. ${ended}` };
    }
    const decision = access.decide({ user: who, app: session.appResource, roleArn, now: clock() });
    if (decision.decision === 'allow') return undefined;
    const reasons = decision.reasons.map(({ message }) => message).join('; ');
    const message = `${session.user} may not use ${roleArn}: ${reasons || 'none of their roles allows it'}`;
    return { code: decision.code, message };
  };

  const created = createSigV4Proxy<GatewaySession>({
    clock,
    onAudit: o.onAudit,
    ...(o.upstream ? { connect: o.upstream.connect } : {}),
    async authenticate(accessKeyId) {
      const entry = sessions.find(accessKeyId, clock());
      if (entry) flights.claim(entry.session);
      return entry;
    },
    authorize: async (request, session) => {
      // Keys of one partition mean nothing in another; they shall not even be shown there.
      const { partition } = parseIamRoleArn(session.roleArn);
      if (request.partition !== partition) {
        const message = `${session.roleArn} is of the partition ${partition}, and ${request.host} of ${request.partition}: set the region to one of ${partition}.`;
        return { decision: 'deny', code: 'partition-mismatch', message };
      }
      const refusal = refusalOf(session);
      if (refusal) return { decision: 'deny', ...refusal };
      const { external_id: externalId } = session.appResource.spec.aws ?? {};
      return { decision: 'allow', role: { roleArn: session.roleArn, externalId } };
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

  const proxy = flights.watch(created);
  const cut = () =>
    flights.cut((session) => session.expiresAt <= clock() || refusalOf(session) !== undefined);

  const open = ({ user, who = () => user, loginId, ...login }: Login) => {
    const app = directory.app(login.app);
    const startedAt = clock();
    const now = who() ?? user;
    const roleArn = access.resolveRole(now, app, login.role);
    const end = startedAt.getTime() + access.sessionMs(now, startedAt);
    const expiresAt = new Date(Math.min(end, login.expiresAt?.getTime() ?? end));
    const { name, labels } = app.metadata;
    const described = { name, uri: app.spec.uri, labels };
    const known = { user, who, loginId, roleArn, appResource: app, app: described };
    return { ...known, startedAt, expiresAt };
  };

  const openConsole = async (session: GatewaySession, destination: string | undefined) => {
    const refusal = refusalOf(session);
    if (refusal?.code === 'locked') throw new GatewayError('locked', refusal.message);
    if (refusal) {
      const { user, who, appResource: app, roleArn } = session;
      const question = { user: who() ?? user, app, roleArn, now: clock() };
      throw new GatewayError('denied', access.explain(question));
    }
    const plan = resolveSessionDuration({
      source: session.appResource.spec.integration ? 'oidc-integration' : source,
      hasSessionToken,
      identityExpiresInSeconds: (session.expiresAt.getTime() - clock().getTime()) / 1000,
    });
    return createConsoleSession({
      credentials: await roleCredentials.get({ ...roleSession(session), purpose: 'console' }),
      partition: parseIamRoleArn(session.roleArn).partition,
      destination: destination ?? session.appResource.spec.uri,
      issuer: o.publicAddress?.startsWith('https:') ? o.publicAddress : undefined,
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
    join: createJoinDesk(o),
    /** Ends a session and the calls that are running in it. */
    end(sessionId: string, why: string) {
      sessions.end(sessionId, why);
      proxy.forget(sessionId);
      cut();
    },
    /** Cuts running calls that would not be allowed any more: locks, and ends of sessions and requests. */
    cut,
    /** Opens a session and its local key pair. Whether the role is allowed is decided at each request, not here. */
    login: (login: Login) => sessions.open(open(login)),
    /** A console sign-in URL, which is a secret for fifteen minutes, and no part of the audit event. */
    async console(login: Login & { readonly destination?: string | undefined }) {
      const session = { ...open(login), sessionId: 'console' };
      const { user, app, roleArn } = session;
      const time = clock().toISOString();
      const record = { type: 'aws.console', version: 1, time, user, app, roleArn };
      try {
        const opened = await openConsole(session, login.destination);
        o.onAudit({ ...record, outcome: 'allowed', destination: opened.destination });
        return opened;
      } catch (error) {
        const denied = error instanceof GatewayError && error.status === 403;
        const reason = error instanceof Error && 'code' in error ? error.code : 'internal';
        o.onAudit({ ...record, outcome: denied ? 'denied' : 'failed', reason });
        if (!(error instanceof FederationError)) throw error;
        const asked = /^(destination|partition|service-not)/.test(error.code);
        if (!asked) o.onProblem?.(error);
        throw new GatewayError(asked ? 'malformed-request' : 'unavailable', error.message);
      }
    },
    close: () => proxy.close(),
  };
}
