// A primary as the README shows it: keeps the sessions, and restarts its workers one after the other when it is told to.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { createMemorySessionStore, serveSessionStore } from '../../../src/session-store/index.js';

const store = createMemorySessionStore();
const exits: (number | null)[] = [];
let workers: Worker[] = [];

async function start(): Promise<Worker> {
  const worker = cluster.fork();
  const stop = serveSessionStore(store, worker);
  worker.once('exit', (code) => {
    stop();
    exits.push(code);
  });
  await once(worker, 'listening');
  return worker;
}

async function restart(): Promise<void> {
  for (const old of workers) {
    const fresh = await start();
    const gone = once(old, 'exit');
    old.on('message', (message: { type?: string }) => {
      if (message.type === 'draining') process.send?.({ type: 'draining', pid: old.process.pid });
    });
    old.send('stop');
    await gone;
    workers = [...workers.filter((one) => one !== old), fresh];
  }
}

function tell(worker: Worker): Promise<object> {
  return new Promise((resolve) => {
    const listener = (message: { type?: string }): void => {
      if (message.type !== 'told') return;
      worker.off('message', listener);
      resolve(message);
    };
    worker.on('message', listener);
    worker.send('tell');
  });
}

process.on('message', async (message: { type: string; change: never }) => {
  if (message.type === 'restart') await restart();
  if (message.type === 'change') await store.write(message.change);
  const told = message.type === 'restart' ? [] : await Promise.all(workers.map(tell));
  process.send?.({ type: `${message.type}-done`, told, exits });
  if (message.type !== 'stop') return;
  const gone = workers.map((worker) => once(worker, 'exit'));
  for (const worker of workers) worker.send('stop');
  await Promise.all(gone);
  process.exit(0);
});

cluster.setupPrimary({ exec: process.argv[2] ?? '', args: [] });
workers = [await start(), await start()];
process.send?.({ type: 'ready', pids: workers.map((worker) => worker.process.pid) });
