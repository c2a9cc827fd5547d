import { type ConnectionOptions, connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createConnector } from '../../src/forward/connector.js';

vi.mock('node:tls', async (original) => ({
  ...(await original<typeof import('node:tls')>()),
  connect: vi.fn(() => {
    throw new Error('not dialled');
  }),
}));

beforeEach(() => {
  vi.mocked(connect).mockClear();
});
afterEach(() => vi.mocked(connect).mockReset());

describe('connections to AWS', () => {
  it.each([undefined, 'PEM'])('are verified TLS 1.2 or newer, with extra roots %s', async (ca) => {
    const connector = createConnector({ ca, connectTimeoutMs: 1_000 });
    await expect((async () => connector('sts.amazonaws.com', 443))()).rejects.toThrow();
    const [options] = vi.mocked(connect).mock.calls[0] as unknown as [ConnectionOptions];
    expect(options).toMatchObject({
      host: 'sts.amazonaws.com',
      servername: 'sts.amazonaws.com',
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
    });
    // Left out, both mean what is safe.
    expect(options.rejectUnauthorized).toBe(undefined);
    expect(options.checkServerIdentity).toBe(undefined);
  });
});
