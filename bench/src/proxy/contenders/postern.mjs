// The whole proxy by its public API: verifies, authorizes, signs with other credentials, audits. `connect` leads every AWS host
// to the upstream of the bench.
import http from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import { createSigV4Proxy } from '@postern/sigv4-proxy';
import { createRequestListener } from '@postern/sigv4-proxy/node';
import { CLIENT, ROLE } from '../credentials.mjs';
import { serve, upstreamPort, upstreamTls } from './shared.mjs';

let session;
function connect() {
  const to = { port: upstreamPort, host: '127.0.0.1', noDelay: true };
  const socket = upstreamTls
    ? tls.connect({ ...to, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'], session })
    : net.connect(to);
  socket.on('session', (ticket) => {
    session = ticket;
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once(upstreamTls ? 'secureConnect' : 'connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

let events = 0;
const roleArn = 'arn:aws:iam::123456789012:role/bench';
const known = { ...CLIENT, session: { user: 'alice', sessionId: 'session-1', roleArn } };
const allowed = new Set(['dynamodb:GetItem', 's3:PutObject', 's3:GetObject']);
const proxy = createSigV4Proxy({
  authenticate: async (id) => (id === CLIENT.accessKeyId ? known : undefined),
  authorize: async ({ service, operation }) => ({
    decision: allowed.has(`${service}:${operation}`) ? 'allow' : 'deny',
  }),
  credentials: async () => ROLE,
  // What it costs to write the events belongs to the log, not to the proxy.
  onAudit: () => {
    events += 1;
  },
  connect,
  maxConcurrentRequests: 16_384,
  maxRequestsPerIdentity: 16_384,
});
// Unsigned bodies are for TLS listeners only. To compare the proxies and not TLS, this one says so of a plain connection.
const secure = process.env.BENCH_SECURE === '1';
const asSecure = {
  ...proxy,
  handle: (request, o) => proxy.handle({ ...request, secure: true }, o),
};
const listener = createRequestListener(secure ? asSecure : proxy);
const server = http.createServer(listener);
server.on('checkContinue', listener.checkContinue);
serve(server);

process.on('exit', () => {
  if (events === 0) process.stderr.write('postern: there was no audit event\n');
});
