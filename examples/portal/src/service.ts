import type { DeviceLogins, LoginSession, NewLogin } from '@postern/sign-in';

// What the portal, the JSON API and tests may ask of a running gateway. Every verb decides by itself whether the login may do it,
// writes its audit event, and throws a Refusal whose message can be shown as it is.

export type RoleStatus = 'usable' | 'needs-mfa' | 'needs-request' | 'denied';

export interface RoleView {
  readonly arn: string;
  readonly name: string;
  readonly display: string;
  readonly status: RoleStatus;
  /** One sentence, for every status but `usable`. */
  readonly reason?: string | undefined;
  /** Roles that can be asked for and would make it usable. */
  readonly requestable: readonly string[];
}

export interface AppView {
  readonly name: string;
  readonly uri: string;
  readonly description: string;
  readonly account: string;
  readonly partition: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly roles: readonly RoleView[];
}

/** Who wants what: ARN, name, or nothing when only one role is usable. */
export interface AppRole {
  readonly app: string;
  readonly awsRole?: string | undefined;
}

/** An open app session, without secrets. */
export interface SessionView {
  readonly id: string;
  readonly user: string;
  readonly app: string;
  readonly roleArn: string;
  /** What it was opened with, and from which address as far as that is known. */
  readonly client: string;
  readonly startedAt: Date;
  readonly expiresAt: Date;
}

/** A new app session with its local key pair, which AWS does not know. */
export interface OpenedSession extends SessionView {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** Roles for a while. */
export interface NewRequest {
  readonly roles: readonly string[];
  readonly reason: string;
  readonly app?: string | undefined;
  readonly awsRole?: string | undefined;
  readonly durationSeconds?: number | undefined;
}

export interface Review {
  readonly verdict: 'approve' | 'deny';
  readonly reason?: string | undefined;
}

export interface RequestView {
  readonly id: string;
  readonly user: string;
  readonly roles: readonly string[];
  readonly reason: string;
  readonly app?: string | undefined;
  readonly awsRole?: string | undefined;
  readonly state: 'pending' | 'approved' | 'denied' | 'expired';
  readonly reviews: readonly {
    readonly by: string;
    readonly verdict: 'approve' | 'deny';
    readonly reason: string;
    readonly at: string;
  }[];
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Whether the asking login can use it now: approved, in time, its own. */
  readonly usable: boolean;
  /** Whether the asking login may review it now. */
  readonly reviewable: boolean;
}

/** Whom a lock hits: everything that has one of the values. `session` is the id of an app session or login. */
export interface LockTargets {
  readonly user?: string | undefined;
  readonly role?: string | undefined;
  readonly awsRole?: string | undefined;
  readonly session?: string | undefined;
  readonly accessRequest?: string | undefined;
}

export interface NewLock {
  readonly target: LockTargets;
  readonly message?: string | undefined;
  readonly seconds?: number | undefined;
}

export interface LockView {
  readonly id: string;
  readonly target: LockTargets;
  readonly message: string;
  readonly by: string;
  readonly createdAt: string;
  readonly expiresAt?: string | undefined;
}

export interface AuditFilter {
  readonly user?: string | undefined;
  readonly app?: string | undefined;
  readonly type?: string | undefined;
  readonly outcome?: string | undefined;
  /** Events with a smaller number, to page backwards. */
  readonly before?: number | undefined;
  /** Events from this time on, ISO 8601. */
  readonly after?: string | undefined;
  /** Default 100, at most 500. */
  readonly limit?: number | undefined;
}

/** One event, newest first. `number` grows with every event. */
export interface AuditEntry {
  readonly number: number;
  readonly time: string;
  readonly type: string;
  readonly user: string;
  readonly app: string;
  readonly outcome: string;
  /** The whole event, plain data without secrets. */
  readonly event: Readonly<Record<string, unknown>>;
}

/** Where the gateway is reached; all of it is public. */
export interface GatewayInfo {
  readonly version: string;
  readonly publicAddress: string;
  readonly proxyUrl: string;
  readonly endpointUrl: string;
  readonly caCertificate: string;
  readonly login: { readonly password: boolean; readonly browser: boolean; readonly oidc: boolean };
}

export interface GatewayService {
  readonly info: GatewayInfo;
  // Sign-in. Throws `bad-login`, `too-many-attempts` (with retryAfterSeconds), `locked`.
  signIn(
    attempt: { readonly user: string; readonly password: string; readonly address: string },
    kind: 'portal' | 'bearer',
  ): Promise<NewLogin>;
  /** `flow` is a secret for a short-lived HttpOnly cookie that ties the answer to this browser. */
  beginOidc(): Promise<{ readonly url: string; readonly flow: string }>;
  /** @param callback the whole URL the provider sent the browser to, at the public address */
  finishOidc(answer: {
    readonly flow: string;
    readonly callback: URL;
    readonly address: string;
  }): Promise<NewLogin>;
  /** The login of a token that is in force; every use renews its idle time. */
  find(token: string, kinds: readonly LoginSession['kind'][]): LoginSession | undefined;
  signOut(token: string): void;
  /** Whether the person signs in with a password of ours, and not at the identity provider. */
  hasPassword(login: LoginSession): boolean;
  /** The anti-forgery value for the forms of the login with this token. */
  csrfToken(token: string): string;
  isCsrfToken(token: string, value: string): boolean;
  /** For a command line whose person confirms in the browser. */
  readonly browserLogin: DeviceLogins<LoginSession, NewLogin>;
  // Work
  apps(login: LoginSession): readonly AppView[];
  /** @throws Refusal `unknown-app` */
  app(login: LoginSession, name: string): AppView;
  openSession(login: LoginSession, wanted: AppRole): OpenedSession;
  /** Own ones; those of everybody with `all`, for logins with the rule to lock. */
  sessions(login: LoginSession, o?: { readonly all?: boolean | undefined }): readonly SessionView[];
  closeSession(login: LoginSession, id: string): void;
  launchConsole(
    login: LoginSession,
    wanted: AppRole & { readonly destination?: string | undefined },
  ): Promise<{ readonly loginUrl: string; readonly expiresAt: Date }>;
  explain(
    login: LoginSession,
    wanted: AppRole,
  ): { readonly decision: 'allow' | 'deny'; readonly text: string };
  /** Whether a role of the login has the rule, for showing or hiding pages: `may(login, 'lock', 'create')`. */
  may(login: LoginSession, resource: string, verb: string): boolean;
  readonly requests: {
    /** Own ones and those one may review, newest first. */
    list(login: LoginSession): readonly RequestView[];
    get(login: LoginSession, id: string): RequestView;
    create(login: LoginSession, wanted: NewRequest): RequestView;
    review(login: LoginSession, id: string, review: Review): RequestView;
    /** From now on the login has the roles, until the request expires. */
    use(login: LoginSession, id: string): RequestView;
    withdraw(login: LoginSession, id: string): void;
  };
  readonly locks: {
    list(login: LoginSession): readonly LockView[];
    create(login: LoginSession, lock: NewLock): LockView;
    remove(login: LoginSession, id: string): void;
  };
  readonly audit: { find(login: LoginSession, filter: AuditFilter): readonly AuditEntry[] };
}

/** What a page or API handler is told beside the request. `address` is the client's, as the listener saw it. */
export interface RequestContext {
  readonly address: string;
}

/** How the portal is mounted: it gets what no API route took; bodies are read and bounded already. */
export type RequestHandler = (request: Request, context: RequestContext) => Promise<Response>;
