import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createAdaptorServer } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRequestListener } from '../../src/node/request-listener.js';
import { serverOptions } from '../../src/node/server-options.js';
import type { SigV4Proxy } from '../../src/proxy.js';
import { createFetchHandler } from '../../src/web/fetch-handler.js';
import { createAwsAnswers } from '../support/aws-answers.js';
import { LOCAL } from '../support/credentials.js';
import { startLocalProxy } from '../support/local-proxy.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

let upstream: Upstream;
let local: Awaited<ReturnType<typeof startLocalProxy>>;

beforeAll(async () => {
  upstream = await startUpstream(createAwsAnswers().answer);
  local = await startLocalProxy(upstream, {}, { endpointPort: false, connectPort: false });
});

afterAll(async () => {
  await local.stop();
  await upstream.close();
});

const mounts: Record<string, (proxy: SigV4Proxy) => Promise<{ server: Server }>> = {
  'node:http': async (proxy) => {
    const listener = createRequestListener(proxy);
    const server = createServer(serverOptions(), listener);
    server.on('checkContinue', listener.checkContinue);
    return { server };
  },
  Express: async (proxy) => {
    const app = express();
    app.use(createRequestListener(proxy));
    app.use(express.json());
    return { server: createServer(serverOptions(), app) };
  },
  Fastify: async (proxy) => {
    const app = fastify({ http: serverOptions() });
    const listener = createRequestListener(proxy);
    // Before Fastify reads the body: signatures are about its raw bytes.
    app.addHook('onRequest', async (request, reply) => {
      reply.hijack();
      listener(request.raw, reply.raw);
    });
    await app.ready();
    return { server: app.server };
  },
  Hono: async (proxy) => {
    const app = new Hono();
    const handler = createFetchHandler(proxy);
    app.all('*', (context) => handler(context.req.raw));
    const server = createAdaptorServer({ fetch: app.fetch });
    // The adaptor can make other servers too; without options it is one of node:http.
    return { server: server as Server };
  },
};

describe.each(Object.entries(mounts))('the proxy in %s', (_name, mount) => {
  let server: Server;
  let config: { region: string; credentials: typeof LOCAL; maxAttempts: number; endpoint: string };

  beforeAll(async () => {
    ({ server } = await mount(local.proxy));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    config = {
      region: 'eu-west-1',
      credentials: LOCAL,
      maxAttempts: 1,
      endpoint: `http://localhost:${port}`,
    };
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('serves DynamoDB', async () => {
    const client = new DynamoDBClient({ ...config });
    const { Item } = await client.send(
      new GetItemCommand({ TableName: 't', Key: { id: { S: '1' } } }),
    );
    expect(Item).toEqual({ id: { S: '1' } });
  });

  it('serves S3 both ways', async () => {
    const client = new S3Client({ ...config, forcePathStyle: true });
    const Body = randomBytes(3 * 1024 * 1024);
    const Key = 'a//b c~ü.txt';
    await client.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body }));
    const got = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
    expect(upstream.refused).toEqual([]);
  });

  it('gives typed errors', async () => {
    const credentials = { ...LOCAL, secretAccessKey: 'wrong' };
    const client = new DynamoDBClient({ ...config, credentials });
    const get = client.send(new GetItemCommand({ TableName: 't', Key: { id: { S: '1' } } }));
    await expect(get).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });
});
