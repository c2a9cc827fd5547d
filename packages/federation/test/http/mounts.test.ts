import { createServer, type RequestListener } from 'node:http';
import { serve } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import {
  createOidcProvider,
  createSigningKeyRing,
  signingKeyFromPem,
} from '../../src/oidc/index.js';
import { FIRST } from '../support/keys.js';

const provider = createOidcProvider({
  issuer: 'https://access.example.com',
  keys: createSigningKeyRing({ keys: [await signingKeyFromPem(FIRST.privateKey)] }),
});
const { discovery, jwks } = provider.paths;

/** As the README mounts it. */
function expressApp(): RequestListener {
  const app = express();
  app.all([discovery, jwks], async (request, response) => {
    const { method, originalUrl } = request;
    const answer = await provider.fetch(
      new Request(new URL(originalUrl, provider.issuer), { method }),
    );
    response.status(answer.status).set(Object.fromEntries(answer.headers));
    response.end(await answer.text());
  });
  return app;
}

/** As the README mounts it. */
function fastifyApp() {
  const app = Fastify();
  for (const url of [discovery, jwks]) {
    app.all(url, async (request, reply) => {
      const { method } = request;
      const answer = await provider.fetch(
        new Request(new URL(request.url, provider.issuer), { method }),
      );
      reply.code(answer.status).headers(Object.fromEntries(answer.headers));
      return reply.send(await answer.text());
    });
  }
  return app;
}

async function onLoopback(listener: RequestListener, use: (origin: string) => Promise<void>) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    await use(typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '');
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function expectServed(origin: string): Promise<void> {
  const document = await fetch(origin + discovery);
  expect(document.status).toBe(200);
  expect(document.headers.get('cache-control')).toBe('public, max-age=3600');
  expect(document.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await document.json()).toEqual(provider.discovery());
  const keys = await fetch(origin + jwks);
  expect(keys.headers.get('cache-control')).toBe('public, max-age=300');
  expect(await keys.json()).toEqual(await provider.jwks());
  const head = await fetch(origin + jwks, { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(await head.text()).toBe('');
  const post = await fetch(origin + discovery, { method: 'POST' });
  expect(post.status).toBe(405);
  expect(post.headers.get('allow')).toBe('GET, HEAD');
  expect((await fetch(`${origin}/other`)).status).toBe(404);
}

describe('the handler', () => {
  it('mounts in Express', () => onLoopback(expressApp(), expectServed));

  it('mounts in Fastify', async () => {
    const app = fastifyApp();
    try {
      await expectServed(await app.listen({ port: 0, host: '127.0.0.1' }));
    } finally {
      await app.close();
    }
  });

  it('mounts in Hono', async () => {
    const app = new Hono();
    app.all('/.well-known/*', (context) => provider.fetch(context.req.raw));
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      await expectServed(`http://127.0.0.1:${port}`);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
