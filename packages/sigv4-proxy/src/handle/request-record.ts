import type { AuditEvent } from '../audit/event.js';
import { redactQuery } from '../audit/redact-query.js';
import { errorKindOf } from '../error-kinds.js';
import type { SigV4ProxyError } from '../errors.js';
import type { AuthorizedRole, ClientSession } from '../options.js';
import type { ProxyRequest } from '../request.js';
import type { ProxyRuntime } from '../runtime.js';
import type { SpooledBody } from './spool-body.js';

/** What is found out about one request on its way, for the audit event, the counters and the error answer. */
export class RequestRecord {
  readonly id: string;
  readonly startedAt: Date;
  readonly request: ProxyRequest;
  readonly #times: ProxyRuntime['times'];
  userAgent: string | undefined;
  claimedKeyId: string | undefined;
  /** Set once the signature has proven it. */
  session: ClientSession | undefined;
  accessKeyId: string | undefined;
  service: string | undefined;
  region: string | undefined;
  partition: string | undefined;
  host: string | undefined;
  operation: string | undefined;
  role: AuthorizedRole | undefined;
  assumedRoleArn: string | undefined;
  upstreamKeyId: string | undefined;
  payloadMode: string | undefined;
  streamed = false;
  bytesIn = 0;
  bytesOut = 0;
  status: number | undefined;
  awsRequestId: string | undefined;
  awsExtendedRequestId: string | undefined;
  awsErrorCode: string | undefined;
  error: SigV4ProxyError | undefined;
  /** The code of a denying decision. */
  denyCode: string | undefined;
  body: unknown;
  /** Its body, when it was put aside; to be discarded. */
  spooled: SpooledBody | undefined;
  /** Body bytes that are held for it. */
  held = 0;
  /** The slot of its session that it holds. */
  slot: string | undefined;

  constructor(runtime: ProxyRuntime, request: ProxyRequest) {
    this.id = runtime.requestId();
    this.startedAt = runtime.clock();
    this.request = request;
    this.#times = runtime.times;
  }

  /** Which of the three ways the request ended. */
  get outcome(): 'allowed' | 'denied' | 'failed' {
    if (this.error === undefined) return 'allowed';
    const kind = errorKindOf(this.error.code);
    return kind === 'upstream' || kind === 'credentials' || kind === 'internal'
      ? 'failed'
      : 'denied';
  }

  /** The audit event as of now. */
  toEvent(now: Date): AuditEvent {
    const { request, session, role, outcome, error } = this;
    const cut = request.target.indexOf('?');
    return {
      type: outcome === 'allowed' ? 'aws.request' : `aws.request.${outcome}`,
      version: 1,
      id: this.id,
      time: this.#times.format(this.startedAt),
      durationMs: Math.max(0, now.getTime() - this.startedAt.getTime()),
      outcome,
      reason: this.denyCode ?? error?.code,
      user: session?.user,
      sessionId: session?.sessionId ?? this.accessKeyId,
      claimedKeyId: session === undefined ? this.claimedKeyId : undefined,
      clientAddr: request.clientAddress,
      userAgent: this.userAgent,
      mode: request.mode,
      app: session?.app,
      aws: {
        partition: this.partition,
        region: this.region,
        service: this.service,
        host: this.host,
        operation: this.operation,
        roleArn: role?.roleArn,
        sessionName: role?.sessionName,
        sourceIdentity: role?.sourceIdentity,
        externalIdUsed: role === undefined ? undefined : role.externalId !== undefined,
        assumedRoleArn: this.assumedRoleArn,
        accessKeyId: this.upstreamKeyId,
      },
      http: {
        method: request.method,
        path: cut < 0 ? request.target : request.target.slice(0, cut),
        query: cut < 0 ? undefined : redactQuery(request.target.slice(cut + 1)),
        status: this.status,
      },
      awsRequestId: this.awsRequestId,
      awsExtendedRequestId: this.awsExtendedRequestId,
      awsErrorCode: this.awsErrorCode,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      payloadMode: this.payloadMode,
      streamed: this.streamed,
      body: this.body,
    };
  }
}
