// node idle-client.mjs '{"port":…,"pid":…,"request":{…},"connections":…}': opens so many connections, a few at a time, sends one request on
// each and keeps them. Prints how many are open after a while, and the resident memory of the process `pid`.
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { rssMiB } from './machine.mjs';

const AT_ONCE = 64;
const { port, pid, request, connections } = JSON.parse(process.argv[2]);
const { method, path, headers, body } = request;
const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
const bytes = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`, 'latin1');
const open = new Set();

function connect() {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('error', reject);
    socket.on('close', () => open.delete(socket));
    socket.on('data', (chunk) => {
      text += chunk.latin1Slice();
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      if (!text.startsWith('HTTP/1.1 200')) reject(new Error(text));
      open.add(socket);
      resolve();
    });
  });
}

for (let done = 0; done < connections; done += AT_ONCE) {
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, connections - done) }, connect));
}
await sleep(2_000);
process.stdout.write(JSON.stringify({ open: open.size, rss: rssMiB(pid) }));
process.exit(0);
