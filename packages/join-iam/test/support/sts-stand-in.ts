import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';

const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';

/** A principal the stand-in knows. */
export interface Principal {
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expired?: boolean | undefined;
  readonly identity: { Account: string; Arn: string; UserId: string };
}

/** Writes an answer by hand. The text is the request as it came. */
export type Behaviour = (socket: TLSSocket, request: string) => void;

export interface StandInOptions {
  readonly cert: string;
  readonly key: string;
  readonly now: Date;
  readonly principals: Readonly<Record<string, Principal>>;
  readonly tls?: TlsOptions;
}

/**
 * An STS that is as strict as the real one: it knows keys, verifies the signature over the bytes it got, the
 * scope and the time, and answers in the real formats. Behaviours take the place of single answers.
 */
export async function startStandIn(options: StandInOptions) {
  const requests: string[] = [];
  const names: unknown[] = [];
  const behaviours: Behaviour[] = [];
  const sockets = new Set<TLSSocket>();
  let total = 0;
  const server = createServer(
    { cert: options.cert, key: options.key, ...options.tls },
    (socket) => {
      sockets.add(socket);
      names.push(socket.servername);
      let received = '';
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        total += chunk.length;
        const end = received.indexOf('\r\n\r\n');
        if (end < 0 || received.length < end + 4 + BODY.length) return;
        requests.push(received);
        const behaviour = behaviours.shift();
        if (behaviour) behaviour(socket, received);
        else reply(socket, judge(received, options));
      });
    },
  );
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    port,
    requests,
    names,
    /** Bytes that came over all connections. */
    received: () => total,
    /** Uses each of these for one request, in order. */
    next: (...more: Behaviour[]) => behaviours.push(...more),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Sends one whole HTTP answer and ends the connection. */
export function reply(
  socket: TLSSocket,
  answer: { status: number; type?: string; headers?: Record<string, string>; body: string },
): void {
  const headers = Object.entries({
    'Content-Type': answer.type ?? 'application/json',
    'Content-Length': String(Buffer.byteLength(answer.body)),
    'x-amzn-RequestId': 'stand-in-1',
    ...answer.headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${answer.status} X\r\n${headers.join('')}\r\n${answer.body}`);
}

export function identityBody(identity: object): string {
  return JSON.stringify({
    GetCallerIdentityResponse: {
      GetCallerIdentityResult: identity,
      ResponseMetadata: { RequestId: 'stand-in-1' },
    },
  });
}

/** What STS thinks of a request, byte for byte. */
export function judge(
  request: string,
  { principals, now }: Pick<StandInOptions, 'principals' | 'now'>,
) {
  const [head = '', body = ''] = request.split('\r\n\r\n');
  const [startLine, ...lines] = head.split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    if (headers.has(name)) return denied(400, 'MalformedInput', `twice ${name}`);
    headers.set(name, line.slice(line.indexOf(':') + 1).trim());
  }
  if (startLine !== 'POST / HTTP/1.1' || body !== BODY) return denied(400, 'InvalidAction');
  const match =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8}\/([^/]+)\/sts\/aws4_request), SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      headers.get('authorization') ?? '',
    );
  if (!match) return denied(400, 'IncompleteSignature');
  const [, accessKeyId = '', scope = '', region = '', list = '', signature] = match;
  const principal = Object.hasOwn(principals, accessKeyId) ? principals[accessKeyId] : undefined;
  if (!principal || headers.get('x-amz-security-token') !== principal.sessionToken) {
    return denied(403, 'InvalidClientTokenId', 'The security token included is invalid.');
  }
  if (principal.expired) return denied(403, 'ExpiredToken', 'The security token has expired');
  const host = headers.get('host') ?? '';
  const home = /^sts(?:-fips)?\.([a-z0-9-]+)\./.exec(host)?.[1] ?? 'us-east-1';
  if (region !== (host === 'sts.amazonaws.com' ? 'us-east-1' : home)) {
    return denied(403, 'SignatureDoesNotMatch', 'Credential should be scoped to a valid region. ');
  }
  const signed = list.split(';');
  for (const name of headers.keys()) {
    if (name.startsWith('x-amz-') && !signed.includes(name)) {
      return denied(403, 'SignatureDoesNotMatch', `unsigned ${name}`);
    }
  }
  const amzDate = headers.get('x-amz-date') ?? '';
  const at = Date.parse(amzDate.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Math.abs(at - now.getTime()) > 900_000) {
    return denied(
      403,
      'SignatureDoesNotMatch',
      'Signature expired: 20260115T113000Z is now earlier than 20260115T114500Z (20260115T120000Z - 15 min.)',
    );
  }
  const canonicalHeaders = signed
    .map((name) => `${name}:${(headers.get(name) ?? '').replace(/ +/g, ' ')}\n`)
    .join('');
  const canonical = `POST\n/\n\n${canonicalHeaders}\n${list}\n${sha256(body)}`;
  const text = `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${sha256(canonical)}`;
  const key = scope
    .split('/')
    .reduce<string | Buffer>((k, part) => hmac(k, part), `AWS4${principal.secretAccessKey}`);
  if (hmac(key, text).toString('hex') !== signature) {
    return denied(403, 'SignatureDoesNotMatch', 'The request signature we calculated differs.');
  }
  return { status: 200, body: identityBody(principal.identity) };
}

/** Errors are XML although JSON was asked for, as real ones often are. */
function denied(status: number, code: string, message = 'no') {
  return {
    status,
    type: 'text/xml',
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>${code}</Code>
    <Message>${message}</Message>
  </Error>
  <RequestId>r</RequestId>
</ErrorResponse>
`,
  };
}

const sha256 = (text: string) => createHash('sha256').update(text, 'latin1').digest('hex');
const hmac = (key: string | Buffer, text: string) =>
  createHmac('sha256', key).update(text, 'latin1').digest();
