import type { AuditEvent } from '../../src/audit/event.js';
import type { ClientSession, SigV4ProxyOptions } from '../../src/options.js';
import { createSigV4Proxy } from '../../src/proxy.js';
import type { ProxyResponse } from '../../src/response.js';
import { LOCAL, ROLE, ROLE_ARN } from './credentials.js';

/** A proxy without listeners whose AWS is `connect`, and its audit events. */
export function makeProxy(options: Partial<SigV4ProxyOptions<ClientSession>>) {
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
    ...options,
  });
  return { proxy, events };
}

/** The whole body of an answer as text. */
export async function textOf(answer: ProxyResponse): Promise<string> {
  const { body } = answer;
  if (body === undefined || body instanceof Uint8Array) return Buffer.from(body ?? []).toString();
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** A header of an answer, by lower-case name. */
export function headerOf(answer: ProxyResponse, name: string): string | undefined {
  const at = answer.headers.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === name);
  return at < 0 ? undefined : answer.headers[at + 1];
}
