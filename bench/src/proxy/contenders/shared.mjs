// What the contenders share: where the upstream is, and how the driver learns their port. Certificates of the upstream are
// not checked by any of them: it is a throw-away one on loopback.
import http from 'node:http';
import https from 'node:https';

export const upstreamPort = Number(process.env.UPSTREAM_PORT);
export const upstreamTls = process.env.UPSTREAM_TLS === '1';
export const client = upstreamTls ? https : http;

/** One agent for all requests; connections are kept, as many as there are clients. */
export function createAgent() {
  return new client.Agent({
    rejectUnauthorized: false,
    keepAlive: true,
    maxSockets: 512,
    maxFreeSockets: 512,
    noDelay: true,
  });
}

/** Listens and tells the driver where. Ends with the driver. */
export function serve(server) {
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  server.listen({ port: 0, host: '127.0.0.1', backlog: 16_384 }, () => {
    process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`);
  });
  process.stdin.resume().on('end', () => process.exit(0));
}
