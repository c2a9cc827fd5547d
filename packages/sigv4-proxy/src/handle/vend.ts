import { SigV4ProxyError } from '../errors.js';
import type { SigV4ProxyOptions } from '../options.js';
import type { HeaderList } from '../request.js';
import type { ProxyResponse } from '../response.js';
import type { ProxyRuntime } from '../runtime.js';
import { findVendedCall, type VendedCall } from '../vended/find-vended-call.js';
import { MAX_VENDED_BODY, readVendedResponse } from '../vended/vended-response.js';
import type { VendedSessions } from '../vended/vended-sessions.js';
import { collectBody } from './collect-body.js';
import type { RequestRecord } from './request-record.js';

/** What becomes of credentials that AWS hands out. */
export type VendedPolicy = NonNullable<SigV4ProxyOptions['vendedCredentials']>;

/**
 * Finds out whether a request asks AWS for credentials, and refuses it where that is the policy.
 *
 * @throws SigV4ProxyError `denied`
 */
export function checkVendedCall(
  service: string,
  operation: string | undefined,
  policy: VendedPolicy,
): VendedCall | undefined {
  const call = findVendedCall(service, operation);
  if (call !== undefined && policy === 'deny') {
    throw new SigV4ProxyError(
      'denied',
      `${call.action} hands out credentials, which is not allowed here.`,
    );
  }
  return call;
}

/** An answer that is looked into must come uncompressed. */
export function uncompressed(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => name.toLowerCase() !== 'accept-encoding');
}

/** Who gets the credentials. */
export interface VendRecipient {
  readonly record: RequestRecord;
  /** The key the request was signed with. */
  readonly ownerKeyId: string;
  readonly rootKeyId: string;
  readonly notAfter: Date | undefined;
}

/**
 * Takes the credentials out of AWS's answer. With policy `virtual` the client gets throw-away ones in their place and the real
 * ones never leave the process; with `remember` the answer stays and the proxy knows the keys from then on.
 *
 * @throws SigV4ProxyError `upstream` when the answer cannot be read: it is not passed on then
 */
export async function vend(
  answer: ProxyResponse,
  recipient: VendRecipient,
  o: {
    readonly policy: VendedPolicy;
    readonly sessions: VendedSessions;
    readonly runtime: ProxyRuntime;
  },
): Promise<ProxyResponse> {
  if (answer.status !== 200 || answer.body === undefined) return answer;
  const body =
    answer.body instanceof Uint8Array
      ? answer.body
      : await collectBody(answer.body, undefined, MAX_VENDED_BODY);
  const found = readVendedResponse({ status: answer.status, headers: pairs(answer.headers), body });
  if (found === undefined) return { ...answer, body };
  const { ownerKeyId, rootKeyId, notAfter, record } = recipient;
  const mode = o.policy === 'remember' ? 'remember' : 'virtual';
  const { assumedRoleArn, credentials: real } = found;
  const added = await o.sessions.add({
    real,
    mode,
    ownerKeyId,
    rootKeyId,
    notAfter,
    assumedRoleArn,
  });
  recordIssued(o.runtime, record, { assumedRoleArn, accessKeyId: real.accessKeyId });
  if (mode === 'remember') return { ...answer, body };
  const replaced = found.replace(added.client);
  return { ...answer, headers: replaced.headers.flat(), body: replaced.body };
}

function recordIssued(
  runtime: ProxyRuntime,
  record: RequestRecord,
  issued: { readonly assumedRoleArn: string | undefined; readonly accessKeyId: string },
): void {
  const now = runtime.clock();
  const event = record.toEvent(now);
  const written = runtime.audit.write({
    ...event,
    type: 'aws.credentials.issued',
    id: runtime.requestId(),
    time: now.toISOString(),
    durationMs: 0,
    aws: { ...event.aws, assumedRoleArn: issued.assumedRoleArn, accessKeyId: issued.accessKeyId },
  });
  // In strict mode the request's own event decides about the answer; this one is counted when lost.
  written?.catch(() => {});
}

function pairs(flat: readonly string[]): HeaderList {
  const list: [string, string][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) list.push([flat[i] ?? '', flat[i + 1] ?? '']);
  return list;
}
