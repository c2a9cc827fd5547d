import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFetch } from '../src/aws-clients.js';
import { createUpstream } from '../src/upstream.js';

const server = createServer((request, response) => {
  response.setHeader('x-host', request.headers.host ?? '');
  response.end(`${request.method} ${request.url}`);
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server has an address with a port.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('createUpstream', () => {
  it.each([
    ['nonsense', 'no http or https URL'],
    ['ftp://127.0.0.1', 'no http or https URL'],
    ['http://192.168.0.1:80', 'not on this machine'],
    ['http://127.0.0.1.evil.example', 'not on this machine'],
  ])('refuses %s', (text, reason) => {
    expect(() => createUpstream(text)).toThrow(reason);
  });

  it('leads fetch to one address and keeps the host', async () => {
    const upstream = createUpstream(url);
    const answer = await createFetch(upstream)('https://signin.aws.amazon.com/federation?x=%20');
    expect(answer.headers.get('x-host')).toBe('signin.aws.amazon.com');
    expect(await answer.text()).toBe('GET /federation?x=%20');
    await upstream.dispatcher.close();
  });
});
