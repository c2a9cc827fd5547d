import type { JoinIamError, JoinIamErrorCode, JoinIamErrorStage } from '../errors.js';
import { safeText } from '../wire/safe-text.js';
import type { CallerIdentity } from './sts/read-caller-identity.js';

/**
 * One attempt, for the audit log. All texts are fit for logs; none of them is a signature, a session token or
 * a signed request.
 */
export interface JoinAuditRecord {
  readonly time: Date;
  readonly outcome: 'joined' | 'refused' | 'failed';
  /** How far the attempt came. */
  readonly stage: JoinIamErrorStage | 'joined';
  /** Absent when the joiner was admitted. */
  readonly code?: JoinIamErrorCode | undefined;
  readonly reason?: string | undefined;
  /** What the error says to operators. */
  readonly detail?: string | undefined;
  /** Join parameters as the joiner gave them: not proven. */
  readonly tokenName: string;
  readonly role: string;
  readonly nodeName?: string | undefined;
  readonly remoteAddress?: string | undefined;
  /** The rule that admitted. */
  readonly rule?: number | undefined;
  readonly stsHost?: string | undefined;
  readonly stsRequestId?: string | undefined;
  /** A claim of the joiner until `identityVerified` is true. */
  readonly accessKeyId?: string | undefined;
  readonly identityVerified: boolean;
  /** Present once STS has answered, also when the rules refuse. */
  readonly account?: string | undefined;
  readonly arn?: string | undefined;
  readonly userId?: string | undefined;
}

/** Receives one record for each attempt, before the attempt's result. When it throws, nobody is admitted. */
export type JoinAuditSink = (record: JoinAuditRecord) => void | Promise<void>;

/** What is learned in the course of an attempt. */
export interface AttemptFacts {
  parameters: Readonly<Record<string, string>>;
  remoteAddress?: string | undefined;
  stsHost?: string | undefined;
  stsRequestId?: string | undefined;
  accessKeyId?: string | undefined;
  identity?: CallerIdentity | undefined;
  rule?: number | undefined;
}

/** The longest ARN an identity can have. */
const MAX_ARN = 2_048;

/** Puts a record together. */
export function toAuditRecord(
  time: Date,
  facts: AttemptFacts,
  error: JoinIamError | undefined,
): JoinAuditRecord {
  const { parameters, identity } = facts;
  const failed = error !== undefined && (error.retryable || error.stage === 'configuration');
  return Object.freeze({
    time,
    outcome: error === undefined ? 'joined' : failed ? 'failed' : 'refused',
    stage: error === undefined ? 'joined' : error.stage,
    code: error?.code,
    reason: error?.reason,
    detail: error?.detail,
    tokenName: safe(ownText(parameters, 'tokenName')) ?? '',
    role: safe(ownText(parameters, 'role')) ?? '',
    nodeName: safe(ownText(parameters, 'nodeName')),
    remoteAddress: safe(facts.remoteAddress),
    rule: facts.rule,
    stsHost: facts.stsHost,
    stsRequestId: safe(facts.stsRequestId),
    accessKeyId: safe(facts.accessKeyId),
    identityVerified: identity !== undefined,
    account: identity?.account,
    // Whole, however long: a record must name exactly who was proven.
    arn: identity && safeText(identity.arn, MAX_ARN),
    userId: identity?.userId,
  });
}

function ownText(parameters: Readonly<Record<string, string>>, name: string): string | undefined {
  // Refused parameters are recorded too, whatever they are.
  const isRecord = typeof parameters === 'object' && parameters !== null;
  const value: unknown = isRecord && Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function safe(text: string | undefined): string | undefined {
  return text === undefined ? undefined : safeText(text);
}
