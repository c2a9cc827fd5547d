// The upstream of small requests: nginx where there is one, else a few lines of Node. Plain or TLS with a certificate made for the run.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { has, pinned, start } from './machine.mjs';

const OWN = fileURLToPath(new URL('./upstream.mjs', import.meta.url));

/** The program behind the proxies. */
export const upstreamProgram = has('nginx') ? 'nginx' : 'node';

/**
 * @param {{ tls: boolean, core?: number }} o
 * @returns {Promise<{ port: number, stop(): Promise<void> }>}
 */
export async function startUpstream({ tls, core }) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-upstream-'));
  const key = join(folder, 'key.pem');
  const cert = join(folder, 'cert.pem');
  if (tls) {
    const name = ['-subj', '/CN=127.0.0.1', '-days', '2', '-nodes'];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, ...name];
    if (spawnSync('openssl', made).status !== 0) throw new Error('openssl made no certificate');
  }
  const upstream =
    upstreamProgram === 'nginx'
      ? await startNginx({ folder, tls: tls && { key, cert }, core })
      : await start(OWN, { core, env: tls ? { UPSTREAM_KEY: key, UPSTREAM_CERT: cert } : {} });
  return {
    port: upstream.port,
    async stop() {
      await upstream.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startNginx({ folder, tls, core }) {
  const port = await freePort();
  const secure = tls
    ? `ssl_certificate ${tls.cert}; ssl_certificate_key ${tls.key}; ssl_protocols TLSv1.2 TLSv1.3;`
    : '';
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temporary = paths.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  const config = join(folder, 'nginx.conf');
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  writeFileSync(
    config,
    `${user} worker_processes 1; daemon off; pid ${folder}/pid; error_log ${folder}/error.log crit;
events { worker_connections 4096; }
http {
  access_log off; client_max_body_size 0; keepalive_requests 100000000; keepalive_timeout 300s; ${temporary}
  default_type application/json;
  server {
    listen 127.0.0.1:${port} ${tls ? 'ssl' : ''} backlog=4096; ${secure}
    add_header x-amzn-RequestId bench;
    location / { return 200 '${'x'.repeat(300)}'; }
  }
}
`,
  );
  const [program, ...args] = pinned(core, ['nginx', '-p', folder, '-e', 'stderr', '-c', config]);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const onExit = () => child.kill('SIGTERM');
  process.once('exit', onExit);
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (tries === 100 || child.exitCode !== null) throw new Error('nginx has not started');
    await sleep(50);
  }
  return {
    port,
    async stop() {
      process.off('exit', onExit);
      child.kill('SIGTERM');
      await closed;
    },
  };
}

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
