import type { OidcConnector } from '@postern/config';
import type { AuditLog, GatewayInfo, GatewayService } from '@postern/portal';
import { evaluateRule } from '@postern/rbac';
import { createLogins, type LoginSession, type OidcSignIn, type Passwords } from '@postern/sign-in';
import type { Identity } from '../access.js';
import type { Gateway } from '../compose.js';
import type { Directory } from '../directory.js';
import { GatewayError } from '../gateway-error.js';
import type { GatewaySession } from '../sessions.js';
import type { LockPlace, Locks } from './locks.js';
import { createPeople } from './people.js';
import { createRequests } from './requests.js';
import { createTrail } from './trail.js';
import { createWork } from './work.js';

/** What a running gateway adds to the composed one. */
export interface ServiceOptions {
  readonly directory: Directory;
  readonly clock: () => Date;
  readonly info: GatewayInfo;
  /** Region of clients whose app names none. */
  readonly region: string | undefined;
  readonly gateway: Gateway;
  readonly audit: AuditLog;
  readonly locks: Locks;
  readonly passwords: Passwords;
  readonly oidc: { readonly signIn: OidcSignIn; readonly connector: OidcConnector } | undefined;
}

/** What the verbs have in common. */
export type Shared = ReturnType<typeof createShared>;

function createShared({ clock, locks, gateway, audit }: ServiceOptions) {
  const { access, sessions } = gateway;
  const logins = createLogins();
  const trail = createTrail(audit.add, clock);
  const may: GatewayService['may'] = (login, resource, verb) =>
    evaluateRule(access.roleSet(login), { resource, verb }).decision === 'allow';
  const endSession = ({ sessionId, user, app, roleArn }: GatewaySession, reason: string) => {
    gateway.end(sessionId, reason);
    const event = { app: app.name, sessionId, aws: { roleArn }, reason };
    trail.record('app.session.end', user, event);
  };
  return {
    logins,
    trail,
    may,
    demand(login: LoginSession, resource: string, verb: string) {
      if (may(login, resource, verb)) return;
      const message = `None of your roles has a rule for "${verb}" on "${resource}".`;
      throw new GatewayError('not-allowed', message);
    },
    refuseLocked(who: Identity, where?: LockPlace) {
      const reason = locks.reason(who, where);
      if (reason !== undefined) throw new GatewayError('locked', reason);
    },
    /** The login without what access requests gave it. */
    baseOf: (login: LoginSession) => ({
      ...login,
      roles: logins.baseRoles(login.id),
      requests: [],
    }),
    endSession,
    /** Ends the logins for which there is a reason, with what was opened with them. */
    end(reasonFor: (login: LoginSession) => string | undefined) {
      const reasons = new Map<string, string>();
      const ended = logins.end((login) => {
        const reason = reasonFor(login);
        if (reason !== undefined) reasons.set(login.id, reason);
        return reason !== undefined;
      }, clock());
      for (const session of sessions.list(clock())) {
        const reason = reasons.get(session.loginId ?? '');
        if (reason !== undefined) endSession(session, reason);
      }
      for (const { id, user } of ended) {
        trail.record('logout', user, { loginId: id, reason: reasons.get(id) });
      }
    },
  };
}

/** All verbs over one composed gateway; `join` makes the session of a job. */
export function createService(o: ServiceOptions) {
  const { clock, locks, gateway } = o;
  const { access, sessions } = gateway;
  const shared = createShared(o);
  const { logins, trail, may, demand, refuseLocked, baseOf, endSession, end } = shared;
  const { audited } = trail;
  const people = createPeople(o, shared);
  const requests = createRequests({
    clock,
    catalogue: access.catalogue,
    roleSet: (login) => access.roleSet(baseOf(login)),
  });

  /** Ends what locks hit. */
  const enforceLocks = () => {
    end((login) => locks.reason(login, { sessions: [login.id] }));
    for (const session of sessions.list(clock())) {
      const login = logins.get(session.loginId ?? '', clock());
      const { roleArn, sessionId } = session;
      const reason = login && locks.reason(login, { roleArn, sessions: [sessionId] });
      if (reason !== undefined) endSession(session, reason);
    }
  };

  const service: GatewayService = {
    info: o.info,
    ...people.verbs,
    ...createWork(o, shared),
    may,
    requests: {
      ...requests,
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
          refuseLocked({ ...login, roles, requests: [...login.requests, id] });
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
  return { service, join: people.join };
}
