// node bulk-client.mjs '{"port":…,"request":{…},"bytes":…}': one large transfer, up for PUT, down for GET. Prints seconds, status and bytes
// received as JSON.
import net from 'node:net';

const { port, request, bytes } = JSON.parse(process.argv[2]);
const { method, path, headers } = request;
const zeros = Buffer.alloc(64 * 1024);
let left = method === 'PUT' ? bytes : 0;
let head = '';
let received = -1;
let expected = 0;
let status = 0;
const since = performance.now();

const socket = net.connect({ port, host: '127.0.0.1', noDelay: true }, () => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  pump();
});
function pump() {
  while (left > 0) {
    const size = Math.min(left, zeros.length);
    left -= size;
    if (!socket.write(size === zeros.length ? zeros : zeros.subarray(0, size))) return;
  }
}
function finish(error) {
  const seconds = (performance.now() - since) / 1_000;
  process.stdout.write(JSON.stringify({ seconds, status, received, error: error?.message }));
  process.exit(0);
}
socket.on('drain', pump);
socket.on('error', finish);
socket.on('end', () => finish(new Error('the connection ended')));
socket.on('data', (chunk) => {
  if (received < 0) {
    head += chunk.latin1Slice();
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    status = Number(head.slice(9, 12));
    expected = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    received = head.length - end - 4;
  } else received += chunk.length;
  if (received >= expected) finish();
});
