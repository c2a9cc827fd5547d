import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createLocalCa } from '@postern/sigv4-proxy/local-ca';
import { deploy, type Running, start } from './world.js';

/** The ports that stand in the recipe, and those that stand for them in a test. */
export interface NginxPorts {
  readonly http: number;
  readonly https: number;
  readonly connect: number;
  readonly endpoint: number;
  /** HTTPS of the second way to the endpoint-URL listener. */
  readonly terminated: number;
  readonly gateway: {
    readonly portal: number;
    readonly connect: number;
    readonly endpoint: number;
  };
}

const PLACES = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/usr/bin'];
const PATH = `${process.env.PATH}:${PLACES.join(':')}`;

/** Why nginx cannot be run, if so. */
export function whyNoNginx(): string | undefined {
  const { error } = spawnSync('nginx', ['-v'], { env: { PATH } });
  if (error) return 'nginx is missing: apt-get install nginx-light libnginx-mod-stream';
  const modules = '/usr/share/nginx/modules/ngx_stream_module.so';
  const { status } = spawnSync('test', ['-e', modules]);
  return status === 0
    ? undefined
    : 'nginx has no stream module: apt-get install libnginx-mod-stream';
}

/** A certificate for localhost that nobody trusts but who is given its authority. */
export async function makeCertificate(folder: string): Promise<string> {
  const ca = await createLocalCa({ clock: () => new Date() });
  const { certificate, privateKey } = await ca.issue('localhost');
  mkdirSync(join(folder, 'tls'), { recursive: true });
  writeFileSync(join(folder, 'tls/postern.pem'), certificate);
  writeFileSync(join(folder, 'tls/postern.key'), privateKey, { mode: 0o600 });
  const authority = ca.trustedCertificates();
  writeFileSync(join(folder, 'tls/ca.pem'), authority);
  return authority;
}

/** Replaces what must be there, and all of it. */
function replace(text: string, pairs: readonly (readonly [from: string, to: string])[]): string {
  let changed = text;
  for (const [from, to] of pairs) {
    if (!changed.includes(from)) throw new Error(`the recipe has no "${from}"`);
    changed = changed.replaceAll(from, to);
  }
  return changed;
}

/**
 * Starts Debian's nginx with the recipe as it is, but for places, ports and the name.
 *
 * @returns when it listens; `reload` returns when the new workers have taken over
 */
export async function startNginx(
  folder: string,
  ports: NginxPorts,
): Promise<Running & { reload(): Promise<void> }> {
  const { gateway } = ports;
  const tls = [
    ['/etc/nginx/tls/', `${folder}/tls/`],
    ['postern.example.com', 'localhost'],
  ] as const;
  const main = replace(readFileSync(join(deploy, 'nginx/nginx.conf'), 'utf8'), [
    ['# include /etc/nginx/postern-endpoint.conf;', `include ${folder}/postern-endpoint.conf;`],
    ...tls,
    ['pid /run/nginx.pid', `pid ${folder}/nginx.pid`],
    ['/var/log/nginx/', `${folder}/`],
    ['listen 80;', `listen 127.0.0.1:${ports.http};`],
    ['listen 443 ssl', `listen 127.0.0.1:${ports.https} ssl`],
    ['listen 8081', `listen 127.0.0.1:${ports.connect}`],
    ['listen 8082', `listen 127.0.0.1:${ports.endpoint}`],
    ['127.0.0.1:18080', `127.0.0.1:${gateway.portal}`],
    ['127.0.0.1:18081', `127.0.0.1:${gateway.connect}`],
    ['127.0.0.1:18082', `127.0.0.1:${gateway.endpoint}`],
    // Where it may write without being root.
    [
      'http {',
      `http {\n${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}`,
    ],
  ]);
  const endpoint = replace(readFileSync(join(deploy, 'nginx/postern-endpoint.conf'), 'utf8'), [
    ['aws.postern.example.com', 'localhost'],
    ['/etc/nginx/tls/', `${folder}/tls/`],
    ['listen 443 ssl', `listen 127.0.0.1:${ports.terminated} ssl`],
    ['127.0.0.1:18082', `127.0.0.1:${gateway.endpoint}`],
  ]);
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, main);
  writeFileSync(join(folder, 'postern-endpoint.conf'), endpoint);
  const user = process.getuid?.() === 0 ? 'user root; ' : '';
  const words = ['nginx', '-e', `${folder}/error.log`, '-c', file, '-g', `${user}daemon off;`];
  const running = start(words, { cwd: folder, env: { PATH } });
  let over = false;
  running.ended.then(() => {
    over = true;
  });
  while (!(await answers(ports.https))) {
    if (over) throw new Error(`nginx did not start: ${running.output.err}`);
  }
  const workers = () =>
    spawnSync('ps', ['--ppid', String(running.child.pid), '-o', 'pid='], { encoding: 'utf8' })
      .stdout.split(/\s+/)
      .filter((pid) => pid !== '');
  return {
    ...running,
    async reload() {
      const before = new Set(workers());
      running.child.kill('SIGHUP');
      while (workers().every((pid) => before.has(pid))) {
        if (over) throw new Error(`nginx ended: ${running.output.err}`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // Not yet: looked at again a moment later.
    socket.once('error', () => setTimeout(() => resolve(false), 20));
  });
}
