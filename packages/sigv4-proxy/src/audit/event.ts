import type { SigV4ProxyErrorCode } from '../errors.js';
import type { ProxyMode } from '../request.js';

/** What an audit event is about. */
export type AuditEventType =
  | 'aws.request'
  | 'aws.request.denied'
  | 'aws.request.failed'
  | 'aws.tunnel'
  | 'aws.credentials.issued'
  | 'aws.session.start'
  | 'aws.session.end';

/** The application of the access gateway behind a session. */
export interface AuditApp {
  readonly name: string;
  readonly uri?: string | undefined;
  readonly publicAddr?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** The AWS side of an event. */
export interface AuditAws {
  readonly partition?: string | undefined;
  /** The region signed for, or the region set of SigV4A. */
  readonly region?: string | undefined;
  /** The signing name. */
  readonly service?: string | undefined;
  readonly host?: string | undefined;
  readonly operation?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly sessionName?: string | undefined;
  readonly sourceIdentity?: string | undefined;
  /** Whether the role was assumed with an external id; the id itself is not told. */
  readonly externalIdUsed?: boolean | undefined;
  /** The role session whose virtual credentials signed the request. */
  readonly assumedRoleArn?: string | undefined;
  /** The key id of the *upstream* session, as CloudTrail shows it. */
  readonly accessKeyId?: string | undefined;
}

/** The HTTP side of an event. */
export interface AuditHttp {
  readonly method: string;
  /** The raw path. */
  readonly path: string;
  /** The raw query; values of signatures, tokens and credentials are replaced. */
  readonly query?: string | undefined;
  readonly status?: number | undefined;
}

/**
 * One event: what a session did and what came of it. It never holds secrets, tokens, signatures or Authorization headers, so it
 * can go to any log. Texts from the client (`userAgent`, path, query, body) are attacker-controlled.
 */
export interface AuditEvent {
  readonly type: AuditEventType;
  /** The version of this shape. */
  readonly version: 1;
  /** Unique; for requests the id that the client sees in `x-sigv4-proxy-request-id`. */
  readonly id: string;
  /** When it began, ISO 8601 in UTC. */
  readonly time: string;
  readonly durationMs: number;
  /**
   * `allowed` says that AWS answered, whatever the status, and that the answer went out whole. An event that is written before
   * its answer is released (`onAuditFailure: 'deny'`) cannot know the latter: when the answer is cut on its way, a second event
   * of the same `id` says `failed`. A raw tunnel then has two events of one `id` as well, before its first byte and after its
   * last.
   */
  readonly outcome: 'allowed' | 'denied' | 'failed';
  /** Why it was denied or failed: a code of this package, or the code of the decision. */
  readonly reason?: SigV4ProxyErrorCode | string | undefined;
  /** The user as far as the signature has proven it; a claim in `claimedKeyId` otherwise. */
  readonly user?: string | undefined;
  readonly sessionId?: string | undefined;
  /** The key id of a client whose signature did not prove it. Attacker-controlled. */
  readonly claimedKeyId?: string | undefined;
  readonly clientAddr?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly mode?: ProxyMode | undefined;
  readonly app?: AuditApp | undefined;
  readonly aws?: AuditAws | undefined;
  readonly http?: AuditHttp | undefined;
  readonly awsRequestId?: string | undefined;
  readonly awsExtendedRequestId?: string | undefined;
  readonly awsErrorCode?: string | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly payloadMode?: string | undefined;
  /** Whether the request body went on without being held. */
  readonly streamed?: boolean | undefined;
  /** The JSON request body, for services that opted in. */
  readonly body?: unknown;
}
