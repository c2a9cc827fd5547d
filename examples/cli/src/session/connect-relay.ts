import { lookup } from 'node:dns/promises';
import { createServer, STATUS_CODES } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { decideConnect, filterAddresses } from '@postern/sigv4-proxy';
import { dialGateway, isRefusal, type TunnelRefusal } from './dial-gateway.js';

/** A listener on loopback. */
export interface Relay {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * An HTTPS proxy on loopback: what goes to AWS is passed to the gateway's CONNECT listener, byte by byte; what goes elsewhere
 * goes there directly, since a shell that uses the proxy may need more than AWS.
 *
 * @param proxyUrl the gateway's CONNECT listener
 * @param port 0 for a free one
 */
export async function startConnectRelay(proxyUrl: string, port: number): Promise<Relay> {
  const open = new Set<Duplex>();
  const server = createServer((_request, response) => {
    response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
    response.end('This proxy takes CONNECT only: set it as HTTPS_PROXY and use https URLs.\n');
  });
  server.on('connect', (request, socket, head) => {
    keep(open, socket);
    connectFor(request.url ?? '', proxyUrl).then(
      (far) => {
        if (isRefusal(far)) {
          refuse(socket, far);
        } else if (socket.destroyed) {
          far.destroy();
        } else {
          keep(open, far);
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          if (head.length > 0) far.write(head);
          join(socket, far);
        }
      },
      (error: Error) =>
        refuse(socket, { status: 502, text: `The gateway cannot be reached: ${error.message}\n` }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${isTcp(address) ? address.port : port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of open) socket.destroy();
      }),
  };
}

const isTcp = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;

async function connectFor(authority: string, proxyUrl: string): Promise<Duplex | TunnelRefusal> {
  const decision = decideConnect(authority, { nonAws: 'tunnel' });
  if (decision.decision === 'refuse') {
    return { status: decision.status, text: `${decision.message}\n` };
  }
  const { host, port } = decision;
  if (decision.decision === 'intercept') return dialGateway(proxyUrl, { host, port });
  // To one of the addresses that were looked at: a second answer of the DNS may be another one.
  const found = await lookup(host, { all: true });
  const [address] = filterAddresses(
    found.map((one) => one.address),
    { allowPrivate: decision.aws },
  );
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: address, port, allowHalfOpen: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function keep(open: Set<Duplex>, socket: Duplex): void {
  open.add(socket);
  socket.on('error', () => socket.destroy());
  socket.once('close', () => open.delete(socket));
}

/** When one side breaks off, so does the other; when one side is done, the other may still speak. */
function join(one: Duplex, other: Duplex): void {
  one.pipe(other);
  other.pipe(one);
  one.once('close', () => other.destroy());
  other.once('close', () => one.destroy());
}

function refuse(socket: Duplex, { status, text }: TunnelRefusal): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}
