import type { ClientRequest, IncomingMessage } from 'node:http';
import { type Agent, request as httpsRequest } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { rootCertificates, TLSSocket } from 'node:tls';
import { JoinIamError } from '../../errors.js';
import { type ConcurrencyLimits, limitConcurrency } from './limit-concurrency.js';
import { MAX_RESPONSE_BYTES } from './parse-sts-response.js';
import type { StsRequest, StsResponse, StsTransport } from './types.js';

/** Options of the default transport. None of them can weaken the verification of the server. */
export interface StsTransportInit extends ConcurrencyLimits {
  /** Deadline for connection and TLS handshake, in milliseconds. Default 5,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** How host names are resolved, in the form of `dns.lookup`: the hook for private endpoints. Default: DNS. */
  readonly lookup?: LookupFunction | undefined;
  /**
   * Where to open the connection for a host of the table, for private endpoints and loopback tests. Name and
   * certificate are verified as if it were the real host. Default: the host itself, port 443.
   */
  readonly connectTo?:
    | ((host: string) => { readonly host: string; readonly port?: number | undefined })
    | undefined;
  /** Certificates in PEM to trust besides the roots built into Node; NODE_EXTRA_CA_CERTS has no effect then. Default none. */
  readonly extraCa?: readonly string[] | undefined;
  /** An agent that opens the connections, such as one of an outbound proxy. Default: a connection each, no proxy. */
  readonly agent?: Agent | undefined;
}

const MAX_HEADER_BYTES = 16_384;

/**
 * The default transport: `node:https`, because `fetch` adds headers of its own. HTTPS to port 443 only,
 * certificates verified whatever the environment says, TLS 1.2 at least, no redirects, no retries, no
 * decompression, no proxy unless an agent is passed. Make one for the process: it holds the concurrency limits.
 *
 * @returns a transport for `verifyJoinRequest`; it rejects with `sts-unavailable`, `sts-timeout` or `sts-busy`
 * @throws {@link JoinIamError} `invalid-option`
 */
export function createStsTransport(init: StsTransportInit = {}): StsTransport {
  const { rejectUnauthorized, checkServerIdentity } = init.agent?.options ?? {};
  if (rejectUnauthorized === false || checkServerIdentity) {
    throw new JoinIamError('invalid-option', {
      message: 'The option agent must not change how certificates are verified.',
    });
  }
  return limitConcurrency((request, { signal }) => exchange(request, signal, init), init);
}

function exchange(
  request: StsRequest,
  signal: AbortSignal,
  init: StsTransportInit,
): Promise<StsResponse> {
  const { connectTimeoutMs = 5_000, extraCa = [] } = init;
  const target = init.connectTo?.(request.host) ?? { host: request.host };
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      {
        host: target.host,
        port: target.port ?? 443,
        servername: request.host,
        method: request.method,
        path: request.path,
        // As a list: names and order leave as they stand here, and node adds no Host of its own.
        headers: [...request.headers.flat(), 'connection', 'close'],
        agent: init.agent ?? false,
        // Said explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED=0 cannot turn it off.
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        ...(extraCa.length > 0 && { ca: [...rootCertificates, ...extraCa] }),
        ...(init.lookup && { lookup: init.lookup }),
        insecureHTTPParser: false,
        maxHeaderSize: MAX_HEADER_BYTES,
        signal,
      },
      (incoming) => readResponse(incoming).then(resolve, fail),
    );
    function fail(cause: unknown): void {
      reject(toJoinIamError(cause));
    }
    outgoing.on('error', fail);
    // Without a listener node drops such an answer in silence, and nobody would hear of it.
    outgoing.on('upgrade', (_, socket) => {
      socket.destroy();
      fail(
        new JoinIamError('sts-unexpected-status', {
          message: 'STS answered with a status that is neither success nor an error.',
          detail: 'status 101',
        }),
      );
    });
    limitConnectTime(outgoing, connectTimeoutMs);
    outgoing.end(request.body, 'latin1');
  });
}

function isVerified(socket: Socket): boolean {
  return socket instanceof TLSSocket && socket.authorized;
}

/** Until the handshake is done the peer may keep us waiting without a byte. */
function limitConnectTime(outgoing: ClientRequest, connectTimeoutMs: number): void {
  const timer = setTimeout(() => {
    outgoing.destroy(
      new JoinIamError('sts-timeout', { message: 'STS could not be reached in time.' }),
    );
  }, connectTimeoutMs);
  const stop = () => clearTimeout(timer);
  outgoing.on('socket', (socket) => {
    if (isVerified(socket)) stop();
    else socket.once('secureConnect', stop);
  });
  outgoing.once('response', stop);
  outgoing.once('close', stop);
}

/** Reads one byte more than is accepted, then hangs up: the parser sees that there was more. */
async function readResponse(incoming: IncomingMessage): Promise<StsResponse> {
  // Options of an agent win over ours, so what an agent brings is looked at again.
  if (!isVerified(incoming.socket)) {
    incoming.destroy();
    throw new JoinIamError('sts-unavailable', {
      message: 'The connection to STS failed.',
      detail: 'the agent made a connection without verified TLS',
    });
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > MAX_RESPONSE_BYTES) break;
  }
  return {
    status: incoming.statusCode ?? 0,
    headers: joinHeaders(incoming.rawHeaders),
    body: Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BYTES + 1),
  };
}

/** node keeps the first of some repeated headers; all of them joined cannot be mistaken for one. */
function joinHeaders(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const value = raw[i + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

function toJoinIamError(cause: unknown): JoinIamError {
  if (cause instanceof JoinIamError) return cause;
  const code: unknown = typeof cause === 'object' && cause ? Reflect.get(cause, 'code') : undefined;
  return new JoinIamError('sts-unavailable', {
    message: 'The connection to STS failed.',
    detail: String(code ?? (cause instanceof Error ? cause.name : 'unknown')),
    cause,
  });
}
