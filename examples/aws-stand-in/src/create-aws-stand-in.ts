import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { State } from './call.js';
import { createMetricStore } from './cloudwatch/store.js';
import { withDefaults } from './defaults.js';
import { dispatch } from './dispatch.js';
import { createDynamoDbMounts } from './dynamodb/mount.js';
import { StandInError } from './errors/stand-in-error.js';
import { createFaultPlan } from './faults.js';
import { createDirectory } from './iam/directory.js';
import { createSessionStore, toCredentials } from './iam/sessions.js';
import { createLoopbackFetch } from './loopback-fetch.js';
import { createRequestLog } from './request-log.js';
import { createBucketStore } from './s3/store.js';
import { createSigninTokens } from './signin/tokens.js';
import type {
  AwsStandIn,
  AwsStandInOptions,
  Credentials,
  RoleSessionOptions,
  TemporaryCredentials,
} from './types.js';

const HOST = '127.0.0.1';

/**
 * A strict AWS in memory: STS, S3, DynamoDB, CloudWatch and the sign-in service, behind one loopback port.
 *
 * @throws {StandInError} `invalid-seed`
 * @example
 * const aws = await createAwsStandIn({ accounts: [{ id: '123456789012', users: [{ name: 'ops' }] }] });
 * await aws.listen();
 */
export async function createAwsStandIn(options: AwsStandInOptions): Promise<AwsStandIn> {
  const resolved = withDefaults(options);
  const { accounts, randomBytes, clock } = resolved;
  const state: State = {
    options: resolved,
    directory: createDirectory(accounts, randomBytes),
    sessions: createSessionStore(resolved.maxSessions, randomBytes),
    buckets: createBucketStore(accounts, clock()),
    dynamoDb: createDynamoDbMounts(),
    metrics: createMetricStore(resolved.maxMetricPoints),
    signinTokens: createSigninTokens(resolved.maxSessions, randomBytes),
    log: createRequestLog(resolved.maxLogEntries),
    faults: createFaultPlan(),
  };
  const server = createServer(state);
  const port = () => {
    const address = server.address();
    if (typeof address === 'object' && address) return address.port;
    throw new StandInError('not-listening', 'The stand-in is not listening: call listen() first.');
  };
  return {
    listen: ({ port: wanted = 0 } = {}) => listen(server, wanted),
    get url() {
      return `${resolved.tls ? 'https' : 'http'}://${HOST}:${port()}`;
    },
    get port() {
      return port();
    },
    close: () => close(server),
    fetch: createLoopbackFetch(() => ({ host: HOST, port: port(), ca: resolved.tls?.cert })),
    requests: state.log.entries,
    clearRequests: () => state.log.clear(),
    credentialsFor: (user) => credentialsFor(state, user),
    roleSession: (roleArn, session) => roleSession(state, roleArn, session),
    issuedCredentials: () => state.sessions.all().map(toCredentials),
    expireSessions: ({ roleArn, sessionName, accessKeyId } = {}) =>
      state.sessions.expire(
        (session) =>
          (roleArn ?? session.role.arn) === session.role.arn &&
          (sessionName ?? session.sessionName) === session.sessionName &&
          (accessKeyId ?? session.accessKeyId) === session.accessKeyId,
        clock(),
      ),
    inject: (fault) => state.faults.inject(fault),
  };
}

function createServer(state: State): Server {
  const { tls } = state.options;
  const server = tls ? createTlsServer({ key: tls.key, cert: tls.cert }) : createHttpServer();
  // Longer than the pools of clients keep a connection, so that no reuse meets a closing one.
  server.keepAliveTimeout = 60_000;
  const serve = (waits: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    dispatch(state, request, response, waits).catch(() => response.destroy());
  };
  server.on('request', serve(false));
  server.on('checkContinue', serve(true));
  return server;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function credentialsFor({ directory }: State, name: string): Credentials {
  const found = [...directory.users.values()].filter(
    (user) => user.arn === name || user.name === name,
  );
  const [user] = found;
  if (!user || found.length > 1) {
    const why = user ? 'is the name of several users; give the ARN' : 'is no seeded user';
    throw new StandInError('unknown-principal', `"${name}" ${why}.`);
  }
  return { accessKeyId: user.accessKeyId, secretAccessKey: user.secretAccessKey };
}

function roleSession(
  { directory, sessions, options }: State,
  roleArn: string,
  session: RoleSessionOptions,
): TemporaryCredentials {
  const role = directory.roles.get(roleArn);
  if (!role) throw new StandInError('unknown-principal', `${roleArn} is no seeded role.`);
  const seconds = session.durationSeconds ?? 3600;
  return toCredentials(
    sessions.issue({
      role,
      sessionName: session.sessionName,
      expiration: new Date(options.clock().getTime() + seconds * 1000),
      source: session.instanceProfile ? 'instance-profile' : 'assume-role',
      tags: new Map(),
      transitiveTagKeys: new Set(),
      sessionPolicies: [],
    }),
  );
}
