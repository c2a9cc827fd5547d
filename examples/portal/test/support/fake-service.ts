import { type LoginSession, Refusal } from '@postern/sign-in';
import type {
  AppView,
  AuditEntry,
  GatewayService,
  LockView,
  RequestView,
  SessionView,
} from '../../src/service.js';

export const NOW = new Date('2026-11-20T12:00:00Z');
const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

/** What a test may put into the fake. */
export interface FakeWorld {
  readonly apps?: readonly AppView[];
  readonly requests?: readonly RequestView[];
  readonly sessions?: readonly SessionView[];
  readonly locks?: readonly LockView[];
  readonly events?: readonly AuditEntry[];
  /** `resource/verb` pairs of alice. Default none. */
  readonly rules?: readonly string[];
  readonly publicAddress?: string;
  readonly login?: Partial<GatewayService['info']['login']>;
}

/** A gateway service of literals: alice is in with the token `good`, and every verb that was called is written down. */
export function createFakeService(world: FakeWorld = {}) {
  const calls: (readonly [verb: string, ...args: unknown[]])[] = [];
  const note = (verb: string, ...args: unknown[]) => {
    calls.push([verb, ...args]);
  };
  const login: LoginSession = {
    id: 'login-1',
    user: 'alice',
    kind: 'portal',
    roles: ['dev'],
    traits: {},
    requests: [],
    startedAt: NOW,
    expiresAt: later(480),
  };
  const apps = world.apps ?? [appView()];
  const requests = world.requests ?? [];
  const find = <T>(list: readonly T[], test: (item: T) => boolean, what: string): T => {
    const found = list.find(test);
    if (!found) throw new Refusal(404, 'not-found', `there is no ${what} of that name`);
    return found;
  };
  const service: GatewayService = {
    info: {
      version: '0.0.0',
      publicAddress: world.publicAddress ?? 'http://127.0.0.1:8080',
      proxyUrl: 'http://127.0.0.1:8081',
      endpointUrl: 'https://127.0.0.1:8082',
      caCertificate: '-----BEGIN CERTIFICATE-----\n',
      login: { password: true, browser: true, oidc: false, ...world.login },
    },
    async signIn(attempt) {
      note('signIn', attempt);
      if (attempt.user === 'locked')
        throw new Refusal(403, 'locked', 'You are locked: too curious.');
      if (attempt.user === 'hasty')
        throw new Refusal(429, 'too-many-attempts', 'Wait a moment.', 30);
      if (attempt.password !== 'right')
        throw new Refusal(401, 'bad-login', 'User or password is wrong.');
      return { token: 'good', login };
    },
    async beginOidc() {
      return { url: 'https://idp.example/auth?state=1', flow: 'flow-secret' };
    },
    async finishOidc(answer) {
      note('finishOidc', answer);
      if (answer.flow !== 'flow-secret')
        throw new Refusal(401, 'bad-login', 'This sign-in was not begun here.');
      return { token: 'good', login };
    },
    find: (token, kinds) => (token === 'good' && kinds.includes('portal') ? login : undefined),
    signOut: (token) => note('signOut', token),
    hasPassword: () => world.login?.password ?? true,
    csrfToken: (token) => `csrf-of-${token}`,
    isCsrfToken: (token, value) => value === `csrf-of-${token}`,
    browserLogin: {
      start: () => {
        throw new TypeError('not a verb of the portal');
      },
      poll: () => undefined,
      waiting: (_, code) =>
        code === 'ABCD-EFGH' ? { address: '198.51.100.9', startedAt: NOW } : undefined,
      decide: (_, code, verdict) => note('decide', code, verdict),
    },
    apps: () => apps,
    app: (_, name) => find(apps, (app) => app.name === name, 'app'),
    openSession(_, wanted) {
      note('openSession', wanted);
      const { startedAt, expiresAt } = login;
      const session = { id: 's-9', user: 'alice', app: wanted.app, client: 'portal' };
      const keys = { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake-secret', region: 'us-east-1' };
      return { ...session, roleArn: wanted.awsRole ?? '', startedAt, expiresAt, ...keys };
    },
    sessions: (_, o) => (world.sessions ?? []).filter(({ user }) => o?.all || user === 'alice'),
    closeSession: (_, id) => note('closeSession', id),
    async launchConsole(_, wanted) {
      note('launchConsole', wanted);
      if (wanted.awsRole === 'refused')
        throw new Refusal(503, 'unavailable', 'AWS does not let the gateway take this role.');
      if (wanted.awsRole === 'broken') throw new TypeError('secret detail of the inside');
      return {
        loginUrl: 'https://signin.aws.amazon.com/federation?Action=login',
        expiresAt: later(15),
      };
    },
    explain: () => ({
      decision: 'deny',
      text: 'deny (no-allow): role "dev": no condition allows it',
    }),
    may: (_, resource, verb) => world.rules?.includes(`${resource}/${verb}`) ?? false,
    requests: {
      list: () => requests,
      get: (_, id) => find(requests, (request) => request.id === id, 'request'),
      create(_, wanted) {
        note('create', wanted);
        if (wanted.reason === 'no')
          throw new Refusal(403, 'not-allowed', 'This role needs a better reason.');
        return requestView({ id: 'r-new' });
      },
      review(_, id, review) {
        note('review', id, review);
        return requestView({ id });
      },
      use(_, id) {
        note('use', id);
        return requestView({ id });
      },
      withdraw: (_, id) => note('withdraw', id),
    },
    locks: {
      list: () => world.locks ?? [],
      create(_, lock) {
        note('lock', lock);
        return lockView();
      },
      remove: (_, id) => note('removeLock', id),
    },
    audit: {
      find(_, filter) {
        note('find', filter);
        if (!world.rules?.includes('event/list'))
          throw new Refusal(403, 'not-allowed', 'You may not read the audit log.');
        return (world.events ?? []).slice(0, filter.limit);
      },
    },
  };
  return { service, calls };
}

export const appView = (over: Partial<AppView> = {}): AppView => ({
  name: 'console-test',
  uri: 'https://console.aws.amazon.com/',
  description: '',
  account: '123456789012',
  partition: 'aws',
  labels: { env: 'test', aws_account_id: '123456789012' },
  roles: [roleView()],
  ...over,
});

export const roleView = (
  over: Partial<AppView['roles'][number]> = {},
): AppView['roles'][number] => ({
  arn: 'arn:aws:iam::123456789012:role/ReadOnly',
  name: 'ReadOnly',
  display: 'ReadOnly',
  status: 'usable',
  requestable: [],
  ...over,
});

export const requestView = (over: Partial<RequestView> = {}): RequestView => ({
  id: 'r-1',
  user: 'bob',
  roles: ['admin'],
  reason: 'the database is full',
  state: 'pending',
  reviews: [],
  createdAt: NOW.toISOString(),
  expiresAt: later(240).toISOString(),
  usable: false,
  reviewable: false,
  ...over,
});

export const sessionView = (over: Partial<SessionView> = {}): SessionView => ({
  id: 's-1',
  user: 'alice',
  app: 'console-test',
  roleArn: 'arn:aws:iam::123456789012:role/ReadOnly',
  client: 'command line at 198.51.100.9',
  startedAt: NOW,
  expiresAt: later(90),
  ...over,
});

export const lockView = (over: Partial<LockView> = {}): LockView => ({
  id: 'l-1',
  target: { user: 'bob' },
  message: 'laptop stolen',
  by: 'alice',
  createdAt: NOW.toISOString(),
  ...over,
});

export const auditEntry = (number: number, over: Partial<AuditEntry> = {}): AuditEntry => ({
  number,
  time: NOW.toISOString(),
  type: 'aws.request',
  user: 'alice',
  app: 'console-test',
  outcome: 'allowed',
  event: { type: 'aws.request', action: 's3:ListBuckets' },
  ...over,
});
