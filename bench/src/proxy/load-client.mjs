// node load-client.mjs '{"port":…,"request":{…},"connections":…,"seconds":…}': keeps so many connections busy with one request
// after another and prints what came of it as JSON. Reads answers with a Content-Length only.
import net from 'node:net';

const { port, request, connections, seconds } = JSON.parse(process.argv[2]);
const { method, path, headers, body = '' } = request;
const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
const bytes = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`, 'latin1');
const times = [];
let bad = 0;

const sockets = Array.from({ length: connections }, () => {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  let head = '';
  let left = -1;
  let since = 0;
  const ask = () => {
    since = performance.now();
    socket.write(bytes);
  };
  socket.on('connect', ask);
  socket.on('error', () => {
    bad += 1;
  });
  socket.on('data', (chunk) => {
    if (left < 0) {
      head += chunk.latin1Slice();
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!head.startsWith('HTTP/1.1 2')) bad += 1;
      left = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0) - (head.length - end - 4);
      head = '';
    } else left -= chunk.length;
    if (left > 0) return;
    left = -1;
    times.push(performance.now() - since);
    ask();
  });
  return socket;
});

setTimeout(() => {
  for (const socket of sockets) socket.destroy();
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.floor(times.length * part)];
  const figures = { requests: times.length, perSecond: times.length / seconds, bad };
  process.stdout.write(JSON.stringify({ ...figures, p50: at(0.5), p99: at(0.99) }));
}, seconds * 1_000);
