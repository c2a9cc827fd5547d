// A worker as the README shows it, with AWS on loopback. The environment says where.
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createSigV4Proxy } from '../../../src/index.js';
import { answerParseErrors, closableServer, createRequestListener } from '../../../src/node/index.js';
import { connectSessionStore, createSessionView } from '../../../src/session-store/index.js';

const { UPSTREAM_PORT = '', PROXY_PORT = '', ROLE_KEYS = '' } = process.env;
const sessionStore = connectSessionStore(process);
const logins = createSessionView<{ secretAccessKey: string; user: string; roleArn: string }>({
  store: sessionStore,
  parse: ({ data }) => JSON.parse(data),
});
let stsCalls = 0;
let requests = 0;
/** One role, so one entry: the credentials of this process. */
let cached: Promise<{ accessKeyId: string; secretAccessKey: string }> | undefined;

const proxy = createSigV4Proxy({
  sessionStore,
  async authenticate(accessKeyId) {
    const login = logins.peek(accessKeyId) ?? (await logins.find(accessKeyId));
    if (login === undefined) return undefined;
    const { secretAccessKey, user, roleArn } = login;
    return { accessKeyId, secretAccessKey, session: { user, roleArn } };
  },
  authorize: async () => ({ decision: 'allow' }),
  async credentials() {
    cached ??= Promise.resolve().then(() => {
      stsCalls += 1;
      return JSON.parse(ROLE_KEYS);
    });
    return cached;
  },
  connect: () => connect(Number(UPSTREAM_PORT), '127.0.0.1'),
  requestId() {
    requests += 1;
    return `${process.pid}-${requests}`;
  },
});
const listener = createRequestListener(proxy);
const server = createServer(listener).on('checkContinue', listener.checkContinue);
answerParseErrors(server, proxy);
const close = closableServer(server);
server.listen(Number(PROXY_PORT), '127.0.0.1');

process.on('message', async (message) => {
  if (message === 'stop') {
    process.send?.({ type: 'draining' });
    await close({ graceMs: 20_000, lingerMs: 500 });
    await proxy.close();
    logins.close();
    sessionStore.close();
    process.disconnect();
  }
  if (message === 'tell') {
    const { requests: counted, activeRequests } = proxy.metrics();
    process.send?.({ type: 'told', pid: process.pid, stsCalls, counted, activeRequests });
  }
});
