import { once } from 'node:events';
import { Agent, type AgentOptions } from 'node:https';
import { connect, createServer as createPlainServer } from 'node:net';
import tls, { type ConnectionOptions } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { createStsTransport, JoinIamError } from '../../../src/server/index.js';
import { createCertificates } from '../../support/certificates.js';
import { NOW, refusal } from '../../support/fixtures.js';
import { listen, useLoopback } from '../../support/loopback.js';
import { startStandIn } from '../../support/sts-stand-in.js';

const HOST = 'sts.eu-central-1.amazonaws.com';

const { certificates, sts, join } = useLoopback();

/** Why a connection was not trusted. */
async function faultOf(promise: Promise<unknown>): Promise<string | undefined> {
  const error = await refusal(promise);
  expect(error).toMatchObject({ code: 'sts-unavailable' });
  return error.detail;
}

/** An agent that opens TLS connections its own way. */
function agentWith(options: () => ConnectionOptions): Agent {
  class OwnAgent extends Agent {
    override createConnection() {
      return tls.connect({ host: '127.0.0.1', port: sts().port, ...options() });
    }
  }
  return new OwnAgent();
}

describe('who is trusted', () => {
  afterEach(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  });

  it('not a certificate of an unknown root, whatever the environment says', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    const detail = await faultOf(join({ init: { extraCa: [] } }));
    expect(detail).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN/);
    expect(sts().requests).toEqual([]);
  });

  it('not a certificate for another name', async () => {
    const client = { region: 'eu-west-1' };
    expect(await faultOf(join({ client }))).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(sts().requests).toEqual([]);
  });

  it('not an agent that says it turns verification off', () => {
    for (const options of [
      { rejectUnauthorized: false },
      { checkServerIdentity: () => undefined },
    ]) {
      expect(() => createStsTransport({ agent: new Agent(options) })).toThrowWithCode(
        JoinIamError,
        'invalid-option',
      );
    }
  });

  it('an agent that verifies, also the second time', async () => {
    const agent = new Agent({ keepAlive: true });
    for (let i = 0; i < 2; i += 1) {
      await expect(join({ init: { agent } })).resolves.toMatchObject({ rule: 2 });
    }
    agent.destroy();
  });
});

describe('what an agent opens', () => {
  const secure = (more: ConnectionOptions = {}) => ({
    ca: certificates().ca,
    servername: HOST,
    ...more,
  });

  it('is used when it is verified TLS to the host', async () => {
    const agent = agentWith(() => secure());
    await expect(join({ init: { agent } })).resolves.toMatchObject({ rule: 2 });
  });

  it.each<[string, () => ConnectionOptions, string]>([
    [
      'does not verify',
      () => ({ servername: HOST, rejectUnauthorized: false }),
      'the agent made a connection without verified TLS',
    ],
    [
      'asks for another name and accepts any',
      () => secure({ servername: 'evil.local', checkServerIdentity: () => undefined }),
      'the agent asked for another server name',
    ],
  ])('gets not a byte when it %s', async (_, options, fault) => {
    expect(await faultOf(join({ init: { agent: agentWith(options) } }))).toBe(fault);
    expect(sts().received()).toBe(0);
  });

  it('gets not a byte when its options ask for another name that the certificate has', async () => {
    const options: AgentOptions = { servername: 'sts.us-east-1.amazonaws.com' };
    const detail = await faultOf(join({ init: { agent: new Agent(options) } }));
    expect(detail).toBe('the agent asked for another server name');
    expect(sts().received()).toBe(0);
  });

  it('gets not a byte when it accepts a certificate for another name', async () => {
    const own = await createCertificates(['evil.local']);
    const evil = await startStandIn({ ...own, now: NOW, principals: {} });
    const agent = agentWith(() => ({
      port: evil.port,
      ca: own.ca,
      servername: HOST,
      checkServerIdentity: () => undefined,
    }));
    const detail = await faultOf(join({ init: { agent } }));
    expect(detail).toBe('the agent accepted a certificate for another name');
    expect(evil.received()).toBe(0);
    await evil.close();
  });

  it('gets not a byte when it resumes a session, which shows no certificate', async () => {
    let session: Buffer | undefined;
    class Resuming extends Agent {
      override createConnection() {
        const port = sts().port;
        const socket = tls.connect({ host: '127.0.0.1', port, ...secure(), session });
        socket.on('session', (ticket: Buffer) => {
          session = ticket;
        });
        return socket;
      }
    }
    const agent = new Resuming();
    await expect(join({ init: { agent } })).resolves.toMatchObject({ rule: 2 });
    expect(session).toBeDefined();
    expect(await faultOf(join({ init: { agent } }))).toMatch(/another name/);
    expect(sts().requests).toHaveLength(1);
  });

  it('gets not a byte over plain TCP', async () => {
    let received = 0;
    const plain = createPlainServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        received += chunk.length;
      });
    });
    const port = await listen(plain);
    class PlainAgent extends Agent {
      override createConnection() {
        return connect(port, '127.0.0.1');
      }
    }
    const detail = await faultOf(join({ init: { agent: new PlainAgent() } }));
    expect(detail).toBe('the agent made a connection without TLS');
    plain.close();
    await once(plain, 'close');
    expect(received).toBe(0);
  });
});

describe('TLS 1.1', () => {
  const OLD = 'DEFAULT:@SECLEVEL=0';
  const { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS } = tls;

  afterEach(() => {
    tls.DEFAULT_MIN_VERSION = DEFAULT_MIN_VERSION;
    tls.DEFAULT_CIPHERS = DEFAULT_CIPHERS;
  });

  async function oldServer() {
    const server = await startStandIn({
      ...certificates(),
      now: NOW,
      principals: {},
      tls: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: OLD },
    });
    return { server, connectTo: () => ({ host: '127.0.0.1', port: server.port }) };
  }

  it('is refused in the handshake, also when the process would allow it', async () => {
    const { server, connectTo } = await oldServer();
    tls.DEFAULT_MIN_VERSION = 'TLSv1.1';
    tls.DEFAULT_CIPHERS = OLD;
    expect(await faultOf(join({ init: { connectTo } }))).toMatch(/^ERR_SSL_|^EPROTO|^ECONNRESET/);
    expect(server.received()).toBe(0);
    await server.close();
  });

  it('is refused before a byte is written, when an agent agrees on it', async () => {
    const { server, connectTo } = await oldServer();
    const agent = new Agent({ minVersion: 'TLSv1.1', ciphers: OLD });
    expect(await faultOf(join({ init: { connectTo, agent } }))).toBe('the agent agreed on TLSv1.1');
    expect(server.received()).toBe(0);
    await server.close();
  });
});
