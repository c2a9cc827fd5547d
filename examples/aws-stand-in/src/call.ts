import type { MetricStore } from './cloudwatch/store.js';
import type { ResolvedOptions } from './defaults.js';
import type { DynamoDbMounts } from './dynamodb/mount.js';
import type { Protocol } from './errors/aws-fault.js';
import type { FaultPlan } from './faults.js';
import type { ServiceTarget } from './hosts/classify-host.js';
import type { WireRequest } from './http/wire-request.js';
import type { Directory } from './iam/directory.js';
import type { SessionStore } from './iam/sessions.js';
import type { RecordDraft, RequestLog } from './request-log.js';
import type { BucketStore } from './s3/store.js';
import type { SigninTokens } from './signin/tokens.js';

/** Everything one stand-in holds. */
export interface State {
  readonly options: ResolvedOptions;
  readonly directory: Directory;
  readonly sessions: SessionStore;
  readonly buckets: BucketStore;
  readonly dynamoDb: DynamoDbMounts;
  readonly metrics: MetricStore;
  readonly signinTokens: SigninTokens;
  readonly log: RequestLog;
  readonly faults: FaultPlan;
}

/** One API request on its way through a service. */
export interface Call {
  readonly wire: WireRequest;
  readonly target: ServiceTarget;
  readonly protocol: Protocol;
  readonly requestId: string;
  readonly hostId: string;
  /** The one reading of the clock for this request. */
  readonly now: Date;
  /** Filled in as the request shows more of itself. */
  readonly draft: RecordDraft;
  readonly state: State;
}
