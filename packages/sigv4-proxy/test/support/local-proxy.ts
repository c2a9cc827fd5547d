import { Agent } from 'node:https';
import type { AuditEvent } from '../../src/audit/event.js';
import type { ConnectUpstream } from '../../src/forward/upstream.js';
import { createLocalCa } from '../../src/local-ca/local-ca.js';
import { createLocalProxy, type LocalProxyOptions } from '../../src/node/create-local-proxy.js';
import type { ClientSession, SigV4ProxyOptions } from '../../src/options.js';
import { createSigV4Proxy } from '../../src/proxy.js';
import { ConnectAgent } from './connect-agent.js';
import { LOCAL, ROLE, ROLE_ARN } from './credentials.js';

/** A proxy with both listeners in front of an upstream, and what SDK clients need to use it. */
export async function startLocalProxy(
  upstream: { readonly connect: ConnectUpstream },
  options: Partial<SigV4ProxyOptions<ClientSession>> = {},
  local: Partial<LocalProxyOptions> = {},
) {
  const events: AuditEvent[] = [];
  const proxy = createSigV4Proxy({
    authenticate: async (accessKeyId) =>
      accessKeyId === LOCAL.accessKeyId
        ? { ...LOCAL, session: { user: 'alice', sessionId: 's-1', roleArn: ROLE_ARN } }
        : undefined,
    authorize: async () => ({ decision: 'allow' }),
    credentials: async () => ROLE,
    onAudit: (event) => {
      events.push(event);
    },
    connect: upstream.connect,
    ...options,
  });
  const ca = await createLocalCa();
  const listeners = await createLocalProxy({ proxy, ca, ...local });
  const trusted = ca.trustedCertificates();
  const endpointAgent = new Agent({ keepAlive: true, ca: trusted });
  const connectAgent = new ConnectAgent(listeners.proxyUrl ?? 'http://none.invalid', trusted);
  const common = { region: 'eu-west-1', credentials: LOCAL, maxAttempts: 1 };
  return {
    proxy,
    ca,
    events,
    trusted,
    ...listeners,
    /** Configuration of an SDK client with the proxy as its endpoint. */
    endpoint: {
      ...common,
      endpoint: listeners.endpointUrl ?? '',
      requestHandler: { httpsAgent: endpointAgent },
    },
    /** Configuration of an SDK client that goes to AWS through the proxy. */
    connect: { ...common, requestHandler: { httpsAgent: connectAgent } },
    async stop() {
      endpointAgent.destroy();
      connectAgent.destroy();
      await listeners.close({ graceMs: 0 });
      await proxy.close({ graceMs: 0 });
    },
  };
}
