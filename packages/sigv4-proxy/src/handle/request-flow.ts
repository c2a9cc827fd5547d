import type { AwsCredentialIdentity } from '@smithy/types';
import { redactBody } from '../audit/redact-body.js';
import { SigV4ProxyError } from '../errors.js';
import type { UpstreamClient } from '../forward/upstream.js';
import type { ClientSession, SigV4ProxyOptions } from '../options.js';
import type { ProxyRequest, RawRequest } from '../request.js';
import type { ProxyResponse } from '../response.js';
import type { ProxyRuntime } from '../runtime.js';
import { type ParsedSignature, parseSignature } from '../sigv4/parse-signature.js';
import { createSigningCache } from '../sigv4/signing-cache.js';
import { resolveTarget } from '../target/resolve-target.js';
import type { TargetOptions } from '../target/target-options.js';
import { anonymousRequest, checkConnectHost } from './anonymous-request.js';
import { checkFrame, type Frame } from './check-frame.js';
import { decide } from './decide.js';
import { obtainCredentials } from './obtain-credentials.js';
import { passThrough } from './pass-through.js';
import { readRequest } from './read-request.js';
import type { RequestRecord } from './request-record.js';
import { createSender, relay } from './send-upstream.js';
import { Slots } from './slots.js';
import { nameOperation } from './temporary-operation.js';

/** The way of a request through the proxy. */
export interface RequestFlow {
  /** @throws SigV4ProxyError why the request is refused or has failed */
  run(record: RequestRecord, signal: AbortSignal | undefined): Promise<ProxyResponse>;
  /** Frees what the request took. */
  release(record: RequestRecord): void;
  forget(accessKeyId: string): void;
  clear(): void;
}

/**
 * Builds the numbered sequence that every request goes through. Each step may use only what the steps before it have proven.
 *
 * @param o the embedder's functions and policies
 * @param runtime clock, limits, counters
 * @param upstream the way to AWS
 */
export function createRequestFlow<Session extends ClientSession>(
  o: SigV4ProxyOptions<Session>,
  runtime: ProxyRuntime,
  upstream: UpstreamClient,
): RequestFlow {
  const { limits, counters } = runtime;
  const clientKeys = createSigningCache();
  const upstreamKeys = createSigningCache();
  const slots = new Slots(limits.maxRequestsPerIdentity, 'requests of one session');
  const send = createSender({
    chunkedMode: o.chunkedMode ?? 'resign',
    clock: runtime.clock,
    cache: upstreamKeys,
    signer: o.signer,
    upstream,
  });

  /** Undefined when there is no signature at all; every other fault throws. */
  const tryParse = (raw: RawRequest): ParsedSignature | undefined => {
    try {
      return parseSignature(raw, { cache: clientKeys });
    } catch (error) {
      if (error instanceof SigV4ProxyError && error.code === 'missing-auth') return undefined;
      throw error;
    }
  };

  const run = async (
    record: RequestRecord,
    signal: AbortSignal | undefined,
  ): Promise<ProxyResponse> => {
    const { request } = record;
    // 1 parse: one frame, one signature.
    const frame = checkFrame(request);
    record.userAgent = frame.userAgent;
    const { method, headers } = request;
    const parsed = tryParse({ method, target: frame.target, headers });
    if (parsed === undefined) {
      return anonymousRequest(o.anonymous, record, frame, { upstream, runtime, signal });
    }
    const { accessKeyId, service, region } = parsed.authorization;
    record.claimedKeyId = accessKeyId;
    record.service = service;
    record.region = region ?? undefined;

    // 2 who: the key is known. Nothing is proven yet.
    const known = await o.authenticate(accessKeyId);

    // 3 verify: from here on the session is proven.
    const now = runtime.clock();
    const checked = parsed.check({
      credentials: known,
      now,
      secure: request.secure,
      foreignPresigned: request.mode === 'connect' ? o.foreignPresigned : 'reject',
    });
    record.payloadMode = checked.payload.mode;
    const read = await readRequest(request, frame, checked, runtime, record);
    if (known === undefined) {
      // A presigned URL of someone else's key: it goes out as it is, or not at all.
      const host = foreignHost(record, frame);
      return passThrough(upstream, { record, frame, host, body: undefined, signal });
    }
    const { session } = known;
    record.accessKeyId = accessKeyId;
    record.session = session;
    const slot = session.sessionId ?? accessKeyId;
    slots.take(slot);
    record.slot = slot;

    // 4 target: host and scope agree, and the host is AWS's.
    const destination = resolveTarget(
      {
        mode: request.mode,
        host: frame.host ?? '',
        connectTarget: request.connectTarget,
        serverName: request.serverName,
        scope: { service, region },
        algorithm: parsed.authorization.algorithm,
        method,
        path: frame.target,
        target: frame.amzTarget,
        headers,
      },
      targetOptionsOf(o, request),
    );
    record.host = destination.host;
    record.partition = destination.partition;
    record.region = destination.signingRegion ?? destination.signingRegionSet?.join(',');
    record.operation = nameOperation({
      service: destination.signingName,
      method,
      target: frame.target,
      headers,
      body: read.body,
    }).operation;
    const capture = o.auditBodies?.[service];
    if (capture !== undefined && read.body !== undefined) {
      record.body = redactBody(read.body, frame.contentType, capture.redact);
    }

    // 5 decide.
    const role = await decide(
      (question) => o.authorize(question, session),
      {
        partition: destination.partition,
        service: destination.signingName,
        region: destination.signingRegion,
        host: destination.host,
        method,
        path: pathOf(frame.target),
        operation: record.operation,
        mode: request.mode,
      },
      session,
      now,
      record,
    );

    // 6 to 8 credentials, signature, forward; once more when AWS calls the credentials expired and the body is in hand.
    const ready = { record, frame, read, client: known, destination, signal, poolKey: slot };
    const credentials = (expired?: AwsCredentialIdentity): Promise<AwsCredentialIdentity> => {
      counters.credentialsCalls += 1;
      const call = () =>
        o.credentials(role, session, expired === undefined ? undefined : { expired });
      return obtainCredentials(call, role, o.verboseErrors ?? false);
    };
    const first = await send(ready, await credentials());
    if (!first.expired || read.streams) return relay(record, first);
    counters.expiredRetries += 1;
    return relay(record, await send(ready, await credentials(first.credentials)));
  };

  return {
    run,
    release(record) {
      if (record.slot !== undefined) slots.free(record.slot);
    },
    forget(accessKeyId) {
      clientKeys.forget(accessKeyId);
    },
    clear() {
      clientKeys.clear();
      upstreamKeys.clear();
    },
  };
}

function foreignHost(record: RequestRecord, frame: Frame): string {
  const host = checkConnectHost(record.request, frame.host ?? '');
  record.host = host;
  return host;
}

function pathOf(target: string): string {
  const cut = target.indexOf('?');
  return cut < 0 ? target : target.slice(0, cut);
}

function targetOptionsOf(o: TargetOptions, request: ProxyRequest): TargetOptions {
  return {
    listener: request.listener,
    useFipsEndpoint: o.useFipsEndpoint,
    useDualstackEndpoint: o.useDualstackEndpoint,
    trustForwardedHost: o.trustForwardedHost === true && request.hopTrusted === true,
    strictForwardedHeaders: o.strictForwardedHeaders,
    s3HostLabel: o.s3HostLabel,
    overrides: o.overrides,
    allowedPorts: o.allowedPorts,
  };
}
