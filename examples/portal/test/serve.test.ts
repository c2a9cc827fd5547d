import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createWebServer } from '../src/serve.js';

it('asks who comes too early to come again, in a way that programs understand', async () => {
  const { server, serve } = createWebServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/info`;
  const early = await fetch(url);
  expect(early.status).toBe(503);
  expect(early.headers.get('retry-after')).toBe('1');
  expect(await early.json()).toEqual({
    error: { code: 'unavailable', message: 'The gateway is starting: try again in a moment.' },
  });
  serve({
    fetch: () => new Response('here'),
    failure: () => new Response(null, { status: 500 }),
    publicAddress: url,
    trustProxy: false,
    onProblem: () => {},
  });
  expect(await (await fetch(url)).text()).toBe('here');
  server.close();
  server.closeAllConnections();
});
