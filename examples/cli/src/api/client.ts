import {
  readMoment,
  readNumber,
  readObject,
  readObjects,
  readOptionalText,
  readText,
  readTexts,
} from './read-answer.js';
import { readApp, readLogin, readRequest, readSession } from './read-views.js';
import { type ApiOptions, send } from './send.js';
import type {
  AppView,
  DeviceLogin,
  GatewayInfo,
  LoginStatus,
  NewLogin,
  OpenedSession,
  RequestView,
  WantedRequest,
  WantedRole,
} from './types.js';

/** The gateway's API. Every verb throws `ApiError` for what the gateway refuses. */
export interface ApiClient {
  info(): Promise<GatewayInfo>;
  login(user: string, password: string): Promise<NewLogin>;
  startBrowserLogin(): Promise<DeviceLogin>;
  /** Undefined while the person has not decided. */
  pollBrowserLogin(deviceCode: string): Promise<NewLogin | undefined>;
  logout(): Promise<void>;
  status(): Promise<LoginStatus>;
  apps(): Promise<readonly AppView[]>;
  openSession(wanted: WantedRole): Promise<OpenedSession>;
  /** Ids of the own sessions that are open. */
  sessionIds(): Promise<ReadonlySet<string>>;
  closeSession(id: string): Promise<void>;
  /** A sign-in URL, which is a secret. */
  console(wanted: WantedRole, destination: string | undefined): Promise<string>;
  explain(wanted: WantedRole): Promise<{ readonly decision: string; readonly text: string }>;
  requests(): Promise<readonly RequestView[]>;
  createRequest(wanted: WantedRequest): Promise<RequestView>;
  reviewRequest(id: string, verdict: string, reason: string | undefined): Promise<RequestView>;
  useRequest(id: string): Promise<void>;
  withdrawRequest(id: string): Promise<void>;
}

/** @param o the gateway, and the token of a login for all verbs but `info` and the logins */
export function createApiClient(o: ApiOptions): ApiClient {
  const call = async (method: string, path: string, body?: object) =>
    (await send(o, method, `/api/v1${path}`, body)).answer;
  const app = (name: string) => `/apps/${encodeURIComponent(name)}`;
  const request = (id: string) => `/requests/${encodeURIComponent(id)}`;
  return {
    async info() {
      const answer = await call('GET', '/info');
      const login = readObject(answer.login);
      return {
        version: readText(answer, 'version'),
        publicAddress: readText(answer, 'publicAddress'),
        password: login.password === true,
        browser: login.browser === true,
      };
    },
    login: async (user, password) => readLogin(await call('POST', '/login', { user, password })),
    async startBrowserLogin() {
      const answer = await call('POST', '/login/browser', {});
      return {
        deviceCode: readText(answer, 'deviceCode'),
        userCode: readText(answer, 'userCode'),
        verifyUrl: readText(answer, 'verifyUrl'),
        intervalSeconds: readNumber(answer, 'intervalSeconds'),
        expiresAt: readMoment(answer, 'expiresAt'),
      };
    },
    async pollBrowserLogin(deviceCode) {
      const { status, answer } = await send(o, 'POST', '/api/v1/login/browser/poll', {
        deviceCode,
      });
      return status === 202 ? undefined : readLogin(answer);
    },
    async logout() {
      await call('POST', '/logout', {});
    },
    async status() {
      const answer = await call('GET', '/status');
      const requests = answer.requests ?? [];
      return {
        user: readText(answer, 'user'),
        roles: readTexts(answer, 'roles'),
        expiresAt: readMoment(answer, 'expiresAt'),
        // Ids, or whole requests.
        requests: (Array.isArray(requests) ? requests : []).map((item: unknown) =>
          typeof item === 'string' ? item : readText(readObject(item), 'id'),
        ),
      };
    },
    apps: async () => readObjects(await call('GET', '/apps'), 'apps').map(readApp),
    openSession: async ({ app: name, awsRole }) =>
      readSession(await call('POST', `${app(name)}/sessions`, { awsRole })),
    async sessionIds() {
      const sessions = readObjects(await call('GET', '/sessions'), 'sessions');
      return new Set(sessions.map((session) => readText(session, 'id')));
    },
    async closeSession(id) {
      await call('DELETE', `/sessions/${encodeURIComponent(id)}`);
    },
    async console({ app: name, awsRole }, destination) {
      return readText(
        await call('POST', `${app(name)}/console`, { awsRole, destination }),
        'loginUrl',
      );
    },
    async explain({ app: name, awsRole }) {
      const query = new URLSearchParams({ app: name });
      if (awsRole !== undefined) query.set('awsRole', awsRole);
      const answer = await call('GET', `/explain?${query}`);
      const { decision } = answer;
      return {
        // Of a decision with its reasons, the word is what counts.
        decision:
          typeof decision === 'string' ? decision : readText(readObject(decision), 'decision'),
        text: readOptionalText(answer, 'text') ?? '',
      };
    },
    requests: async () => readObjects(await call('GET', '/requests'), 'requests').map(readRequest),
    createRequest: async (wanted) => readRequest(await call('POST', '/requests', wanted)),
    reviewRequest: async (id, verdict, reason) =>
      readRequest(await call('POST', `${request(id)}/reviews`, { verdict, reason })),
    async useRequest(id) {
      await call('POST', `${request(id)}/use`, {});
    },
    async withdrawRequest(id) {
      await call('DELETE', request(id));
    },
  };
}
