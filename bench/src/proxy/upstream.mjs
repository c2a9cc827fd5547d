// The AWS of the bench where there is no nginx, and for large bodies everywhere: takes any body, answers 300 bytes, or as many
// bytes of zeros as the path `/zeros/<bytes>` asks for. It reads HTTP no further than that.
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

const { UPSTREAM_CERT: cert, UPSTREAM_KEY: key } = process.env;
const small = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 300\r\nx-amzn-RequestId: bench\r\n\r\n${'x'.repeat(300)}`,
);
const zeros = Buffer.alloc(64 * 1024);

function onConnection(socket) {
  let head = '';
  let left = 0;
  let answer = small;
  let download = 0;
  const pump = () => {
    while (download > 0) {
      const size = Math.min(download, zeros.length);
      download -= size;
      if (!socket.write(size === zeros.length ? zeros : zeros.subarray(0, size))) return;
    }
  };
  socket.on('drain', pump);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (left > 0) {
        const taken = Math.min(left, rest.length);
        left -= taken;
        rest = rest.subarray(taken);
      } else {
        const before = head.length;
        head += rest.latin1Slice();
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        rest = rest.subarray(end + 4 - before);
        left = Number(/\r\ncontent-length: *(\d+)/i.exec(head.slice(0, end))?.[1] ?? 0);
        const bytes = /^GET \S*\/zeros\/(\d+)/.exec(head)?.[1];
        head = '';
        if (bytes === undefined) answer = small;
        else {
          download = Number(bytes);
          answer = `HTTP/1.1 200 OK\r\nContent-Type: binary/octet-stream\r\nContent-Length: ${bytes}\r\n\r\n`;
        }
      }
      if (left > 0) continue;
      socket.write(answer);
      pump();
    }
  });
}

const server =
  cert === undefined
    ? net.createServer({ noDelay: true }, onConnection)
    : tls.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, onConnection);
server.on('tlsClientError', () => {});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
