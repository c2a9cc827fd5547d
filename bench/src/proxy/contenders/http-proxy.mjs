import http from 'node:http';
import httpProxy from 'http-proxy';
import { createAgent, serve, upstreamPort, upstreamTls } from './shared.mjs';

const proxy = httpProxy.createProxyServer({
  target: `${upstreamTls ? 'https' : 'http'}://127.0.0.1:${upstreamPort}`,
  agent: createAgent(),
  secure: false,
});
proxy.on('error', (_error, _request, response) => response.destroy());
serve(http.createServer((request, response) => proxy.web(request, response)));
