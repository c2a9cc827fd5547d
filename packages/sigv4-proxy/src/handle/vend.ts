import type { HeaderList } from '../request.js';
import type { ProxyResponse } from '../response.js';
import type { ProxyRuntime } from '../runtime.js';
import type { LateVendedSessions } from '../vended/late-vended-sessions.js';
import { MAX_VENDED_BODY, readVendedResponse } from '../vended/vended-response.js';
import type { VendedPolicy } from './check-vended-call.js';
import { collectBody } from './collect-body.js';
import type { RequestRecord } from './request-record.js';

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
    readonly sessions: Pick<LateVendedSessions, 'add'>;
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
