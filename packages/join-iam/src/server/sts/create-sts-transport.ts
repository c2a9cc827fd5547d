import type { ClientRequest, IncomingMessage } from 'node:http';
import { type Agent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { JoinIamError } from '../../errors.js';
import { causeName } from '../../wire/cause-name.js';
import { isTimeout } from '../../wire/is-timeout.js';
import { toAbortError } from './attempt-signal.js';
import { afterHandshake, faultOfConnection } from './check-connection.js';
import { type ConcurrencyLimits, limitConcurrency } from './limit-concurrency.js';
import { MAX_RESPONSE_BYTES } from './parse-sts-response.js';
import type { StsRequest, StsResponse, StsTransport } from './types.js';

const CONNECT_TIMEOUT_MS = 5_000;

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
  /** An agent that opens the connections, such as one of an outbound proxy. Each connection is checked before anything
   * is written to it: TLS 1.2 at least, verified, the name of the host asked for and proven. Default: a connection each, no proxy. */
  readonly agent?: Agent | undefined;
}

const MAX_HEADER_BYTES = 16_384;

/**
 * The default transport: `node:https`, because `fetch` adds headers of its own. HTTPS to port 443 only,
 * certificates verified whatever the environment says, TLS 1.2 at least, no redirects, no retries, no
 * decompression, no proxy unless an agent is passed. Nothing is written before the connection has been checked,
 * whoever opened it. Make one for the process: it holds the concurrency limits.
 *
 * @returns a transport for `verifyJoinRequest`; it rejects with `sts-unavailable`, `sts-timeout`, `sts-busy`,
 *   `aborted`, and with `callback-failed` when `connectTo` fails
 * @throws {@link JoinIamError} `invalid-option`
 * @example
 * ```ts
 * // An interface endpoint: the connection goes elsewhere, the name in TLS stays that of the real host.
 * const transport = createStsTransport({
 *   connectTo: (host) => ({ host: host.replace('sts.', 'vpce-0123456789abcdef0.sts.') }),
 * });
 * ```
 */
export function createStsTransport(init: StsTransportInit = {}): StsTransport {
  const { rejectUnauthorized, checkServerIdentity } = init.agent?.options ?? {};
  if (rejectUnauthorized === false || checkServerIdentity) {
    throw new JoinIamError('invalid-option', {
      message: 'The option agent must not change how certificates are verified.',
    });
  }
  if (!isTimeout(init.connectTimeoutMs ?? CONNECT_TIMEOUT_MS)) {
    throw new JoinIamError('invalid-option', {
      message: 'The option connectTimeoutMs must be a whole number from 1 to 2,147,483,647.',
    });
  }
  return limitConcurrency((request, { signal }) => exchange(request, signal, init), init);
}

async function exchange(
  request: StsRequest,
  signal: AbortSignal,
  init: StsTransportInit,
): Promise<StsResponse> {
  const target = targetOf(request, init);
  try {
    return await send(request, signal, init, target);
  } catch (cause) {
    throw signal.aborted ? toAbortError(signal) : toJoinIamError(cause);
  }
}

function send(
  request: StsRequest,
  signal: AbortSignal,
  init: StsTransportInit,
  target: ReturnType<typeof targetOf>,
): Promise<StsResponse> {
  const { connectTimeoutMs = CONNECT_TIMEOUT_MS, extraCa = [] } = init;
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      {
        host: target.host,
        port: target.port,
        servername: request.host,
        method: request.method,
        path: request.path,
        // As a list: names and order leave as they stand here, and node adds no Host of its own.
        headers: [...request.headers.flat(), 'connection', 'close'],
        agent: init.agent ?? false,
        // An agent would resume sessions, which show no certificate to look at.
        ...{ session: undefined },
        // Said explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED=0 cannot turn it off.
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        ...(extraCa.length > 0 && { ca: [...rootCertificates, ...extraCa] }),
        ...(init.lookup && { lookup: init.lookup }),
        insecureHTTPParser: false,
        maxHeaderSize: MAX_HEADER_BYTES,
        signal,
      },
      (incoming) => readResponse(incoming).then(resolve, reject),
    );
    outgoing.on('error', reject);
    // Without a listener node drops such an answer in silence, and nobody would hear of it.
    outgoing.on('upgrade', (_, socket) => {
      socket.destroy();
      reject(
        new JoinIamError('sts-unexpected-status', {
          message: 'STS answered with a status that is neither success nor an error.',
          detail: 'status 101',
        }),
      );
    });
    whenConnected(outgoing, request.host, connectTimeoutMs, () => {
      // The head leaves with the body, so not a byte of it before.
      outgoing.end(request.body, 'latin1');
    });
  });
}

/** Where the connection goes. */
function targetOf(
  { host }: StsRequest,
  { connectTo }: StsTransportInit,
): { readonly host: string; readonly port: number } {
  if (!connectTo) return { host, port: 443 };
  try {
    const { host: other, port = 443 } = connectTo(host);
    if (other !== '' && Number.isInteger(port) && port > 0 && port < 65_536) {
      return { host: other, port };
    }
  } catch (cause) {
    throw connectToFailed(cause);
  }
  throw connectToFailed();
}

function connectToFailed(cause?: unknown): JoinIamError {
  return new JoinIamError('callback-failed', {
    message: 'The option connectTo did not give a host and a port from 1 to 65535.',
    cause,
  });
}

/** Until the handshake is done the peer may keep us waiting without a byte. */
function whenConnected(
  outgoing: ClientRequest,
  host: string,
  connectTimeoutMs: number,
  write: () => void,
): void {
  const timer = setTimeout(() => {
    outgoing.destroy(
      new JoinIamError('sts-timeout', { message: 'STS could not be reached in time.' }),
    );
  }, connectTimeoutMs);
  outgoing.once('close', () => clearTimeout(timer));
  outgoing.once('socket', (socket) => {
    afterHandshake(socket, () => {
      clearTimeout(timer);
      const detail = faultOfConnection(socket, host);
      if (detail === undefined) return write();
      outgoing.destroy(
        new JoinIamError('sts-unavailable', { message: 'The connection to STS failed.', detail }),
      );
    });
  });
}

/** Reads one byte more than is accepted, then hangs up: the parser sees that there was more. */
async function readResponse(incoming: IncomingMessage): Promise<StsResponse> {
  const { socket } = incoming;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > MAX_RESPONSE_BYTES) break;
  }
  // An agent would keep a connection that the other side is about to close, for the next exchange to fail on.
  socket.destroy();
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
    detail: typeof code === 'string' ? code : causeName(cause),
    cause,
  });
}
