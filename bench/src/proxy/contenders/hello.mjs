// No proxy at all: what node:http costs alone.
import http from 'node:http';
import { serve } from './shared.mjs';

const body = Buffer.alloc(300, 'x');
serve(
  http.createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 300 });
      response.end(body);
    });
  }),
);
