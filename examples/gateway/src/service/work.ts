import type { App } from '@postern/config';
import { parseIamRoleArn } from '@postern/config/aws';
import type { AppRole, AppView, GatewayService, RoleView } from '@postern/portal';
import { listAwsRoleStatuses } from '@postern/rbac';
import type { LoginSession } from '@postern/sign-in';
import { partitionOf } from '../access.js';
import { stsRegion } from '../aws-clients.js';
import { GatewayError } from '../gateway-error.js';
import type { GatewaySession } from '../sessions.js';
import type { ServiceOptions, Shared } from './create-service.js';
import { checkSizes, MIN_SECONDS } from './limits.js';

type Verbs = 'apps' | 'app' | 'openSession' | 'sessions' | 'closeSession' | 'launchConsole';

const CLIENTS = { portal: 'portal', bearer: 'command line', bot: 'job' } as const;

/** The verbs of working with apps. */
export function createWork(
  o: ServiceOptions,
  { logins, trail, refuseLocked, demand, endSession, baseOf }: Shared,
): Pick<GatewayService, Verbs | 'explain'> {
  const { directory, clock, locks, gateway } = o;
  const { access, sessions } = gateway;

  /** What a login sees of the AWS roles of an app: also what it may not use, and why. */
  const rolesOf = (login: LoginSession, app: App): readonly RoleView[] => {
    const statuses = listAwsRoleStatuses(access.roleSet(login), app, access);
    return statuses.map(({ arn, name, display, status, decision, requestable }) => {
      const lock = locks.reason(login, { roleArn: arn });
      const said = decision.decision === 'deny' ? decision.reasons[0]?.message : undefined;
      const shown = lock !== undefined || status === 'needs-device' ? 'denied' : status;
      const ask = `Ask for the role ${requestable.map((role) => `"${role}"`).join(' or ')} first.`;
      const why = status === 'needs-request' ? ask : (said ?? 'None of your roles allows it.');
      const reason = shown === 'usable' ? {} : { reason: lock ?? why };
      return { arn, name, display, status: shown, requestable, ...reason };
    });
  };
  const appView = (login: LoginSession, app: App): AppView => {
    const { name, description = '', labels = {} } = app.metadata;
    const roles = rolesOf(login, app);
    const [first] = roles;
    const account = labels.aws_account_id ?? (first ? parseIamRoleArn(first.arn).accountId : '');
    const { uri = '' } = app.spec;
    return { name, uri, description, account, partition: partitionOf(app), labels, roles };
  };

  /** An app of which somebody has no role is none to them: its name would tell that it is there. */
  const hidden = (name: string) =>
    new GatewayError(
      'unknown-app',
      `There is no app "${name}" for you: look at the list of yours.`,
    );
  const questionOf = (login: LoginSession, { app: name, awsRole }: AppRole) => {
    checkSizes({ app: name, awsRole });
    const app = directory.apps.get(name);
    const isShown = app && rolesOf(login, app).length > 0;
    // A pattern in a role shows no ARN, and yet allows one that is named in full.
    if (!app || !(isShown || awsRole?.startsWith('arn:'))) throw hidden(name);
    const roleArn = access.resolveRole(login, app, awsRole);
    const question = { user: login, app, roleArn, now: clock() };
    if (isShown || access.decide(question).decision === 'allow') return question;
    throw hidden(name);
  };

  /** The role that is meant, once it is known to be allowed, and what its session depends on. */
  const prepare = (login: LoginSession, wanted: AppRole) => {
    const question = questionOf(login, wanted);
    const { app, roleArn, now } = question;
    refuseLocked(login, { roleArn, sessions: [login.id] });
    if (access.decide(question).decision === 'deny') {
      const asked = rolesOf(login, app).find(({ arn }) => arn === roleArn)?.requestable ?? [];
      const ask = `Ask for it with an access request for ${asked.join(' or ')}.\n`;
      const text = access.explain(question).trimEnd();
      throw new GatewayError('denied', `${asked.length > 0 ? ask : ''}${text}`);
    }
    // What only a request allows ends with it, on the side of AWS too.
    const isOwn = access.decide({ ...question, user: baseOf(login) }).decision === 'allow';
    const grants = isOwn ? [] : logins.grantsOf(login.id, now);
    const ends = [login, ...grants].map(({ expiresAt }) => expiresAt.getTime());
    const who = () => logins.get(login.id, clock());
    const expiresAt = new Date(Math.min(...ends));
    if (expiresAt.getTime() - now.getTime() < MIN_SECONDS * 1000) {
      const what =
        grants.length > 0 ? 'access request ends: ask for it anew' : 'sign-in ends: sign in again';
      const message = `AWS gives no session of less than 15 minutes, and in less your ${what}.`;
      throw new GatewayError('denied', message);
    }
    return { user: login.user, app: wanted.app, role: roleArn, who, loginId: login.id, expiresAt };
  };

  const sessionView = ({ sessionId: id, user, app, roleArn, ...session }: GatewaySession) => {
    const { loginId = '', startedAt, expiresAt } = session;
    const { kind = 'bearer', address } = logins.get(loginId, clock()) ?? {};
    const client = `${CLIENTS[kind]}${address ? ` at ${address}` : ''}`;
    return { id, user, app: app.name, roleArn, client, startedAt, expiresAt };
  };

  return {
    apps: (login) =>
      [...directory.apps.values()]
        .map((app) => appView(login, app))
        .filter(({ roles }) => roles.length > 0),
    app(login, name) {
      const found = directory.apps.get(name);
      const view = found && appView(login, found);
      if (view && view.roles.length > 0) return view;
      throw hidden(name);
    },
    openSession(login, { app, awsRole }) {
      return trail.audited('app.session.start', login, { app, awsRole }, () => {
        const opened = gateway.login(prepare(login, { app, awsRole }));
        const { session, accessKeyId, secretAccessKey } = opened;
        const { partition } = parseIamRoleArn(session.roleArn);
        const region = session.appResource.spec.aws?.region || stsRegion(partition, o.region);
        return { ...sessionView(session), accessKeyId, secretAccessKey, region };
      });
    },
    sessions(login, { all = false } = {}) {
      if (all) demand(login, 'lock', 'create');
      const own = sessions.list(clock()).filter(({ user }) => all || user === login.user);
      return own.map(sessionView);
    },
    closeSession(login, id) {
      const session = sessions.list(clock()).find(({ sessionId }) => sessionId === id);
      if (session?.user !== login.user) {
        throw new GatewayError('not-found', `You have no open session "${id}".`);
      }
      endSession(session, 'Its user ended it.');
    },
    async launchConsole(login, { destination, ...wanted }) {
      checkSizes({ destination });
      const prepared = trail.audited('app.console', login, wanted, () => prepare(login, wanted));
      const opened = await gateway.console({ ...prepared, destination }).catch((error: unknown) => {
        if (!(error instanceof GatewayError) || error.code !== 'unavailable') throw error;
        // What AWS says is for whoever runs the gateway, who reads it in the log; the person cannot mend it.
        const what = `AWS does not give the gateway a session of ${prepared.role} at present.`;
        const fix =
          'Try again in a moment; if it stays, tell your administrators: the log says why.';
        throw new GatewayError('unavailable', `${what} ${fix}`);
      });
      return { loginUrl: opened.loginUrl.href, expiresAt: opened.expiration };
    },
    explain(login, wanted) {
      const question = questionOf(login, wanted);
      const { roleArn } = question;
      const lock = locks.reason(login, { roleArn, sessions: [login.id] });
      if (lock !== undefined) return { decision: 'deny', text: lock };
      return { decision: access.decide(question).decision, text: access.explain(question) };
    },
  };
}
