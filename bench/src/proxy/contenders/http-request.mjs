// The plain proxy: http.request with kept connections, pipes both ways.
import http from 'node:http';
import { client, createAgent, serve, upstreamPort } from './shared.mjs';

const agent = createAgent();
serve(
  http.createServer((request, response) => {
    const { method, url, headers } = request;
    const outgoing = client.request(
      { agent, host: '127.0.0.1', port: upstreamPort, method, path: url, headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      },
    );
    outgoing.on('error', () => response.destroy());
    request.pipe(outgoing);
  }),
);
