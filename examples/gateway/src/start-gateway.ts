import { createServer } from 'node:http';
import type { OidcConnector } from '@postern/config';
import { createSigningKeyRing, generateSigningKey } from '@postern/federation/oidc';
import {
  createOidcSignIn,
  createPasswords,
  createThrottle,
  type OidcSignInOptions,
} from '@postern/sign-in';
import { createAuditLog, createAuditRing, type WriteLine } from './audit-log.js';
import type { AwsClientOptions } from './aws-clients.js';
import { createGateway, type GatewayOptions } from './compose.js';
import type { Directory } from './directory.js';
import { createApi } from './http/api.js';
import { createAwsListeners, createGatewayCa, listen } from './http/aws-listeners.js';
import { createListener, serverOptions } from './http/serve.js';
import { createPortal } from './portal/portal.js';
import { createService } from './service/create-service.js';
import { createLocks } from './service/locks.js';
import type { GatewayInfo } from './service.js';
import { isLoopback } from './upstream.js';

/** What a running gateway is made from; addresses and ports as on the command line. */
export interface StartOptions
  extends AwsClientOptions,
    Pick<GatewayOptions, 'credentialSource' | 'hasSessionToken' | 'issuer' | 'onProblem'> {
  readonly directory: Directory;
  readonly clock: () => Date;
  readonly host: string;
  readonly port: number;
  readonly proxyPort: number;
  readonly endpointPort: number;
  readonly publicAddress?: string | undefined;
  readonly proxyAddress?: string | undefined;
  readonly endpointAddress?: string | undefined;
  readonly trustProxy?: boolean | undefined;
  /** Local users' password hashes. */
  readonly users: ReadonlyMap<string, string>;
  /** The connector maps claims to roles. */
  readonly oidc?:
    | (Pick<OidcSignInOptions, 'issuer' | 'clientId' | 'clientSecret'> & {
        readonly connector: OidcConnector;
      })
    | undefined;
  readonly writeAudit: WriteLine;
}

/** A gateway that listens. */
export interface RunningGateway {
  readonly info: GatewayInfo;
  /** Where the portal listens on this machine, whatever it is called outside. */
  readonly localUrl: string;
  close(): Promise<void>;
}

/** How long calls in flight may go on when the gateway stops. */
const GRACE_MS = 5_000;

/** Composes the gateway and opens its three listeners. */
export async function startGateway(o: StartOptions): Promise<RunningGateway> {
  const { directory, clock, host } = o;
  const ring = createAuditRing(clock);
  const writeLine = createAuditLog(o.writeAudit);
  const onAudit = (event: object) => {
    ring.add(event);
    writeLine(event);
  };
  const onProblem = o.onProblem ?? (() => {});

  // The port must be known before the addresses are; until all is up, everybody is told to wait.
  let handle: ReturnType<typeof createListener> = (_request, response) => {
    response.writeHead(503, { 'retry-after': '1' }).end();
  };
  const server = createServer(serverOptions, (request, response) => handle(request, response));
  server.maxHeadersCount = 100;
  const port = await listen(server, o.port, host, '--port');
  const shown = host.includes(':') ? `[${host}]` : host;
  const localUrl = `http://${shown}:${port}`;
  const publicAddress = o.publicAddress ?? localUrl;
  const told = [publicAddress, o.endpointAddress ?? publicAddress];
  const hostnames = new Set(told.map((url) => new URL(url).hostname));
  const names = [...hostnames].filter((name) => !isLoopback(name));
  const locks = createLocks(directory.locks, clock);
  const ca = await createGatewayCa(names, clock);
  const lateInfo = { proxyUrl: '', endpointUrl: '' };
  const info: GatewayInfo = {
    version: '0.0.0',
    publicAddress,
    get proxyUrl() {
      return lateInfo.proxyUrl;
    },
    get endpointUrl() {
      return lateInfo.endpointUrl;
    },
    get caCertificate() {
      return ca.trustedCertificates();
    },
    login: { password: o.users.size > 0, browser: true, oidc: o.oidc !== undefined },
  };
  const running = createService({
    directory,
    clock,
    info,
    region: o.region,
    onAudit,
    audit: ring,
    locks,
    passwords: createPasswords(o.users),
    oidc: o.oidc && {
      connector: o.oidc.connector,
      signIn: createOidcSignIn({
        ...o.oidc,
        redirectUri: `${publicAddress}/login/oidc/callback`,
        clock,
        scopes: [o.oidc.connector.spec.scope ?? []].flat(),
        prompt: o.oidc.connector.spec.prompt,
        acrValues: o.oidc.connector.spec.acr_values,
      }),
    },
  });
  const gateway = createGateway({
    ...o,
    publicAddress,
    signingKeys: createSigningKeyRing({ keys: [await generateSigningKey()], clock }),
    onAudit,
    lockedBy: (who, where) => (typeof who === 'string' ? undefined : locks.reason(who, where)),
    onJoin: running.join,
  });
  running.use(gateway);
  const aws = await createAwsListeners({ ...o, proxy: gateway.proxy, ca, names });
  const outside = names[0] ?? 'localhost';
  lateInfo.proxyUrl = o.proxyAddress ?? `http://${names[0] ?? shown}:${aws.proxyPort}`;
  lateInfo.endpointUrl = o.endpointAddress ?? `https://${outside}:${aws.endpointPort}`;

  const joins = createThrottle({ max: 120, windowMs: 60_000, clock });
  const text = (body: string) => () =>
    new Response(body, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
  const { oidc } = gateway;
  handle = createListener({
    publicAddress,
    trustProxy: o.trustProxy ?? false,
    onProblem,
    mounts: [
      { path: '/healthz', handle: text('ok\n') },
      { path: '/readyz', handle: text('ready\n') },
      ...(oidc ? Object.values(oidc.paths).map((path) => ({ path, handle: oidc.fetch })) : []),
      { path: '/api/', handle: createApi(running.service, onProblem) },
      {
        path: '/v1/',
        handle(request, { address }) {
          joins.attempt(address);
          return gateway.join.fetch(request, address);
        },
      },
      { path: '/', handle: createPortal({ service: running.service, clock, onProblem }) },
    ],
  });
  // Sessions and requests end while calls run in them.
  const watch = setInterval(() => gateway.cut(), 1_000);
  watch.unref();
  return {
    info,
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
