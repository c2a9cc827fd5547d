import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerParseErrors, createRequestListener } from '../../src/node/index.js';
import { makeProxy } from '../support/make-proxy.js';
import { RawClient } from '../support/raw-client.js';

let made: ReturnType<typeof makeProxy>;
let server: Server;
let client: RawClient;

beforeEach(async () => {
  made = makeProxy({ connect: () => Promise.reject(new Error('Nothing may be sent.')) });
  const listener = createRequestListener(made.proxy, { names: ['localhost'] });
  server = createServer(listener).on('checkContinue', listener.checkContinue);
  answerParseErrors(server, made.proxy);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address() as AddressInfo;
  client = await RawClient.open(address.port);
});

afterEach(async () => {
  client.socket.destroy();
  server.closeAllConnections();
  server.close();
  await made.proxy.close();
});

const AUTHORIZATION =
  'Authorization: AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261120/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00';

describe('answerParseErrors', () => {
  it('answers an ambiguous frame in the format of its client and records it', async () => {
    client.write(
      `POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\nContent-Type: application/x-amz-json-1.0\r\n${AUTHORIZATION}\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
    );
    const answer = await client.untilEnd();
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toMatch(/\r\nx-sigv4-proxy-error: endpoint\r\n/i);
    expect(answer).toMatch(/\r\ncontent-type: application\/x-amz-json-1\.0\r\n/i);
    expect(answer).toContain('"__type"');
    expect(made.events).toMatchObject([
      {
        type: 'aws.request.denied',
        reason: 'bad-framing',
        mode: 'endpoint-url',
        clientAddr: '127.0.0.1',
      },
    ]);
    expect(made.proxy.metrics()).toMatchObject({
      activeRequests: 0,
      requests: { denied: 1 },
      errorsByCode: { 'bad-framing': 1 },
    });
  });

  it('answers and records a head that is too long', async () => {
    client.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 4\d\d [\s\S]*too-large/);
    expect(made.events).toMatchObject([{ type: 'aws.request.denied', reason: 'too-large' }]);
  });

  it('records what is no HTTP at all, and answers in plain text', async () => {
    client.write('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03');
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 400 [\s\S]*text\/plain/);
    expect(made.events).toMatchObject([{ type: 'aws.request.denied', reason: 'bad-framing' }]);
  });
});
