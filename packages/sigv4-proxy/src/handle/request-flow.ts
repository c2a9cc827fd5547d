import type { AbortLike } from '../abort-like.js';
import { redactBody } from '../audit/redact-body.js';
import { SigV4ProxyError } from '../errors.js';
import type { UpstreamClient } from '../forward/upstream.js';
import { loadPart } from '../load-part.js';
import type { ClientSession, SigV4ProxyOptions } from '../options.js';
import type { ProxyResponse } from '../response.js';
import type { ProxyRuntime } from '../runtime.js';
import type { OutgoingParts } from './cap-duration.js';
import { CatalogSource } from './catalog-source.js';
import { checkFrame } from './check-frame.js';
import { createClientKeys } from './client-keys.js';
import { DECISION, mustLast, roleOf } from './decide.js';
import { type CallGuard, type EmbedderCall, EmbedderCalls } from './embedder-calls.js';
import type { ExchangedUrl } from './exchange-presigned.js';
import { createForwarder } from './forward-signed.js';
import { KeyCaches } from './key-caches.js';
import { readRequest } from './read-request.js';
import { identityOf, pathOf, tryParseSignature, uncompressed } from './request-parts.js';
import type { RequestRecord } from './request-record.js';
import { createSender, type ReadyRequest, relay } from './send-upstream.js';
import { Slots } from './slots.js';

/** The way of a request through the proxy. */
export interface RequestFlow {
  /** @throws SigV4ProxyError why the request is refused or has failed */
  run(record: RequestRecord, signal: AbortLike | undefined): Promise<ProxyResponse>;
  /** @throws SigV4ProxyError why the URL is not exchanged */
  exchange(record: RequestRecord): Promise<ExchangedUrl>;
  /** Frees what the request took. */
  release(record: RequestRecord): void;
  /** Wipes what was made for a key whose session has ended. */
  wipe(accessKeyId: string): void;
  /** Ends a key: here before it returns, in all processes when it comes back. */
  forget(accessKeyId: string): Promise<void>;
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
  const { limits } = runtime;
  const caches = new KeyCaches(runtime.counters);
  const keys = createClientKeys(o, runtime, caches);
  const catalog = new CatalogSource(o);
  const policy = o.vendedCredentials ?? 'virtual';
  const captures = new Map(Object.entries(o.auditBodies ?? {}));
  const slots = new Slots(limits.maxRequestsPerIdentity, 'requests of one session are running');
  const held = new Slots(limits.maxHeldBodyBytes, 'body bytes of one key are held');
  const send = createSender({
    chunkedMode: o.chunkedMode ?? 'resign',
    clock: runtime.clock,
    cache: caches.upstream,
    signer: o.signer,
    upstream,
  });
  const calls = new EmbedderCalls(limits.callTimeoutMs);
  const forwarder = createForwarder(o, runtime, caches, calls, send);

  const run = async (
    record: RequestRecord,
    signal: AbortLike | undefined,
    guard: CallGuard,
  ): Promise<ProxyResponse> => {
    const { request } = record;
    // 1 parse: one frame, one signature.
    const frame = checkFrame(request);
    record.userAgent = frame.userAgent;
    const { method, headers } = request;
    const parsed = tryParseSignature({ method, target: frame.target, headers }, caches.client);
    if (parsed === undefined) {
      const part = await loadPart(() => import('./anonymous-request.js'));
      return part.anonymousRequest(o.anonymous, record, frame, {
        upstream,
        runtime,
        vended: policy,
        signal,
        catalog,
      });
    }
    const { accessKeyId, service, region } = parsed.authorization;
    record.claimedKeyId = accessKeyId;
    record.service = service;
    record.region = region ?? undefined;

    // 2 who: the key is known. Nothing is proven yet.
    guard.begin(LOOKUP);
    const key = await keys.find(accessKeyId);
    guard.end();

    // 3 verify: from here on the session is proven.
    const now = runtime.clock();
    const checked = parsed.check({
      credentials: key?.credential,
      now,
      secure: request.secure,
      foreignPresigned: request.mode === 'connect' ? o.foreignPresigned : 'reject',
    });
    record.payloadMode = checked.payload.mode;
    if (checked.passthrough || key === undefined) {
      // A presigned URL of someone else's key: it goes out as it is, or not at all.
      const part = await loadPart(() => import('./pass-foreign.js'));
      const { signedHeaders } = parsed.authorization;
      return part.passForeign(upstream, { record, frame, signedHeaders, signal });
    }
    const { session, vended } = key;
    // A key id is no secret: what may be held for it is bounded before a body byte is read.
    const slot = session.sessionId ?? accessKeyId;
    slots.take(slot);
    record.slot = slot;
    const reading = readRequest(request, frame, checked, runtime, record, held);
    const read = reading instanceof Promise ? await reading : reading;
    record.assumedRoleArn = vended?.assumedRoleArn;
    record.accessKeyId = accessKeyId;
    record.session = session;

    // 4 target: host and scope agree, and the host is AWS's.
    const known = catalog.now ?? (await catalog.load());
    const destination = known.resolveDestination(request, frame, read.verified);
    record.host = destination.host;
    record.partition = destination.partition;
    record.region = destination.signingRegion ?? destination.signingRegionSet?.join(',');
    record.operation = known.nameOperation({ request, frame, destination, body: read.body });
    const capture = captures.get(service);
    if (capture !== undefined && read.body !== undefined) {
      record.body = redactBody(read.body, frame.contentType, capture.redact);
    }

    // 5 decide.
    const question = {
      partition: destination.partition,
      service: destination.signingName,
      region: destination.signingRegion,
      host: destination.host,
      method,
      path: pathOf(frame.target),
      operation: record.operation,
      mode: request.mode,
      assumedRoleArn: record.assumedRoleArn,
    };
    mustLast(session, now);
    guard.begin(DECISION);
    const decision = await o.authorize(question, session);
    guard.end();
    const role = roleOf(decision, question, session, record);

    // 6 special calls: those that hand out credentials.
    const call = known.checkVendedCall(destination.signingName, record.operation, policy);
    const handsKeys = call?.hands === 'aws';
    const notAfter = vended === undefined ? session.expiresAt : vended.expiresAt;
    let outgoing: OutgoingParts = {
      target: frame.target,
      headers: handsKeys ? uncompressed(headers) : headers,
      body: read.body,
    };
    const { expiresAt } = session;
    if (destination.signingName === 'sts' && expiresAt !== undefined) {
      const part = await loadPart(() => import('./cap-duration.js'));
      outgoing = part.capDuration(outgoing, { expiresAt, now });
    }

    // 7 and 8 credentials, signature, forward.
    const ready: ReadyRequest = {
      record,
      frame,
      read,
      outgoing,
      client: key.credential,
      destination,
      signal,
      poolKey: slot,
    };
    const own = vended && identityOf(vended.real);
    let answer: ProxyResponse;
    if (own !== undefined && vended?.mode === 'remember' && request.mode === 'connect') {
      const part = await loadPart(() => import('./pass-remembered.js'));
      answer = await part.passRemembered(upstream, ready, own);
    } else {
      const asked = { ready, session, role };
      let credentials = own;
      if (credentials === undefined) {
        guard.begin(forwarder.call);
        credentials = await forwarder.ask(asked);
        guard.end();
        forwarder.note(asked, credentials);
      }
      const first = await forwarder.send(ready, credentials);
      // A session with credentials of its own gets no others.
      answer =
        first.expired && own === undefined
          ? await forwarder.renew(asked, first, credentials, guard)
          : relay(ready, first);
    }
    if (!handsKeys) return answer;
    const { rootKeyId } = key;
    const recipient = { record, ownerKeyId: accessKeyId, rootKeyId, notAfter };
    const { vend } = await loadPart(() => import('./vend.js'));
    return vend(answer, recipient, { policy, sessions: keys.vended, runtime });
  };

  return {
    run: (record, signal) => calls.guard(record, signal, (guard) => run(record, signal, guard)),
    async exchange(record) {
      const { exchangePresigned } = await loadPart(() => import('./exchange-presigned.js'));
      const { routes } = await catalog.load();
      return exchangePresigned(record, o, keys, runtime, routes);
    },
    release(record) {
      if (record.slot !== undefined) slots.free(record.slot);
      if (record.claimedKeyId !== undefined) held.free(record.claimedKeyId, record.held);
      record.spooled?.discard().catch((error: unknown) => {
        runtime.logger?.warn('A temporary file was not deleted.', error);
      });
    },
    wipe: (accessKeyId) => caches.onRevoked(accessKeyId),
    async forget(accessKeyId) {
      caches.onRevoked(accessKeyId);
      await keys.vended.forget(accessKeyId);
    },
    clear() {
      keys.vended.close();
      caches.clear();
    },
  };
}

const LOOKUP: EmbedderCall = {
  late: (ms) =>
    new SigV4ProxyError('internal', `The access key was not looked up within ${ms} ms.`),
};
