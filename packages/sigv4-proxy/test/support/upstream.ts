import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { ROLE } from './credentials.js';

/** A request as the strict upstream saw it, its signature verified. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly service: string;
  readonly region: string;
  /** The key that signed. */
  readonly keyId: string;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

type Answer = (request: SeenRequest, response: ServerResponse) => void;

/** An AWS of a few lines: verifies every signature with smithy, in keeping with what the wire had, then answers. */
export interface Upstream {
  readonly server: Server;
  readonly port: number;
  /** Requests whose signature held, in order. */
  readonly seen: SeenRequest[];
  /** Why requests were refused, in order. */
  readonly refused: string[];
  /** Connections of the proxy. */
  readonly sockets: Set<Socket>;
  /** For `connect` of the proxy: every AWS host is here. */
  readonly connect: () => Promise<Socket>;
  close(): Promise<void>;
}

/**
 * Starts the upstream on loopback.
 *
 * @param answer after verification, with the whole body
 * @param o `raw` sees every request first and can take it over by returning true; `credentials` it accepts
 */
export async function startUpstream(
  answer: Answer,
  o: {
    raw?: (request: IncomingMessage, response: ServerResponse) => boolean;
    credentials?: readonly Credentials[];
  } = {},
): Promise<Upstream> {
  const seen: SeenRequest[] = [];
  const refused: string[] = [];
  const sockets = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    request.on('error', () => {});
    response.on('error', () => {});
    if (o.raw?.(request, response)) return;
    void serve(request, response);
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    try {
      for await (const chunk of request) parts.push(chunk);
    } catch {
      refused.push('aborted');
      return;
    }
    const body = Buffer.concat(parts);
    const problem = await verify(request, body, o.credentials ?? [ROLE]);
    if (typeof problem === 'string') {
      refused.push(problem);
      response.writeHead(403, { 'content-type': 'text/plain' });
      response.end(`upstream: ${problem}`);
      return;
    }
    const one: SeenRequest = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body,
      ...problem,
    };
    seen.push(one);
    answer(one, response);
  };
  const server = createServer({ maxHeaderSize: 128 * 1024 }, listener);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (o.raw?.(request, response)) return;
    response.writeContinue();
    void serve(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    seen,
    refused,
    sockets,
    connect: async () => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const SCOPE =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

/** Signs the received request again with smithy; the signatures must agree and the hash must be the body's. */
async function verify(
  request: IncomingMessage,
  body: Buffer,
  accepted: readonly Credentials[],
): Promise<string | Pick<SeenRequest, 'service' | 'region' | 'keyId'>> {
  const { headers } = request;
  const [, keyId = '', , region = '', service = '', signed = ''] =
    SCOPE.exec(headers.authorization ?? '') ?? [];
  const credentials = accepted.find((one) => one.accessKeyId === keyId);
  if (credentials === undefined) return `key ${keyId}`;
  if (headers['x-amz-security-token'] !== credentials.sessionToken) return 'token';
  if (count(request.rawHeaders, 'host') !== 1) return 'host header';
  const names = new Set(signed.split(';'));
  for (const name of Object.keys(headers)) {
    if (name.startsWith('x-amz-') && !names.has(name)) return `unsigned ${name}`;
  }
  for (const name of names) if (headers[name] === undefined) return `missing ${name}`;
  const stated = headers['x-amz-content-sha256'];
  if (typeof stated !== 'string') return 'no x-amz-content-sha256';
  if (/^[0-9a-f]{64}$/.test(stated)) {
    if (createHash('sha256').update(body).digest('hex') !== stated) return 'payload hash';
  }
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const signer = new SignatureV4({
    credentials,
    region,
    service,
    sha256: Sha256,
    uriEscapePath: !service.startsWith('s3'),
    applyChecksum: false,
  });
  const again = await signer.sign(
    new HttpRequest({
      method: request.method ?? '',
      hostname: headers.host ?? '',
      path,
      query: bag(query),
      headers: Object.fromEntries([...names].map((name) => [name, String(headers[name])] as const)),
    }),
    {
      signingDate: parseDate(String(headers['x-amz-date'])),
      signableHeaders: names,
      // What smithy never signs by itself but the client did.
      unsignableHeaders: new Set(),
    },
  );
  if (again.headers.authorization !== headers.authorization) return 'signature';
  return { service, region, keyId };
}

function bag(query: string): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  for (const piece of query.split('&')) {
    if (piece === '') continue;
    const [name = '', value = ''] = piece.split(/=(.*)/s);
    const key = decodeURIComponent(name);
    const text = decodeURIComponent(value);
    const known = result[key];
    result[key] = known === undefined ? text : [known, text].flat();
  }
  return result;
}

function parseDate(text: string): Date {
  return new Date(text.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'));
}

function count(raw: readonly string[], name: string): number {
  return raw.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length;
}
