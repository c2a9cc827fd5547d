// A plain proxy on undici's dispatch: no signatures, streams both ways. For comparison of the clients.
import http from 'node:http';
import { Pool } from 'undici';
import { serve, upstreamPort, upstreamTls } from './shared.mjs';

const pool = new Pool(`${upstreamTls ? 'https' : 'http'}://127.0.0.1:${upstreamPort}`, {
  connections: 256,
  pipelining: 1,
  connect: { rejectUnauthorized: false },
});
const PER_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding']);

class Relay {
  #response;
  constructor(response) {
    this.#response = response;
  }
  onConnect(abort) {
    this.#response.on('close', () => {
      if (!this.#response.writableFinished) abort();
    });
  }
  onHeaders(status, raw, resume) {
    const headers = [];
    for (let i = 0; i < raw.length; i += 2) {
      const name = raw[i].toString('latin1');
      if (!PER_CONNECTION.has(name.toLowerCase()))
        headers.push(name, raw[i + 1].toString('latin1'));
    }
    this.#response.on('drain', resume);
    this.#response.writeHead(status, headers);
    return true;
  }
  onData(chunk) {
    return this.#response.write(chunk);
  }
  onComplete() {
    this.#response.end();
  }
  onError() {
    this.#response.destroy();
  }
}

serve(
  http.createServer((request, response) => {
    const headers = [];
    for (const [name, value] of Object.entries(request.headers)) {
      if (!PER_CONNECTION.has(name)) headers.push(name, value);
    }
    const { method, url: path } = request;
    const hasBody = request.headers['content-length'] !== undefined;
    pool.dispatch({ path, method, headers, body: hasBody ? request : null }, new Relay(response));
  }),
);
