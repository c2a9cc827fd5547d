import type { OidcConnector } from '@postern/config';
import { parseIamRoleArn } from '@postern/config/aws';
import { evaluateRule } from '@postern/rbac';
import {
  createDeviceLogins,
  createThrottle,
  hashOf,
  isSame,
  type OidcSignIn,
  type Passwords,
  Refusal,
  randomSecret,
} from '@postern/sign-in';
import { createAccess, type Identity, identityOfUser } from '../access.js';
import type { AuditRing } from '../audit-log.js';
import { stsRegion } from '../aws-clients.js';
import type { Gateway } from '../compose.js';
import type { Directory } from '../directory.js';
import { GatewayError } from '../gateway-error.js';
import type { Joined } from '../join.js';
import type {
  AppRole,
  GatewayInfo,
  GatewayService,
  LoginSession,
  NewLogin,
  SessionView,
} from '../service.js';
import type { GatewaySession } from '../sessions.js';
import { createAppViews } from './app-views.js';
import { identityOfClaims } from './identity-of-claims.js';
import type { Locks } from './locks.js';
import { createLogins } from './logins.js';
import { createRequests } from './requests.js';

/** What a running gateway adds to the composed one. */
export interface ServiceOptions {
  readonly directory: Directory;
  readonly clock: () => Date;
  readonly info: GatewayInfo;
  /** Region of clients whose app names none. */
  readonly region: string | undefined;
  readonly onAudit: (event: object) => void;
  readonly audit: AuditRing;
  readonly locks: Locks;
  readonly passwords: Passwords;
  readonly oidc: { readonly signIn: OidcSignIn; readonly connector: OidcConnector } | undefined;
}

/** The verbs, and what the composed gateway needs of them. */
export interface RunningService {
  readonly service: GatewayService;
  readonly join: (joined: Joined) => object;
  /** Given once it is composed. */
  use(gateway: Gateway): void;
}

const MAX_LOGIN_MS = 12 * 3_600_000;
const BOT_MS = 3_600_000;
const BAD_LOGIN = 'User name or password is wrong: check both and try again.';

export function createService(o: ServiceOptions): RunningService {
  const { directory, clock, locks } = o;
  const logins = createLogins();
  const access = createAccess(directory);
  const bySource = createThrottle({ max: 10, windowMs: 5 * 60_000, clock });
  const byAddress = createThrottle({ max: 100, windowMs: 5 * 60_000, clock });
  const csrfKey = randomSecret();
  const csrfOf = (token: string) => hashOf(`${csrfKey} ${token}`);
  let composed: Gateway | undefined;
  const gateway = () => {
    if (composed) return composed;
    throw new GatewayError('unavailable', 'The gateway is starting: try again.');
  };
  const record = (type: string, user: string, event: object = {}, outcome = 'allowed') =>
    o.onAudit({ type, version: 1, time: clock().toISOString(), outcome, user, ...event });

  /** Writes down an act, and what it failed of. */
  const audited = <T>(type: string, login: LoginSession, event: object, act: () => T): T => {
    try {
      const result = act();
      record(type, login.user, event);
      return result;
    } catch (error) {
      const reason = error instanceof Refusal ? error.code : 'internal';
      record(type, login.user, { ...event, reason }, reason === 'internal' ? 'failed' : 'denied');
      throw error;
    }
  };

  /** Roles without a document are those of the join protocol, which open no app. */
  const identityOf = ({ user, kind, roles, traits, requests }: LoginSession): Identity => ({
    user,
    roles: kind === 'bot' ? roles.filter((name) => directory.roles.has(name)) : roles,
    traits,
    requests,
  });
  /** Without the roles of access requests. */
  const baseOf = (login: LoginSession) =>
    identityOf({ ...login, roles: logins.baseRoles(login.id), requests: [] });
  const may = (login: LoginSession, resource: string, verb: string) =>
    evaluateRule(access.roleSet(identityOf(login)), { resource, verb }).decision === 'allow';
  const demand = (login: LoginSession, resource: string, verb: string) => {
    if (may(login, resource, verb)) return;
    throw new GatewayError(
      'not-allowed',
      `None of your roles has a rule for "${verb}" on "${resource}".`,
    );
  };
  const refuseLocked = (who: Identity, where?: Parameters<Locks['reason']>[1]) => {
    const reason = locks.reason(who, where);
    if (reason !== undefined) throw new GatewayError('locked', reason);
  };

  const enter = (identity: Identity, kind: LoginSession['kind'], event: object): NewLogin => {
    const now = clock();
    refuseLocked(identity);
    const longest = kind === 'bot' ? BOT_MS : MAX_LOGIN_MS;
    const { roles } = identity;
    const known = { ...identity, roles: roles.filter((name) => directory.roles.has(name)) };
    const ms = Math.min(longest, access.sessionMs(kind === 'bot' ? known : identity, now));
    const expiresAt = new Date(now.getTime() + ms);
    const made = logins.open(identity, kind, { now, expiresAt });
    record('login', identity.user, { kind, loginId: made.login.id, ...event });
    return made;
  };
  const endLogin = (login: LoginSession, why: string) => {
    for (const session of gateway().sessions.list(clock())) {
      if (session.loginId === login.id) endSession(session, why);
    }
    record('logout', login.user, { loginId: login.id, reason: why });
  };
  const endSession = ({ sessionId, user, app, roleArn }: GatewaySession, why: string) => {
    gateway().end(sessionId, why);
    record('app.session.end', user, { app: app.name, sessionId, aws: { roleArn }, reason: why });
  };
  /** Ends what locks hit. */
  const enforceLocks = () => {
    const reasonFor = (login: LoginSession) =>
      locks.reason(identityOf(login), { sessions: [login.id] });
    for (const login of logins.end((one) => reasonFor(one) !== undefined, clock())) {
      endLogin(login, reasonFor(login) ?? 'Locked by an administrator.');
    }
    for (const session of gateway().sessions.list(clock())) {
      const login = logins.get(session.loginId ?? '', clock());
      const { roleArn, sessionId } = session;
      const reason = login && locks.reason(identityOf(login), { roleArn, sessions: [sessionId] });
      if (reason !== undefined) endSession(session, reason);
    }
  };

  const { roleView, appView } = createAppViews({ access, locks, identityOf });

  /** The role that is meant, once it is known to be allowed, and what its session depends on. */
  const prepare = (login: LoginSession, { app: name, awsRole }: AppRole) => {
    const app = directory.app(name);
    const identity = identityOf(login);
    const roleArn = access.resolveRole(identity, app, awsRole);
    refuseLocked(identity, { roleArn, sessions: [login.id] });
    const question = { user: identity, app, roleArn, now: clock() };
    const decision = access.decide(question);
    if (decision.decision === 'deny') {
      const asked = roleView(login, app).find(({ arn }) => arn === roleArn)?.requestable ?? [];
      const hint =
        asked.length > 0 ? `Ask for it with an access request for ${asked.join(' or ')}.\n` : '';
      throw new GatewayError('denied', `${hint}${access.explain(question).trimEnd()}`);
    }
    // What only a request allows ends with it, on the side of AWS too.
    const base = baseOf(login);
    const ends =
      access.decide({ ...question, user: base }).decision === 'allow'
        ? []
        : logins.grantsOf(login.id, clock());
    const expiresAt = new Date(
      Math.min(login.expiresAt.getTime(), ...ends.map((grant) => grant.expiresAt.getTime())),
    );
    const who = () => {
      const current = logins.get(login.id, clock());
      return current && identityOf(current);
    };
    return { user: login.user, app: name, role: roleArn, who, loginId: login.id, expiresAt };
  };

  const requests = createRequests({
    clock,
    catalogue: access.catalogue,
    roleSet: (login) => access.roleSet(baseOf(login)),
  });
  const service: GatewayService = {
    info: o.info,
    async signIn({ user, password, address }, kind) {
      const isKnown = directory.users.has(user);
      try {
        const key = `${address} ${user.slice(0, 128)}`;
        byAddress.attempt(address);
        bySource.attempt(key);
        const isRight = (await o.passwords.isRight(user, password.slice(0, 1024))) && isKnown;
        const ends = Date.parse(directory.users.get(user)?.spec?.expires ?? '');
        if (!isRight || ends <= clock().getTime()) throw new GatewayError('bad-login', BAD_LOGIN);
        const made = enter(identityOfUser(directory, user), kind, { method: 'password', address });
        bySource.forgive(key);
        return made;
      } catch (error) {
        const reason = error instanceof Refusal ? error.code : 'internal';
        // Names that nobody has may be passwords in the wrong field.
        record(
          'login',
          isKnown ? user : '',
          { kind, method: 'password', address, reason },
          'denied',
        );
        throw error;
      }
    },
    async beginOidc() {
      if (!o.oidc) throw new GatewayError('not-found', 'No identity provider is set up.');
      return o.oidc.signIn.begin();
    },
    async finishOidc({ flow, callback, address }) {
      try {
        byAddress.attempt(address);
        if (!o.oidc) throw new GatewayError('not-found', 'No identity provider is set up.');
        const { connector, signIn } = o.oidc;
        const identity = identityOfClaims(connector, await signIn.finish(flow, callback));
        // One name is one person: who comes from outside cannot be a user of the documents.
        if (directory.users.has(identity.user))
          throw new GatewayError(
            'bad-login',
            `The name "${identity.user}" belongs to a local user: sign in with the password.`,
          );
        return enter(identity, 'portal', { method: 'oidc', address });
      } catch (error) {
        const reason = error instanceof Refusal ? error.code : 'internal';
        record('login', '', { kind: 'portal', method: 'oidc', address, reason }, 'denied');
        throw error;
      }
    },
    find: (token, kinds) => logins.find(token, kinds, clock()),
    signOut(token) {
      const login = logins.find(token, ['portal', 'bearer', 'bot'], clock());
      if (!login) return;
      logins.end(({ id }) => id === login.id, clock());
      endLogin(login, 'Signed out.');
    },
    csrfToken: (token) => csrfOf(token),
    isCsrfToken: (token, value) => isSame(csrfOf(token), value),
    browserLogin: createDeviceLogins({
      clock,
      publicAddress: o.info.publicAddress,
      issue({ user, traits, id }: LoginSession) {
        const identity = { user, traits, roles: logins.baseRoles(id) };
        return enter(identity, 'bearer', { method: 'browser' });
      },
    }),
    apps: (login) =>
      [...directory.apps.values()]
        .map((app) => appView(login, app))
        .filter(({ roles }) => roles.length > 0),
    app: (login, name) => appView(login, directory.app(name)),
    openSession(login, wanted) {
      return audited(
        'app.session.start',
        login,
        { app: wanted.app, awsRole: wanted.awsRole },
        () => {
          const opened = gateway().login(prepare(login, wanted));
          const { session, accessKeyId, secretAccessKey } = opened;
          const { partition } = parseIamRoleArn(session.roleArn);
          const region = session.appResource.spec.aws?.region || stsRegion(partition, o.region);
          return { ...sessionView(session), accessKeyId, secretAccessKey, region };
        },
      );
    },
    sessions(login, { all = false } = {}) {
      if (all) demand(login, 'lock', 'create');
      return gateway()
        .sessions.list(clock())
        .filter(({ user }) => all || user === login.user)
        .map(sessionView);
    },
    closeSession(login, id) {
      const session = gateway()
        .sessions.list(clock())
        .find(({ sessionId }) => sessionId === id);
      if (session?.user !== login.user)
        throw new GatewayError('not-found', `You have no open session "${id}".`);
      endSession(session, 'Its user ended it.');
    },
    async launchConsole(login, { destination, ...wanted }) {
      const prepared = audited('app.console', login, { ...wanted }, () => prepare(login, wanted));
      const opened = await gateway().console({ ...prepared, destination });
      return { loginUrl: opened.loginUrl.href, expiresAt: opened.expiration };
    },
    explain(login, wanted) {
      const app = directory.app(wanted.app);
      const identity = identityOf(login);
      const roleArn = access.resolveRole(identity, app, wanted.awsRole);
      const lock = locks.reason(identity, { roleArn, sessions: [login.id] });
      if (lock !== undefined) return { decision: 'deny', text: lock };
      const question = { user: identity, app, roleArn, now: clock() };
      return { decision: access.decide(question).decision, text: access.explain(question) };
    },
    may,
    requests: {
      list: requests.list,
      get: requests.get,
      create: (login, wanted) =>
        audited('request.create', login, { roles: wanted.roles }, () =>
          requests.create(login, wanted),
        ),
      review: (login, id, review) =>
        audited('request.review', login, { request: id, verdict: review.verdict }, () =>
          requests.review(login, id, review),
        ),
      use: (login, id) =>
        audited('request.use', login, { request: id }, () => {
          const grant = requests.grant(login, id);
          const roles = [...login.roles, ...grant.roles];
          refuseLocked({ ...identityOf(login), roles, requests: [...login.requests, id] });
          logins.grant(login.id, grant);
          return requests.get(login, id);
        }),
      withdraw: (login, id) =>
        audited('request.withdraw', login, { request: id }, () => requests.withdraw(login, id)),
    },
    locks: {
      list(login) {
        demand(login, 'lock', 'list');
        return locks.list();
      },
      create: (login, lock) =>
        audited('lock.create', login, { target: lock.target }, () => {
          demand(login, 'lock', 'create');
          const made = locks.create(lock, login.user);
          enforceLocks();
          return made;
        }),
      remove: (login, id) =>
        audited('lock.remove', login, { lock: id }, () => {
          demand(login, 'lock', 'delete');
          locks.remove(id);
        }),
    },
    audit: {
      find(login, filter) {
        demand(login, 'event', 'list');
        return o.audit.find(filter);
      },
    },
  };
  return {
    service,
    join({ tokenName, roles, botName }) {
      const user = botName === undefined ? `join:${tokenName}` : `bot-${botName}`;
      const known = botName !== undefined && directory.users.has(user);
      const own = known ? identityOfUser(directory, user) : { user, roles: [], traits: {} };
      const made = enter({ ...own, roles: [...roles, ...own.roles] }, 'bot', {
        method: 'join',
        tokenName,
      });
      return { token: made.token, user, expiresAt: made.login.expiresAt };
    },
    use(one) {
      composed = one;
    },
  };
}

const sessionView = ({
  sessionId,
  user,
  app,
  roleArn,
  startedAt,
  expiresAt,
}: GatewaySession): SessionView => ({
  id: sessionId,
  user,
  app: app.name,
  roleArn,
  startedAt,
  expiresAt,
});
