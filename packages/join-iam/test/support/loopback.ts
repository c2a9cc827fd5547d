import { once } from 'node:events';
import type { Server } from 'node:net';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import {
  createStsTransport,
  type StsTransportInit,
  verifyJoinRequest,
} from '../../src/server/index.js';
import { createCertificates } from './certificates.js';
import { CREDENTIALS, IDENTITY, NOW, startJoin } from './fixtures.js';
import { type Behaviour, type Principal, startStandIn } from './sts-stand-in.js';

const HOSTS = ['sts.eu-central-1.amazonaws.com', 'sts.us-east-1.amazonaws.com'];

const PRINCIPAL: Principal = {
  secretAccessKey: CREDENTIALS.secretAccessKey,
  sessionToken: CREDENTIALS.sessionToken,
  identity: IDENTITY,
};

/** A join over real TLS on loopback, with a stand-in of its own for every test of the file. */
export function useLoopback() {
  let certificates: Awaited<ReturnType<typeof createCertificates>>;
  let sts: Awaited<ReturnType<typeof startStandIn>>;

  beforeAll(async () => {
    certificates = await createCertificates(HOSTS);
  });

  beforeEach(async () => {
    sts = await startStandIn({
      ...certificates,
      now: NOW,
      principals: {
        [CREDENTIALS.accessKeyId]: PRINCIPAL,
        ASIAEXPIRED0000EXAMPLE: { ...PRINCIPAL, expired: true },
      },
    });
  });

  afterEach(() => sts.close());

  function transport(init: StsTransportInit = {}) {
    return createStsTransport({
      connectTo: () => ({ host: '127.0.0.1', port: sts.port }),
      extraCa: [certificates.ca],
      ...init,
    });
  }

  async function join(
    q: {
      behaviours?: Behaviour[];
      client?: Parameters<typeof startJoin>[0];
      init?: StsTransportInit;
      timeoutMs?: number;
      maxRetries?: number;
      signal?: AbortSignal;
    } = {},
  ) {
    const { request, options } = await startJoin(q.client);
    sts.next(...(q.behaviours ?? []));
    return verifyJoinRequest(request, {
      ...options,
      transport: transport(q.init),
      timeoutMs: q.timeoutMs,
      maxRetries: q.maxRetries ?? 0,
      signal: q.signal,
    });
  }

  return { certificates: () => certificates, sts: () => sts, transport, join };
}

/** Listens on loopback and tells the port. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
