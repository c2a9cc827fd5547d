import type { AwsCredentialIdentity, Logger, RequestSigner } from '@smithy/types';
import type { Dispatcher } from 'undici';
import type { AuditEvent } from './audit/event.js';
import type { LookupAddresses } from './forward/connector.js';
import type { ConnectUpstream } from './forward/upstream.js';
import type { ProxyMode } from './request.js';
import type { SessionStore } from './session-store/session-store.js';
import type { ClientCredential } from './sigv4/check-signature.js';
import type { TargetOptions } from './target/target-options.js';

/** For whom the proxy acts, as the embedder's `authenticate` found it. Nothing of it may be a secret: it is audited. */
export interface ClientSession {
  /** The user or job. */
  readonly user: string;
  /** Groups the requests of one login in audit events and limits. Default: the access key id. */
  readonly sessionId?: string | undefined;
  /** When the identity ends; requests from then on get `session-expired`. Default: no such end. */
  readonly expiresAt?: Date | undefined;
  /** The role the user has chosen; used where `authorize` names none. */
  readonly roleArn?: string | undefined;
  /** The application of the access gateway that the user opened. */
  readonly app?: ClientSessionApp | undefined;
}

/** The application of a session, as audit events show it. */
export interface ClientSessionApp {
  readonly name: string;
  readonly uri?: string | undefined;
  readonly publicAddr?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** What `authenticate` gives for a known key: the secret to verify with, and the session behind it. */
export type AuthenticatedKey<Session extends ClientSession = ClientSession> = ClientCredential & {
  readonly session: Session;
};

/** A verified request as the decision sees it. Every field comes from what the client signed. */
export interface AwsRequest {
  readonly partition: string;
  /** The signing name, for example `s3` or `dynamodb`. */
  readonly service: string;
  /** The region it is signed for; undefined where SigV4A names a set. */
  readonly region: string | undefined;
  /** The AWS host it will be sent to. */
  readonly host: string;
  readonly method: string;
  /** The raw path. */
  readonly path: string;
  /** For example `GetItem`; undefined when it cannot be told from the request. */
  readonly operation: string | undefined;
  readonly mode: ProxyMode;
  /** Set when the request is signed with credentials that AWS handed out through the proxy: whose they are. */
  readonly assumedRoleArn?: string | undefined;
}

/** The role whose credentials sign the request upstream. */
export interface AuthorizedRole {
  readonly roleArn: string;
  readonly sessionName?: string | undefined;
  readonly sourceIdentity?: string | undefined;
  readonly externalId?: string | undefined;
}

/** Why something was decided, in a sentence; results of other libraries with a `message` fit. */
export type AuthorizationReason = string | { readonly message: string };

/** The answer of `authorize`. A decision of an RBAC library with the same two words fits as it is. */
export type Authorization =
  | {
      readonly decision: 'allow';
      /** Default: the role of the session. */
      readonly role?: AuthorizedRole | undefined;
      readonly reasons?: readonly AuthorizationReason[] | undefined;
    }
  | {
      readonly decision: 'deny';
      /** Goes to the audit event. */
      readonly code?: string | undefined;
      /** Goes to the client; say what to do. Default: a sentence with user, action and reasons. */
      readonly message?: string | undefined;
      readonly reasons?: readonly AuthorizationReason[] | undefined;
    };

/** What happens with calls that are made without any signature, such as `AssumeRoleWithWebIdentity`. */
export interface UnsignedOperation {
  /** Signing name, for example `sts`. */
  readonly service: string;
  /** Operation name, or `*` for all of the service. */
  readonly operation: string;
}

/** Which locally presigned URLs may be made to work outside the proxy. */
export interface PresignExchangePolicy {
  /** Seconds such a URL lives at most. Default 3,600. */
  readonly maxExpiresSeconds?: number | undefined;
  /** Default `GET` and `HEAD`. */
  readonly methods?: readonly string[] | undefined;
  /** AWS hosts; `*` stands for any text. Default: all that may be signed for. */
  readonly hosts?: readonly string[] | undefined;
}

/** Makes a signer for one role session; smithy's `SignatureV4` and our own `createRequestSigner` fit. */
export type SignerFactory = (o: {
  readonly credentials: AwsCredentialIdentity;
  readonly region: string;
  readonly service: string;
}) => RequestSigner;

/** Sizes, counts and times. Every one can be changed; the defaults suit one machine with a few users. */
export interface SigV4ProxyLimits {
  /** Requests at a time over all identities. Default 256. */
  readonly maxConcurrentRequests: number;
  /** Requests at a time of one session. Default 64. */
  readonly maxRequestsPerIdentity: number;
  /** Milliseconds that each call of `authenticate`, `authorize` and `credentials` may take. Default 30,000. */
  readonly callTimeoutMs: number;
  /** Milliseconds a body may stand still, either way. Default 60,000. */
  readonly idleTimeoutMs: number;
  /** Milliseconds to reach AWS, TLS included. Default 10,000. */
  readonly connectTimeoutMs: number;
  /** Milliseconds until AWS has begun to answer; raise it for long calls such as a synchronous Lambda. Default 300,000. */
  readonly responseHeaderTimeoutMs: number;
  /** Milliseconds AWS may take to answer `Expect: 100-continue`; then the body goes out unasked. Default 1,000. */
  readonly continueTimeoutMs: number;
  /** Bytes of a body without a hash that are kept in memory to be hashed. Default 16 MiB. */
  readonly maxBufferedBody: number;
  /** Bytes of such a body that may go to a private temporary file beyond that; 0 forbids it. Default 80 MiB. */
  readonly maxSpooledBody: number;
  /**
   * Bytes of such bodies, beyond short ones, held at a time for one access key, in memory and in files. They are read before
   * the signature is proven. Default 256 MiB.
   */
  readonly maxHeldBodyBytes: number;
  /** Connections to one AWS host for one session. Default 256. */
  readonly maxConnections: number;
  /** Audit events waiting for a sink that has not answered. Default 1,024. */
  readonly maxPendingAuditEvents: number;
  /** Milliseconds an answer waits for its audit event with `onAuditFailure: 'deny'`. Default 10,000. */
  readonly auditTimeoutMs: number;
}

/** Options of `createSigV4Proxy`. */
export interface SigV4ProxyOptions<Session extends ClientSession = ClientSession>
  extends Partial<SigV4ProxyLimits>,
    Omit<TargetOptions, 'listener' | 'routes'> {
  /**
   * `responseHeaderTimeoutMs` of single services, by signing name: `{ lambda: 900_000 }` for synchronous calls that run as long
   * as a function may. Milliseconds.
   */
  readonly responseHeaderTimeoutMsOf?: Readonly<Record<string, number>> | undefined;
  /**
   * Looks an access key up. Called *before* the signature is verified: the key id is attacker-controlled, the caller unproven.
   *
   * @returns undefined for an unknown key
   */
  authenticate(accessKeyId: string): Promise<AuthenticatedKey<Session> | undefined>;
  /** Decides about a request whose signature, time and target have been verified. */
  authorize(request: AwsRequest, session: Session): Promise<Authorization>;
  /**
   * Credentials of the role, from a cache that the embedder owns. `expired` names credentials that AWS has just called expired:
   * answer with fresh ones.
   */
  credentials(
    role: AuthorizedRole,
    session: Session,
    o?: { readonly expired?: AwsCredentialIdentity | undefined },
  ): Promise<AwsCredentialIdentity>;
  /** Where audit events go, one for every request whatever its outcome. Default: nowhere. */
  onAudit?: ((event: AuditEvent) => void | Promise<void>) | undefined;
  /**
   * `deny`: no response is released before its event is written, and none when that fails. `allow`: events wait in a bounded
   * queue and are counted when lost. Default `allow`.
   */
  readonly onAuditFailure?: 'allow' | 'deny' | undefined;
  /**
   * Calls without a signature. Those that hand out credentials, such as `AssumeRoleWithWebIdentity`, need `vendedCredentials:
   * 'remember'` as well: there is no session that virtual ones could belong to. Default `reject`.
   */
  readonly anonymous?: 'reject' | 'pass' | readonly UnsignedOperation[] | undefined;
  /** Presigned URLs of keys the proxy does not know; `pass` sends them unchanged, in connect mode only. Default `reject`. */
  readonly foreignPresigned?: 'reject' | 'pass' | undefined;
  /** Allows `exchangePresignedUrl`. Default: not allowed. */
  readonly presignExchange?: PresignExchangePolicy | undefined;
  /** What happens to credentials in responses of `AssumeRole` and its relatives. Default `virtual`. */
  readonly vendedCredentials?: 'virtual' | 'remember' | 'deny' | undefined;
  /**
   * Where several processes share handed-out credentials and revocations. It holds secrets. Default: the memory of this process,
   * and nothing is shared.
   */
  readonly sessionStore?: SessionStore | undefined;
  /** `decode` sends chunk-signed uploads as plain bodies instead of signing every chunk again. Default `resign`. */
  readonly chunkedMode?: 'resign' | 'decode' | undefined;
  /** Services whose JSON request bodies go into audit events, with the members to hide. Default: none. */
  readonly auditBodies?:
    | Readonly<Record<string, { readonly redact?: readonly string[] | undefined }>>
    | undefined;
  /** Whether error messages may name ARNs of the upstream role. Default false. */
  readonly verboseErrors?: boolean | undefined;
  /** Signs in place of our own core; only its Authorization header is used, and presigned URLs stay with the core. */
  readonly signer?: SignerFactory | undefined;
  /** Opens connections to AWS; see {@link ConnectUpstream}. Default: DNS, checked addresses, TLS. */
  readonly connect?: ConnectUpstream | undefined;
  /** Resolves names of AWS hosts. Default: the system's resolver. */
  readonly lookup?: LookupAddresses | undefined;
  /**
   * Roots to trust for AWS besides those that come with Node, PEM. Roots that the environment adds to them
   * (`NODE_EXTRA_CA_CERTS`) count only without this option: name them here as well.
   */
  readonly upstreamCa?: string | readonly string[] | undefined;
  /** An undici dispatcher that sends instead of the built-in client; then its own connection rules hold. */
  readonly dispatcher?: Dispatcher | undefined;
  /** The current time. Default: the wall clock. */
  readonly clock?: (() => Date) | undefined;
  /** A unique id for each request. Default: random UUIDs. */
  readonly requestId?: (() => string) | undefined;
  /** Problems that concern the operator, not the client. Default: none. */
  readonly logger?: Logger | undefined;
}
