import type { OidcConnector } from '@postern/config';
import { createSigningKeyRing, generateSigningKey } from '@postern/federation/oidc';
import {
  createAuditLog,
  createPortal,
  createWebServer,
  type GatewayInfo,
  type RequestContext,
} from '@postern/portal';
import {
  createOidcSignIn,
  createPasswords,
  createThrottle,
  type OidcSignInOptions,
} from '@postern/sign-in';
import { Hono } from 'hono';
import { createGateway, type GatewayOptions } from './compose.js';
import { createApi, failure } from './http/api.js';
import { type AwsListenerOptions, createAwsListeners, listen } from './http/aws-listeners.js';
import { createService } from './service/create-service.js';
import { createLocks } from './service/locks.js';
import { isLoopback } from './upstream.js';

/** What a running gateway is made from; addresses and ports as on the command line. */
export interface StartOptions
  extends Omit<GatewayOptions, 'onAudit' | 'onJoin' | 'lockedBy' | 'signingKeys'>,
    AwsListenerOptions {
  readonly port: number;
  readonly proxyAddress?: string | undefined;
  readonly trustProxy?: boolean | undefined;
  /** Local users' password hashes. */
  readonly users: ReadonlyMap<string, string>;
  readonly oidc?: OidcOptions | undefined;
  readonly writeAudit: (line: string) => void;
  /** Why events cannot be written now, if so; default: they can. */
  readonly auditProblem?: (() => string | undefined) | undefined;
}

/** An identity provider; the connector maps its claims to roles. */
type OidcOptions = { readonly connector: OidcConnector } & Pick<
  OidcSignInOptions,
  'issuer' | 'clientId' | 'clientSecret'
>;

/** A gateway that listens. */
export type RunningGateway = Awaited<ReturnType<typeof startGateway>>;

/** How long calls in flight may go on when the gateway stops. */
const GRACE_MS = 5_000;

/** Composes the gateway and opens its three listeners. */
export async function startGateway(o: StartOptions) {
  const { directory, clock, host, region, users, onProblem = () => {} } = o;
  const { server, serve } = createWebServer();
  // The port must be known before the addresses are.
  const port = await listen(server, o.port, host, '--port');
  const shown = host.includes(':') ? `[${host}]` : host;
  const localUrl = `http://${shown}:${port}`;
  const publicAddress = o.publicAddress ?? localUrl;
  const told = [publicAddress, o.endpointAddress ?? publicAddress];
  const hostnames = new Set(told.map((url) => new URL(url).hostname));
  const names = [...hostnames].filter((name) => !isLoopback(name));

  const audit = createAuditLog(o.writeAudit, clock);
  const locks = createLocks(directory.locks, clock);
  const gateway = createGateway({
    ...o,
    publicAddress,
    signingKeys: createSigningKeyRing({ keys: [await generateSigningKey()], clock }),
    onAudit: audit.add,
    lockedBy: (who, roleArn, sessions) =>
      typeof who === 'string' ? undefined : locks.reason(who, { roleArn, sessions }),
    onJoin: (joined) => running.join(joined),
  });
  const aws = await createAwsListeners(gateway.proxy, names, o);
  const info: GatewayInfo = {
    version: '0.0.0',
    publicAddress,
    proxyUrl: o.proxyAddress ?? `http://${names[0] ?? shown}:${aws.proxyPort}`,
    endpointUrl: o.endpointAddress ?? `https://${names[0] ?? 'localhost'}:${aws.endpointPort}`,
    get caCertificate() {
      return aws.trustedCertificates();
    },
    login: { password: users.size > 0, browser: true, oidc: o.oidc !== undefined },
  };
  const oidc = o.oidc && signInThrough(o.oidc, `${publicAddress}/login/oidc/callback`, clock);
  const passwords = createPasswords(users);
  const common = { directory, clock, info, region, gateway, audit, locks };
  const running = createService({ ...common, passwords, oidc });
  const { service } = running;

  const app = new Hono<{ Bindings: RequestContext }>();
  app.onError((error) => {
    throw error;
  });
  const joins = createThrottle({ max: 120, windowMs: 60_000, clock });
  const portal = createPortal({ service, clock, onProblem });
  const provider = gateway.oidc;
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', (c) => {
    const problem = o.auditProblem?.();
    return problem === undefined ? c.text('ready\n') : c.text(`not ready: ${problem}\n`, 503);
  });
  for (const path of Object.values(provider?.paths ?? {})) {
    app.all(path, async (c) => provider?.fetch(c.req.raw) ?? c.notFound());
  }
  app.route('/api/v1', createApi(service));
  app.all('/v1/*', (c) => {
    joins.attempt(c.env.address);
    return gateway.join.fetch(c.req.raw, c.env.address);
  });
  app.all('*', (c) => portal(c.req.raw, c.env));
  const { trustProxy } = o;
  serve({ fetch: app.fetch, failure, publicAddress, trustProxy, onProblem });

  // Sessions and requests end while calls run in them.
  const watch = setInterval(gateway.cut, 1_000);
  watch.unref();
  return {
    info,
    /** Where the portal listens on this machine, whatever it is called outside. */
    localUrl,
    async close() {
      clearInterval(watch);
      aws.close();
      server.close();
      server.closeIdleConnections();
      await gateway.proxy.close({ graceMs: GRACE_MS });
      aws.destroy();
      server.closeAllConnections();
    },
  };
}

function signInThrough(o: OidcOptions, redirectUri: string, clock: () => Date) {
  const { scope = [], prompt, acr_values: acrValues } = o.connector.spec;
  const asked = { scopes: [scope].flat(), prompt, acrValues };
  return { ...o, signIn: createOidcSignIn({ ...o, ...asked, redirectUri, clock }) };
}
